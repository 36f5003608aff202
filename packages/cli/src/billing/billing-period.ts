import { isCalendarMonth, monthOf, monthPeriod } from "@apex/billing";
import { formatInstant, parseInstant } from "@apex/core";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";

/** Unix times in milliseconds; the end is not in it. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

const LAST_MONTH = "9999-12";

/** A month's name, "2026-11", as it was given or, without one, that of `otherwise`. Throws a CommandError for another text. */
export function requireMonth(given: string | undefined, otherwise: string): string {
  const month: string = given ?? otherwise;
  const problem = `--month ${month} is no month: write it as 2026-11 (UTC)`;
  // The month after it has no name.
  if (!isCalendarMonth(month) || month === LAST_MONTH) throw new CommandError(EXIT_CODES.wrongUse, problem);
  return month;
}

/** The month that it is, UTC. */
export function monthAt(now: Date): string {
  return monthOf(formatInstant(now.getTime()));
}

/** A month's first instant, and the first one after it. */
export function periodOf(month: string): Period {
  const { start, end } = monthPeriod(month);
  return { startMs: parseInstant(start) ?? Number.NaN, endMs: parseInstant(end) ?? Number.NaN };
}
