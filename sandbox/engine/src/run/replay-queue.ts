import type { Side } from "@apex/core";
import type { ValidationPlan } from "./plan-validation.ts";
import type { PlannedReplay, ReplayPurpose } from "./validation-request.ts";

/** A replay before it has a name: names count all replays of a run. */
function replayOf(plan: ValidationPlan, side: Side, purpose: ReplayPurpose, loadFactor = 1): PlannedReplay {
  const { replayMs, calibrationMs } = plan.budget;
  const durationMs = purpose === "calibration" ? calibrationMs : replayMs;
  return { side, purpose, name: "", loadFactor, durationMs };
}

/** A calibration is always of the baseline: the record is its. */
export function calibrationReplay(plan: ValidationPlan): PlannedReplay {
  return replayOf(plan, "baseline", "calibration");
}

/** Pairs `from` to `to`, in the order A B, B A, A B …: drift of the host then falls on both sides alike. */
export function pairedReplays(plan: ValidationPlan, from: number, to: number): readonly PlannedReplay[] {
  return Array.from({ length: to - from }, (_, index) => {
    const pair = from + index;
    const sides: readonly Side[] = pair % 2 === 0 ? ["baseline", "candidate"] : ["candidate", "baseline"];
    return sides.map((side) => ({ ...replayOf(plan, side, "measurement"), pair }));
  }).flat();
}

/** The candidate under the busiest stretch of the record. */
export function peakReplay(plan: ValidationPlan): PlannedReplay {
  return replayOf(plan, "candidate", "peak");
}

/** The candidate under more than the recorded load. */
export function probeReplay(plan: ValidationPlan, loadFactor: number): PlannedReplay {
  return replayOf(plan, "candidate", "headroom", loadFactor);
}

const PREFIX = { calibration: "calibration", measurement: "", peak: "peak", headroom: "headroom" } as const;

/** The replay with its place in the run in its name: "candidate-4", "calibration-1". */
export function namedReplay(replay: PlannedReplay, ordinal: number): PlannedReplay {
  const prefix = PREFIX[replay.purpose] || replay.side;
  return { ...replay, name: `${prefix}-${ordinal}` };
}
