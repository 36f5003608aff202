import { formatInstant, parseInstant } from "@apex/core";

/** A calendar month in UTC: "2026-09". */
export type CalendarMonth = string;

const MONTH_PATTERN = /^(\d{4})-(0[1-9]|1[0-2])$/;
const MONTHS_PER_YEAR = 12;

/** Whether a text is a month: "2026-09". */
export function isCalendarMonth(text: string): text is CalendarMonth {
  return MONTH_PATTERN.test(text);
}

/** An instant, ISO 8601 in UTC, as Unix time in milliseconds. Throws a RangeError for a text that is none, as all functions here. */
export function epochMsOf(instant: string): number {
  const epochMs = parseInstant(instant);
  if (epochMs === undefined) throw new RangeError(`not an instant in UTC: ${instant}`);
  return epochMs;
}

/** The month of an instant, ISO 8601 in UTC. */
export function monthOf(instant: string): CalendarMonth {
  epochMsOf(instant);
  return instant.slice(0, "2026-09".length);
}

/** The month so many after another. */
export function addMonths(month: CalendarMonth, count: number): CalendarMonth {
  const [year, number] = month.split("-").map(Number);
  if (!isCalendarMonth(month) || year === undefined || number === undefined) {
    throw new RangeError(`not a month: ${month}`);
  }
  const months = year * MONTHS_PER_YEAR + number - 1 + count;
  const of = String((months % MONTHS_PER_YEAR) + 1).padStart(2, "0");
  return `${String(Math.floor(months / MONTHS_PER_YEAR)).padStart(4, "0")}-${of}`;
}

/** First instant of a month, and the first one after it, ISO 8601. */
export function monthPeriod(month: CalendarMonth): { readonly start: string; readonly end: string } {
  return { start: `${month}-01T00:00:00Z`, end: `${addMonths(month, 1)}-01T00:00:00Z` };
}

/** The instant to whole seconds, ISO 8601: an end is exclusive and goes up, a start goes down. */
export function wholeSecond(instant: string, towards: "down" | "up"): string {
  const round = towards === "up" ? Math.ceil : Math.floor;
  return formatInstant(round(epochMsOf(instant) / 1_000) * 1_000);
}
