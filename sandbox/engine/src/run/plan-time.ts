import type { Workload } from "@apex/core";
import { type RecordedPeak, recordedPeak } from "../calibration/recorded-peak.ts";
import { type TimeBudget, timeBudget } from "./time-budget.ts";

/** What the time of a validation depends on. */
export interface TimeQuestion {
  readonly minutes: number;
  readonly isCalibrated: boolean;
  /** Requests that reached the service for each recorded one; 1 where absent. */
  readonly arrivalFactor?: number;
}

/** How the time is divided, and the peak that it has room for; or how many minutes that would take. */
export type TimeOutcome =
  | { readonly kind: "planned"; readonly budget: TimeBudget; readonly peak: RecordedPeak }
  | { readonly kind: "too-short"; readonly minutesMin: number; readonly hasPeak: boolean };

/**
 * Divides the time, which depends on whether there is a peak of its own, which depends on how long replays are. The minutes that it
 * asks for are enough, with the peak.
 */
export function planTime(asked: TimeQuestion, workload: Workload): TimeOutcome {
  const { minutes, isCalibrated, arrivalFactor } = asked;
  const { startMs, endMs } = workload.window;
  const question = { minutes, windowMs: endMs - startMs, isCalibrated };
  const peakOf = (budget: TimeBudget) => recordedPeak(workload, budget.replayMs, arrivalFactor);
  const without = timeBudget(question);
  if (without.kind === "too-short") {
    const { minutesMin } = without;
    const withPeak = minutesMin > minutes ? planTime({ ...asked, minutes: minutesMin }, workload) : without;
    return withPeak.kind === "too-short" ? { hasPeak: false, ...withPeak } : { ...without, hasPeak: false };
  }
  const peak = peakOf(without.budget);
  if (peak.isCovered) return { ...without, peak };
  const outcome = timeBudget({ ...question, hasPeak: true });
  if (outcome.kind === "too-short") return { ...outcome, hasPeak: true };
  return { ...outcome, peak: peakOf(outcome.budget) };
}
