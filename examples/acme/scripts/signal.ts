import { randomFor } from "./random.ts";
import { course, type Shape } from "./shapes.ts";

/** What one metric of one machine does: a shape, stretched so that its mean and its 99.5th percentile are these. */
export interface Signal {
  readonly shape: Shape;
  /** Leave out both to take the shape's own scale, in percent. */
  readonly mean?: number;
  readonly p995?: number;
  readonly floor?: number;
  readonly ceiling?: number;
  /** Decimal places that the source reports. */
  readonly digits?: number;
}

/** The value that a share of `percent` of the values does not exceed: nearest rank. */
export function percentile(values: Float64Array, percent: number): number {
  const sorted = values.toSorted();
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The samples of a signal over the whole window, seeded by `name`. */
export function samplesOf(signal: Signal, name: string): Float64Array {
  const raw = course(signal.shape, randomFor(name));
  const rawMean = meanOf(raw);
  const mean = signal.mean ?? rawMean;
  const stretch =
    signal.p995 === undefined ? mean / rawMean : (signal.p995 - mean) / (percentile(raw, 99.5) - rawMean);
  const scale = 10 ** (signal.digits ?? 2);
  const floor = signal.floor ?? 0;
  const ceiling = signal.ceiling ?? Number.POSITIVE_INFINITY;
  return raw.map((value) => {
    const stretched = mean + stretch * (value - rawMean);
    return Math.round(Math.min(ceiling, Math.max(floor, stretched)) * scale) / scale;
  });
}
