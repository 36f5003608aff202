import { assert } from "@apex/core";
import { extremesOf, sampleAtRank, samplesFromRank, sortedSamples } from "./sort-samples.ts";

/** Samples, at least one, all finite. Made by {@link distributionOf}; sorted once, when that is the shortest way. */
export interface Distribution {
  readonly values: Float64Array;
  readonly minimum: number;
  readonly maximum: number;
  /** In ascending order. */
  readonly sorted: () => Float64Array;
}

/**
 * Looks at samples; `undefined` when there are none. Takes only finite numbers: what is not a number was never
 * measured and is dropped where series are read, so one that arrives here is
 * a bug of ours.
 */
export function distributionOf(values: Float64Array): Distribution | undefined {
  if (values.length === 0) return undefined;
  let sorted: Float64Array | undefined;
  return {
    values,
    ...extremesOf(values),
    sorted: () => {
      sorted ??= sortedSamples(values);
      return sorted;
    },
  };
}

/**
 * The nearest-rank percentile: the smallest sample such that at least `percent` % of all samples are not above it.
 * Always a value that was really measured, never interpolated; P100 is the maximum and P0 the minimum.
 */
export function percentileOf(distribution: Distribution, percent: number): number {
  if (percent === 100) return distribution.maximum;
  return percentileOfSamples(distribution.values, percent);
}

/** {@link percentileOf} of samples that are asked for little else: without sorting them. There is one at least. */
export function percentileOfSamples(values: Float64Array, percent: number): number {
  return sampleAtRank(values, rankOf(percent, values.length));
}

/** {@link percentileOfSamples} of several percentages, ascending, in one go. */
export function percentilesOfSamples(values: Float64Array, percents: readonly number[]): readonly number[] {
  const [lowest = 0] = percents;
  const from = rankOf(lowest, values.length);
  const samples = samplesFromRank(values, from);
  return percents.map((percent) => samples[rankOf(percent, values.length) - from] ?? Number.NaN);
}

/** From 0. */
function rankOf(percent: number, count: number): number {
  assert(percent >= 0 && percent <= 100, `a percentile of ${percent} is outside 0–100`);
  // Multiply first: 99.5 / 100 × 200 is 199 exactly only in this order.
  return Math.max(1, Math.ceil((percent * count) / 100)) - 1;
}

/** The largest sample. */
export function maximumOf({ maximum }: Distribution): number {
  return maximum;
}

/** Share of the samples strictly above `limit`, 0–1. */
export function exceedanceOf(distribution: Distribution, limit: number): number {
  if (limit >= distribution.maximum) return 0;
  const sorted = distribution.sorted();
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.NaN) <= limit) low = middle + 1;
    else high = middle;
  }
  return (sorted.length - low) / sorted.length;
}
