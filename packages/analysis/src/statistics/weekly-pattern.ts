import { formatInstant } from "@apex/core";
import { HOUR_MS, type HourlyMaxima, HOURS_PER_WEEK } from "./hourly.ts";

/** Pairs that a correlation needs before it says anything: two days of hours. */
const PAIRS_MIN = 48;

/**
 * Autocorrelation of hourly maxima at a lag in hours (24: a day, 168: a week): Pearson's r over all hours whose
 * counterpart was measured too. `undefined` when there are too few pairs or no variation: a constant series has no
 * pattern.
 */
export function autocorrelation(maxima: HourlyMaxima, lagHours: number): number | undefined {
  const byHour = new Map<number, number>();
  for (const [index, hour] of maxima.hours.entries()) byHour.set(hour, maxima.values[index] ?? 0);
  const pairs: (readonly [number, number])[] = [];
  for (const [hour, value] of byHour) {
    const earlier = byHour.get(hour - lagHours);
    if (earlier !== undefined) pairs.push([earlier, value]);
  }
  return pairs.length < PAIRS_MIN ? undefined : pearson(pairs);
}

function pearson(pairs: readonly (readonly [number, number])[]): number | undefined {
  let sumX = 0;
  let sumY = 0;
  for (const [x, y] of pairs) {
    sumX += x;
    sumY += y;
  }
  const meanX = sumX / pairs.length;
  const meanY = sumY / pairs.length;
  let covariance = 0;
  let varianceX = 0;
  let varianceY = 0;
  for (const [x, y] of pairs) {
    covariance += (x - meanX) * (y - meanY);
    varianceX += (x - meanX) ** 2;
    varianceY += (y - meanY) ** 2;
  }
  const scale = Math.sqrt(varianceX * varianceY);
  // Rounding leaves a constant series a variance of about 1e-30 instead of 0.
  return scale < 1e-12 ? undefined : covariance / scale;
}

/**
 * The highest level that came back in the same hour of the week in every week seen. A percentile calls half an hour
 * a week (0.3 %) noise; a peak that returns on schedule is load. Hours are UTC; where clocks change in the span, the
 * hours since may also stand one off, as a schedule in local time does. `undefined` when no hour of the week was
 * seen twice.
 */
export function recurringPeak(maxima: HourlyMaxima): number | undefined {
  let peak = peakWithShift(maxima, Number.POSITIVE_INFINITY, 0);
  for (const changeHour of clockChanges(maxima)) {
    for (const shift of [-1, 1]) {
      const shifted = peakWithShift(maxima, changeHour, shift);
      if (shifted !== undefined && (peak === undefined || shifted > peak)) peak = shifted;
    }
  }
  return peak;
}

/** As {@link recurringPeak}, with the hours from `changeHour` on counted as `shift` hours later. */
function peakWithShift(maxima: HourlyMaxima, changeHour: number, shift: number): number | undefined {
  const lowestByHourOfWeek = new Map<number, { lowest: number; weeks: number }>();
  for (const [index, hour] of maxima.hours.entries()) {
    const value = maxima.values[index] ?? 0;
    const hourOfWeek = (hour >= changeHour ? hour + shift : hour) % HOURS_PER_WEEK;
    const seen = lowestByHourOfWeek.get(hourOfWeek);
    if (seen === undefined) lowestByHourOfWeek.set(hourOfWeek, { lowest: value, weeks: 1 });
    else {
      seen.lowest = Math.min(seen.lowest, value);
      seen.weeks += 1;
    }
  }
  let peak: number | undefined;
  for (const { lowest, weeks } of lowestByHourOfWeek.values()) {
    if (weeks > 1 && (peak === undefined || lowest > peak)) peak = lowest;
  }
  return peak;
}

/** The epoch was a Thursday: Sunday begins this many hours into its weeks. */
const SUNDAY_HOUR = 72;

/** Sundays on which clocks change somewhere, as month and first and last day. Source: IANA time zone database, rules EU, US, AN, NZ, Chile. */
const CLOCK_CHANGE_SUNDAYS: readonly (readonly [string, number, number])[] = [
  ["03", 8, 14],
  ["03", 25, 31],
  ["04", 1, 8],
  ["09", 2, 8],
  ["09", 24, 30],
  ["10", 1, 7],
  ["10", 25, 31],
  ["11", 1, 7],
];

/** Whole hours since the epoch at which Sundays with a change of clocks begin, inside the span. */
function clockChanges({ hours }: HourlyMaxima): readonly number[] {
  const first = hours[0];
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return [];
  const found: number[] = [];
  const toSunday = (((SUNDAY_HOUR - first) % HOURS_PER_WEEK) + HOURS_PER_WEEK) % HOURS_PER_WEEK;
  for (let hour = first + toSunday; hour <= last; hour += HOURS_PER_WEEK) {
    const [, month = "", day = ""] = formatInstant(hour * HOUR_MS)
      .slice(0, "2026-01-01".length)
      .split("-");
    const isChange = CLOCK_CHANGE_SUNDAYS.some(
      ([name, from, to]) => name === month && Number(day) >= from && Number(day) <= to,
    );
    if (isChange) found.push(hour);
  }
  return found;
}
