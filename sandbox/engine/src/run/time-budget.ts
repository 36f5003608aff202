import { LOAD_FACTORS } from "../judge/headroom.ts";
import { PAIRS_FIRST } from "../judge/needs-more-runs.ts";
import type { ValidationQuote } from "./validation-request.ts";

/** What a replay takes besides itself: start, warm-up, counters, teardown. Measured at about 2 s; 3 is the design's bound. */
export const OVERHEAD_MS = 3_000;

/** Shorter replays hold too few bursts to be compared; longer ones than that add replays instead. */
const REPLAY_MS_MIN = 5_000;
const REPLAY_MS_MAX = 120_000;

/** A calibration only counts CPU. */
const CALIBRATION_MS_MAX = 5_000;

/** Calibration replays at most, and as many as are usually needed. */
export const CALIBRATIONS_MAX = 3;
const CALIBRATIONS_EXPECTED = 2;

/** Beyond the recorded load. */
const PROBES: readonly number[] = LOAD_FACTORS.filter((factor) => factor > 1);

/** How the time is spent. */
export interface TimeBudget extends ValidationQuote {
  readonly replayMs: number;
  /** 0 without a calibration. */
  readonly calibrationMs: number;
  readonly totalMs: number;
}

/** A budget, or why there is none. */
export type BudgetOutcome =
  | { readonly kind: "planned"; readonly budget: TimeBudget }
  | { readonly kind: "too-short"; readonly minutesMin: number };

/** What a budget depends on. */
export interface BudgetQuestion {
  readonly minutes: number;
  /** Length of the recorded window. */
  readonly windowMs: number;
  readonly isCalibrated: boolean;
  /** Whether the record has a peak that the replays of pairs do not cover. */
  readonly hasPeak?: boolean;
}

/** A length that people can read. */
const STEP_MS = 500;

function wholeSteps(lengthMs: number): number {
  return Math.floor(lengthMs / STEP_MS) * STEP_MS;
}

function lengthFor(totalMs: number, replays: number, fixedMs: number): number {
  return (totalMs - fixedMs) / replays - OVERHEAD_MS;
}

/**
 * Divides the time: calibration, five replays a side, then the candidate's replay of the peak and its probes. Replays are as long as the time
 * allows, within bounds and within the window; when it allows no probes there are none, and with less than that nothing can be
 * decided. The last probe goes first where there is a peak, so that a time that allowed for all of them still allows for some.
 */
export function timeBudget(question: BudgetQuestion): BudgetOutcome {
  const totalMs = question.minutes * 60_000;
  const calibrationMs = question.isCalibrated ? Math.min(CALIBRATION_MS_MAX, question.windowMs) : 0;
  const fixedMs = question.isCalibrated ? CALIBRATIONS_EXPECTED * (calibrationMs + OVERHEAD_MS) : 0;
  const shortestMs = Math.min(REPLAY_MS_MIN, question.windowMs);
  const { hasPeak = false } = question;
  const needed = 2 * PAIRS_FIRST + (hasPeak ? 1 : 0);
  for (const probes of hasPeak ? [PROBES, PROBES.slice(0, -1), []] : [PROBES, []]) {
    const replays = needed + probes.length;
    const lengthMs = lengthFor(totalMs, replays, fixedMs);
    if (!(lengthMs >= shortestMs)) continue;
    const longMs = Math.max(shortestMs, wholeSteps(lengthMs));
    const replayMs = Math.min(longMs, REPLAY_MS_MAX, question.windowMs);
    const expectedMs = fixedMs + replays * (replayMs + OVERHEAD_MS);
    const budget = {
      replaySeconds: replayMs / 1000,
      pairs: PAIRS_FIRST,
      hasPeak,
      probes,
      expectedSeconds: Math.round(expectedMs / 1000),
      maxSeconds: Math.round(totalMs / 1000),
      replayMs,
      calibrationMs,
      totalMs,
    };
    return { kind: "planned", budget };
  }
  const neededMs = fixedMs + needed * (shortestMs + OVERHEAD_MS);
  return { kind: "too-short", minutesMin: Math.ceil(neededMs / 6_000) / 10 };
}
