/** One hour in milliseconds. */
export const HOUR_MS = 3_600_000;

/** Hours in a week. */
export const HOURS_PER_WEEK = 168;

/** The largest sample of each clock hour (UTC), ascending by hour; hours without a sample are absent. */
export interface HourlyMaxima {
  /** Whole hours since the epoch. */
  readonly hours: Float64Array;
  readonly values: Float64Array;
}

/**
 * Condenses a series to hourly maxima: fine enough for daily and weekly patterns, and peaks survive. Timestamps
 * ascend.
 */
export function hourlyMaxima(timestampsMs: Float64Array, values: Float64Array): HourlyMaxima {
  const hours: number[] = [];
  const maxima: number[] = [];
  const count = Math.min(timestampsMs.length, values.length);
  for (let index = 0; index < count; index += 1) {
    const timestampMs = timestampsMs[index] ?? 0;
    const value = values[index] ?? 0;
    const hour = Math.floor(timestampMs / HOUR_MS);
    const last = maxima.at(-1);
    if (hours.at(-1) === hour && last !== undefined) maxima[maxima.length - 1] = Math.max(last, value);
    else {
      hours.push(hour);
      maxima.push(value);
    }
  }
  return { hours: Float64Array.from(hours), values: Float64Array.from(maxima) };
}
