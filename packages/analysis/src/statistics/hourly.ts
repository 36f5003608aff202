/** One hour in milliseconds. */
export const HOUR_MS = 3_600_000;

/** Hours in a week. */
export const HOURS_PER_WEEK = 168;

/** The hour of the week, 0–167 from Thursday 00:00 UTC, of whole hours since the epoch, which was one. */
export function hourOfWeek(hour: number): number {
  return ((hour % HOURS_PER_WEEK) + HOURS_PER_WEEK) % HOURS_PER_WEEK;
}

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
  const count = Math.min(timestampsMs.length, values.length);
  const spanMs = count === 0 ? 0 : (timestampsMs[count - 1] ?? 0) - (timestampsMs[0] ?? 0);
  const room = Math.min(count, Math.floor(spanMs / HOUR_MS) + 2);
  const hours = new Float64Array(room);
  const maxima = new Float64Array(room);
  let last = -1;
  let endMs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index += 1) {
    const timestampMs = timestampsMs[index] ?? 0;
    const value = values[index] ?? 0;
    if (timestampMs >= endMs) {
      const hour = Math.floor(timestampMs / HOUR_MS);
      endMs = (hour + 1) * HOUR_MS;
      last += 1;
      hours[last] = hour;
      maxima[last] = value;
    } else if (value > (maxima[last] ?? 0)) maxima[last] = value;
  }
  return { hours: hours.subarray(0, last + 1), values: maxima.subarray(0, last + 1) };
}
