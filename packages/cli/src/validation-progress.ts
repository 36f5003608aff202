import { type Side, unreachable } from "@apex/core";
import type { ValidationProgress } from "@apex/sandbox-engine";
import type { Progress } from "./progress.ts";

function milliseconds(value: number | null): string {
  return value === null ? "" : `, p99 ${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/**
 * Tells a person how a validation goes: one step for each kind of work, and within it what is being replayed, how far it is
 * and how the answers look.
 */
export function followValidation(progress: Progress): (told: ValidationProgress) => void {
  const done: Record<Side, number> = { baseline: 0, candidate: 0 };
  let purpose = "";
  let expected = "";
  return (told) => {
    switch (told.kind) {
      case "quoted": {
        const { expectedSeconds, pairs, replaySeconds } = told.quote;
        expected = `${pairs} replays of ${replaySeconds} s a side, about ${Math.ceil(expectedSeconds / 6) / 10} min`;
        return;
      }
      case "replaying": {
        const { replay, progress: now } = told;
        if (replay.purpose !== purpose) {
          purpose = replay.purpose;
          progress.step(stepName(purpose, expected));
        }
        const share = Math.round((100 * now.elapsedMs) / Math.max(1, now.durationMs));
        const counts = purpose === "measurement" ? ` (${done.baseline} + ${done.candidate} done)` : "";
        const factor = replay.loadFactor === 1 ? "" : ` at ${replay.loadFactor} × the load`;
        progress.detail(
          `${replay.side}${factor}${counts}: ${Math.min(100, share)} %, ${now.completed.toLocaleString("en-US")} answered, ${now.inFlight} in flight${milliseconds(now.p99Ms)}`,
        );
        return;
      }
      case "event":
        if (told.event.kind === "replayed") done[told.event.measurement.side] += 1;
        return;
      default:
        unreachable(told);
    }
  };
}

function stepName(purpose: string, expected: string): string {
  if (purpose === "calibration") return "Calibrating the twin on the baseline";
  if (purpose === "peak") return "Replaying the busiest stretch of the log on the candidate";
  if (purpose === "headroom") return "Looking for headroom beyond the recorded load";
  return `Replaying the recorded load (${expected})`;
}
