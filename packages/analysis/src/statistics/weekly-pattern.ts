import { formatInstant } from "@apex/core";
import { HOUR_MS, type HourlyMaxima, hourOfWeek, HOURS_PER_WEEK } from "./hourly.ts";

/** Pairs that a correlation needs before it says anything: two days of hours. */
const PAIRS_MIN = 48;

/**
 * Autocorrelation of hourly maxima at a lag in hours (24: a day, 168: a week): Pearson's r over all hours whose
 * counterpart was measured too. `undefined` when there are too few pairs or no variation: a constant series has no
 * pattern.
 */
export function autocorrelation({ hours, values }: HourlyMaxima, lagHours: number): number | undefined {
  const earlier = new Float64Array(hours.length);
  const later = new Float64Array(hours.length);
  let count = 0;
  // Both hours ascend, so one pass finds what is a lag apart.
  for (let left = 0, right = 0; right < hours.length; ) {
    const distance = (hours[right] ?? 0) - (hours[left] ?? 0);
    if (distance === lagHours) {
      earlier[count] = values[left] ?? 0;
      later[count] = values[right] ?? 0;
      count += 1;
    }
    if (distance < lagHours) right += 1;
    else left += 1;
  }
  return count < PAIRS_MIN ? undefined : pearson(earlier.subarray(0, count), later.subarray(0, count));
}

function pearson(xs: Float64Array, ys: Float64Array): number | undefined {
  const meanX = meanOf(xs);
  const meanY = meanOf(ys);
  let covariance = 0;
  let varianceX = 0;
  let varianceY = 0;
  for (let index = 0; index < xs.length; index += 1) {
    const x = (xs[index] ?? 0) - meanX;
    const y = (ys[index] ?? 0) - meanY;
    covariance += x * y;
    varianceX += x ** 2;
    varianceY += y ** 2;
  }
  const scale = Math.sqrt(varianceX * varianceY);
  // Rounding leaves a constant series a variance of about 1e-30 instead of 0.
  return scale < 1e-12 ? undefined : covariance / scale;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ?? 0;
  return sum / values.length;
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
  const lowest = new Float64Array(HOURS_PER_WEEK).fill(Number.POSITIVE_INFINITY);
  const weeks = new Uint32Array(HOURS_PER_WEEK);
  for (let index = 0; index < maxima.hours.length; index += 1) {
    const hour = maxima.hours[index] ?? 0;
    const value = maxima.values[index] ?? 0;
    const slot = hourOfWeek(hour >= changeHour ? hour + shift : hour);
    if (value < (lowest[slot] ?? 0)) lowest[slot] = value;
    weeks[slot] = (weeks[slot] ?? 0) + 1;
  }
  let peak: number | undefined;
  for (let slot = 0; slot < HOURS_PER_WEEK; slot += 1) {
    const level = lowest[slot] ?? 0;
    if ((weeks[slot] ?? 0) > 1 && (peak === undefined || level > peak)) peak = level;
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

/** Those of the last span: the series of a fleet have one in common. */
let lastChanges:
  | { readonly first: number; readonly last: number; readonly found: readonly number[] }
  | undefined;

/** Whole hours since the epoch at which Sundays with a change of clocks begin, inside the span. */
function clockChanges({ hours }: HourlyMaxima): readonly number[] {
  const first = hours[0];
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return [];
  if (lastChanges?.first !== first || lastChanges.last !== last) {
    lastChanges = { first, last, found: changesBetween(first, last) };
  }
  return lastChanges.found;
}

function changesBetween(first: number, last: number): readonly number[] {
  const found: number[] = [];
  const toSunday = hourOfWeek(SUNDAY_HOUR - first);
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
