import { percentileOfSamples } from "./distribution.ts";

/**
 * How far the two halves of a look-back agree on the demand, 0–1: 1 − |P(first) − P(second)| / scale. The scale is
 * the capacity that is proposed, so that noise of a fraction of a percent on a quiet machine does not count as
 * disagreement, and a quiet machine is not thereby better than any other steady one. 0 when a half holds no sample
 * or the scale is not positive.
 */
export function splitHalfStability(values: Float64Array, percent: number, scale: number): number {
  const middle = values.length >>> 1;
  if (middle === 0 || !(scale > 0)) return 0;
  const first = percentileOfSamples(values.subarray(0, middle), percent);
  const second = percentileOfSamples(values.subarray(middle), percent);
  const difference = Math.abs(first - second);
  return Math.max(0, 1 - difference / scale);
}
