import type { Verdict } from "@apex/core";

/** Baseline and candidate replays that a validation begins with: five of each give 252 arrangements. */
export const PAIRS_FIRST = 5;
/** Pairs added at a time: ABBA stays balanced, and three looks in all keep the error rates (see CONFIDENCE). */
const PAIRS_STEP = 2;
/** Pairs in all; who needs more needs longer replays. */
export const PAIRS_MAX = 9;

/** What more replays of the same length on the same host can settle. */
const CURABLE = new Set([
  "latency-p50",
  "latency-p90",
  "latency-p95",
  "latency-p99",
  "error-share",
  "cpu-share",
  "does-not-hold-the-load",
  "few-requests",
  "too-few-replays",
]);
/** What they cannot, whatever else is open. */
const INCURABLE = new Set([
  "baseline-in-trouble",
  "calibration",
  "slo-not-comparable",
  "answers-differ",
  "time-scale",
]);

/**
 * How many more pairs of replays are worth running; 0 when the verdict stands, when more of the same would not settle it, or
 * at the cap. `pairs` is how many have been run so far, unfit ones included.
 */
export function needsMoreRuns(verdict: Verdict, pairs: number, pairsMax: number = PAIRS_MAX): number {
  if (verdict.kind !== "inconclusive") return 0;
  const open = verdict.reasons.filter((reason) => reason.kind === "inconclusive");
  if (open.some((reason) => INCURABLE.has(reason.code)) || !open.some((reason) => CURABLE.has(reason.code))) {
    return 0;
  }
  return Math.max(0, Math.min(PAIRS_STEP, pairsMax - pairs));
}
