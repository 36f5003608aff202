import type { RunMeasurement } from "@apex/core";
import { baselineTrouble } from "./doubts.ts";
import { type SideRuns, sideRuns, signalsOf } from "./signals.ts";

/** Faithful replays of each side that a signal takes when all of them say the same. */
const SETTLED_RUNS_MIN = 3;

/**
 * Whether more replays would only show again that the candidate is too small: it did not hold the load, or was killed for want of memory,
 * in every usable replay, where nothing ails the baseline.
 */
export function isSettled(runs: readonly RunMeasurement[], options: Pick<SideRuns, "isTwin"> = {}): boolean {
  const baseline = sideRuns(runs, "baseline", options);
  const candidate = sideRuns(runs, "candidate", options);
  if (Math.min(baseline.faithful.length, candidate.faithful.length) < SETTLED_RUNS_MIN) return false;
  const signals = signalsOf(candidate, baseline).filter((signal) => signal.isCertain);
  const isKilled = candidate.faithful.every((run) => run.oomKills > 0);
  const isTooSmall = signals.some(
    ({ code }) => code === "does-not-hold-the-load" || (code === "out-of-memory" && isKilled),
  );
  return (
    isTooSmall &&
    baselineTrouble(baseline, { baseline: baseline.faithful, candidate: candidate.faithful }).length === 0
  );
}
