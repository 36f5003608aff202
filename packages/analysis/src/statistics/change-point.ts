import { percentileOfSamples } from "./distribution.ts";
import { type HourlyMaxima } from "./hourly.ts";

/** A rise of the load: when, and from what to what. */
export interface Rise {
  /** Whole hours since the epoch of the first hour on the new level. */
  readonly hour: number;
  readonly medianBefore: number;
  readonly medianAfter: number;
}

/** A new level must have lasted a whole day, so that the daily peak is not taken for one. */
const HOURS_AFTER_MIN = 24;

/** History that a level is told from: two whole days. */
const HOURS_BEFORE_MIN = 48;

/**
 * Looks for a lasting rise in the last quarter of the look-back: half of the hours since are above what 95 % of
 * the hours before stayed under, and the medians differ by at least `materialStep`. Falls are not looked for:
 * after one, judging by the whole look-back is only the more careful; after a rise it would dilute the new load
 * with old quiet.
 */
export function findRise(maxima: HourlyMaxima, materialStep: number): Rise | undefined {
  const split = bestSplit(maxima.values);
  const hour = split === undefined ? undefined : maxima.hours[split];
  if (split === undefined || hour === undefined) return undefined;
  const before = maxima.values.subarray(0, split);
  const after = maxima.values.subarray(split);
  const medianBefore = percentileOfSamples(before, 50);
  const medianAfter = percentileOfSamples(after, 50);
  const isRise = medianAfter - medianBefore >= materialStep && medianAfter > percentileOfSamples(before, 95);
  return isRise ? { hour, medianBefore, medianAfter } : undefined;
}

/** The least-squares split of the last quarter: the one that leaves the least variation inside its two sides. */
function bestSplit(values: Float64Array): number | undefined {
  const count = values.length;
  const from = Math.max(Math.ceil(count * 0.75), HOURS_BEFORE_MIN);
  const total = sumOf(values, count);
  let sumBefore = sumOf(values, Math.min(from, count));
  let best: { split: number; gain: number } | undefined;
  for (let split = from; split <= count - HOURS_AFTER_MIN; split += 1) {
    const difference = (total - sumBefore) / (count - split) - sumBefore / split;
    const gain = split * (count - split) * difference ** 2;
    if (difference > 0 && (best === undefined || gain > best.gain)) best = { split, gain };
    sumBefore += values[split] ?? 0;
  }
  return best?.split;
}

/** The sum of the first `count` values. */
function sumOf(values: Float64Array, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += values[index] ?? 0;
  return sum;
}
