import { addMonths, type CalendarMonth, epochMsOf, monthOf, monthPeriod } from "../calendar-month.ts";
import { type MeteredRow, meteredRows } from "./metered-rows.ts";
import {
  type Measured,
  measuredIn,
  type MonthlySavingsOfChange,
  type MonthRows,
  savingsIn,
} from "./month-savings.ts";
import { commitmentObstacle, missingMonth, type Obstacle, obstacle } from "./obstacles.ts";
import { phasesOf } from "./phases.ts";
import type { SavingsInput } from "./savings-input.ts";

/** A month of which nothing can be said, and so nothing is charged. */
export interface UnprovenMonth extends Obstacle {
  readonly tenant: string;
  readonly resourceId: string;
  readonly month: CalendarMonth;
}

/** What can be said of each month since the first merge. */
export interface ProvenMonths {
  readonly proven: readonly MonthlySavingsOfChange[];
  readonly unproven: readonly UnprovenMonth[];
  /** Of those, the months in which nothing was used after a merge. */
  readonly unused: readonly CalendarMonth[];
}

function monthRowsOf({ rows, inPhase }: Measured, month: CalendarMonth): MonthRows {
  const of = (own: readonly MeteredRow[]): readonly MeteredRow[] => own.filter((row) => row.month === month);
  const byPhase = new Map<number, readonly MeteredRow[]>();
  for (const [index, all] of inPhase.entries()) {
    const own = index === 0 ? [] : of(all);
    if (own.length > 0) byPhase.set(index, own);
  }
  return { month, rows: of(rows), byPhase, newest: Math.max(0, ...byPhase.keys()) };
}

function monthsBetween(first: CalendarMonth, last: CalendarMonth): readonly CalendarMonth[] {
  const months: CalendarMonth[] = [];
  for (let month = first; month <= last; month = addMonths(month, 1)) months.push(month);
  return months;
}

/**
 * What each merged change of a resource saved in each month, proven from final bills: the unit price before the change times what was
 * really used, less what was really paid, all at the list prices that the bill began with, and no more than the saving at list prices by
 * what was paid of them. Several changes share what all of them saved by the steps of the unit price, in the order of their merges. The order of rows and changes does not matter. Throws a RangeError for
 * texts that are no instants.
 */
export function proveMonths(input: SavingsInput): ProvenMonths {
  const planned = phasesOf(input);
  const [baseline, first] = planned;
  if (baseline === undefined || first === undefined) return { proven: [], unproven: [], unused: [] };
  const endMs = epochMsOf(monthPeriod(input.until).end);
  const rows = meteredRows(input, { startMs: baseline.startMs, endMs });
  const currencies = new Set(
    input.rows
      .filter(({ ResourceId }) => ResourceId === input.resourceId)
      .map(({ BillingCurrency }) => BillingCurrency),
  );
  const [currency = ""] = currencies;
  const measured = measuredIn(planned, { input, rows, currency });
  const missing = missingMonth(measured);
  const head = { tenant: input.tenant, resourceId: input.resourceId };
  const [firstMerge] = first.changes;
  const results = monthsBetween(monthOf(firstMerge?.mergedAt ?? ""), input.until).map(
    (month): ProvenMonths => {
      const unproven = (reason: string, isOpen: boolean): ProvenMonths => ({
        proven: [],
        unproven: [{ ...head, month, reason, isOpen }],
        unused: [],
      });
      if (currencies.size > 1)
        return unproven(`The bill has ${input.resourceId} in several currencies.`, false);
      const monthRows = monthRowsOf(measured, month);
      if (monthRows.byPhase.size === 0) {
        const reason = `Nothing of ${input.resourceId} was billed by ${input.unit} in ${month} after a merge.`;
        return { ...unproven(reason, false), unused: [month] };
      }
      const why = obstacle(measured, monthRows, missing);
      if (why !== undefined) return unproven(why.reason, why.isOpen);
      const proven = savingsIn(measured, monthRows);
      const begun = commitmentObstacle(measured, monthRows, proven);
      return begun === undefined ? { proven, unproven: [], unused: [] } : unproven(begun, false);
    },
  );
  return {
    proven: results.flatMap(({ proven }) => proven),
    unproven: results.flatMap(({ unproven }) => unproven),
    unused: results.flatMap(({ unused }) => unused),
  };
}
