import type { Currency, Decimal } from "@apex/core";
import { addMonths, type CalendarMonth, epochMsOf, monthOf, monthPeriod } from "../calendar-month.ts";
import { mulDiv, PRICE_SCALE, unscaled } from "./fixed-point.ts";
import { type MeteredRow, meteredRows, paidShareOf, totalOf, unitPriceOf } from "./metered-rows.ts";
import { isIn, measuredPhases, type Phase, phasesOf } from "./phases.ts";
import type { MergedChange, SavingsInput } from "./savings-input.ts";

/** What was used in one month's part of a phase, and what a change made of it. */
export interface SavingsPart {
  /** Which phase, from 0 for the baseline. */
  readonly phase: number;
  readonly usage: Decimal;
  /** What the usage would have cost at the unit price before the change. */
  readonly before: Decimal;
  /** At the price after it: as it was billed in the newest phase, at the phase's own price where more changes followed. */
  readonly after: Decimal;
}

/** What one change, or several that no price tells apart, saved in one month. Exact, in {@link currency}. */
export interface MonthlySavingsOfChange {
  readonly tenant: string;
  readonly resourceId: string;
  readonly unit: string;
  readonly changes: readonly MergedChange[];
  readonly month: CalendarMonth;
  readonly currency: Currency;
  /** Phases up to the newest one that the month has usage in. */
  readonly phases: readonly Phase[];
  /** Which of them the change began. */
  readonly phase: number;
  /** Of one unit in the phase before the change, to 12 places. */
  readonly priceBefore: Decimal;
  readonly parts: readonly SavingsPart[];
  /** Σ before − Σ after. Below 0: the change made it dearer. */
  readonly savings: Decimal;
  /** Of the list price, what was paid in the phase before and in the month: a commitment bought in between is seen here. */
  readonly paidShareOfList: { readonly before: Decimal | null; readonly after: Decimal | null };
  /** Rows of the month that reach over the edge of a phase, or lie on the day of a merge: in no sum. */
  readonly excluded: { readonly rows: number; readonly billed: Decimal };
  /** Rows that the numbers are from. */
  readonly rows: number;
}

/** A month of which nothing can be said, and so nothing is charged. */
export interface UnprovenMonth {
  readonly tenant: string;
  readonly resourceId: string;
  readonly month: CalendarMonth;
  /** A whole sentence. */
  readonly reason: string;
  /** Not final yet: it may be proven later, and later months wait for it. */
  readonly isOpen: boolean;
}

/** What can be said of each month since the first merge. */
export interface ProvenMonths {
  readonly proven: readonly MonthlySavingsOfChange[];
  readonly unproven: readonly UnprovenMonth[];
}

/** What all months have in common. */
interface Measured {
  readonly input: SavingsInput;
  readonly phases: readonly Phase[];
  readonly rows: readonly MeteredRow[];
  readonly currency: Currency;
}

interface MonthRows {
  readonly month: CalendarMonth;
  /** All that begin in it. */
  readonly rows: readonly MeteredRow[];
  /** By the phase, those that have any. */
  readonly byPhase: ReadonlyMap<number, readonly MeteredRow[]>;
  /** The newest phase that has any. */
  readonly newest: number;
}

function monthRowsOf({ phases, rows }: Measured, month: CalendarMonth): MonthRows {
  const own = rows.filter((row) => row.month === month);
  const byPhase = new Map<number, readonly MeteredRow[]>();
  for (const [index, phase] of phases.entries()) {
    const inPhase = index === 0 ? [] : own.filter((row) => isIn(phase, row));
    if (inPhase.length > 0) byPhase.set(index, inPhase);
  }
  return { month, rows: own, byPhase, newest: Math.max(0, ...byPhase.keys()) };
}

/** Why a month cannot be proven, and whether it only cannot yet; `undefined` where it can. */
function obstacle(
  { phases, rows, input }: Measured,
  { month, byPhase, newest }: MonthRows,
): Pick<UnprovenMonth, "reason" | "isOpen"> | undefined {
  // Prices are of whole phases; of the newest, only the month itself is looked at.
  const priced = phases.slice(0, newest).flatMap((phase) => rows.filter((row) => isIn(phase, row)));
  const needed = [...priced, ...[...byPhase.values()].flat()];
  const problem = needed.find((row) => row.problem !== undefined)?.problem;
  if (problem !== undefined) return { reason: problem, isOpen: false };
  if (needed.some(({ isFinal }) => !isFinal)) {
    return {
      reason: `The bill of ${month}, or of the time before that it is compared with, is not final: usage has no invoice yet.`,
      isOpen: true,
    };
  }
  const unpriced = phases
    .slice(0, newest)
    .findIndex((phase) => unitPriceOf(rows.filter((row) => isIn(phase, row))) === undefined);
  if (unpriced === -1) return undefined;
  return {
    reason: `In the ${input.baselineDays} days before the first merge nothing of ${input.resourceId} was billed by ${input.unit}: there is no price to compare with.`,
    isOpen: false,
  };
}

/** A usage's cost by the price of a phase. */
type CostAt = (phase: number, quantity: bigint) => bigint;

function costsAt({ phases, rows }: Measured): CostAt {
  const prices = phases.map((phase) => unitPriceOf(rows.filter((row) => isIn(phase, row))) ?? 0n);
  return (phase, quantity) => mulDiv(prices[phase] ?? 0n, quantity, PRICE_SCALE);
}

function shareOf(rows: readonly MeteredRow[]): Decimal | null {
  const share = paidShareOf(rows);
  return share === undefined ? null : unscaled(share);
}

/** The savings of each change in a month. They add up to what its usage would have cost before all of them less what it cost. */
function savingsIn(measured: Measured, monthRows: MonthRows): readonly MonthlySavingsOfChange[] {
  const { input, phases, rows, currency } = measured;
  const costAt = costsAt(measured);
  const { month, byPhase, newest } = monthRows;
  const counted = new Set([...byPhase.values()].flat());
  const baselineEndMs = phases[0]?.endMs ?? 0;
  const left = monthRows.rows.filter((row) => row.startMs >= baselineEndMs && !counted.has(row));
  return phases.slice(1, newest + 1).map(({ changes }, index): MonthlySavingsOfChange => {
    const phase = index + 1;
    const sums = [...byPhase]
      .filter(([later]) => later >= phase)
      .map(([later, own]) => {
        const { quantity, cost } = totalOf(own);
        const after = later === phase ? cost : costAt(phase, quantity);
        return { phase: later, quantity, before: costAt(phase - 1, quantity), after };
      });
    const savings = sums.reduce((sum, { before, after }) => sum + before - after, 0n);
    const before = rows.filter((row) => isIn(phases[phase - 1] ?? { startMs: 0, endMs: 0, changes }, row));
    return {
      tenant: input.tenant,
      resourceId: input.resourceId,
      unit: input.unit,
      changes,
      month,
      currency,
      phases: phases.slice(0, newest + 1),
      phase,
      priceBefore: unscaled(unitPriceOf(before) ?? 0n, 12),
      parts: sums.map((part) => ({
        phase: part.phase,
        usage: unscaled(part.quantity),
        before: unscaled(part.before),
        after: unscaled(part.after),
      })),
      savings: unscaled(savings),
      paidShareOfList: {
        before: shareOf(before),
        after: shareOf([...byPhase].flatMap(([later, own]) => (later >= phase ? own : []))),
      },
      excluded: { rows: left.length, billed: unscaled(totalOf(left).billed) },
      rows: before.length + counted.size,
    };
  });
}

function monthsBetween(first: CalendarMonth, last: CalendarMonth): readonly CalendarMonth[] {
  const months: CalendarMonth[] = [];
  for (let month = first; month <= last; month = addMonths(month, 1)) months.push(month);
  return months;
}

/**
 * What each merged change of a resource saved in each month, proven from final bills: the unit price before the change times what was
 * really used, less what was really paid, all at the list prices that the bill began with. Several changes share what all of them saved
 * by the steps of the unit price, in the order of their merges. The order of rows and changes does not matter. Throws a RangeError for
 * texts that are no instants.
 */
export function proveMonths(input: SavingsInput): ProvenMonths {
  const planned = phasesOf(input);
  const [baseline, first] = planned;
  if (baseline === undefined || first === undefined) return { proven: [], unproven: [] };
  const endMs = epochMsOf(monthPeriod(input.until).end);
  const rows = meteredRows(input, { startMs: baseline.startMs, endMs });
  const currencies = new Set(
    input.rows
      .filter(({ ResourceId }) => ResourceId === input.resourceId)
      .map(({ BillingCurrency }) => BillingCurrency),
  );
  const [currency = ""] = currencies;
  const measured: Measured = { input, phases: measuredPhases(planned, rows), rows, currency };
  const head = { tenant: input.tenant, resourceId: input.resourceId };
  const [firstMerge] = first.changes;
  const results = monthsBetween(monthOf(firstMerge?.mergedAt ?? ""), input.until).map(
    (month): ProvenMonths => {
      const unproven = (reason: string, isOpen: boolean): ProvenMonths => ({
        proven: [],
        unproven: [{ ...head, month, reason, isOpen }],
      });
      if (currencies.size > 1)
        return unproven(`The bill has ${input.resourceId} in several currencies.`, false);
      const monthRows = monthRowsOf(measured, month);
      if (monthRows.byPhase.size === 0) {
        return unproven(
          `Nothing of ${input.resourceId} was billed by ${input.unit} in ${month} after a merge.`,
          false,
        );
      }
      const why = obstacle(measured, monthRows);
      if (why !== undefined) return unproven(why.reason, why.isOpen);
      return { proven: savingsIn(measured, monthRows), unproven: [] };
    },
  );
  return {
    proven: results.flatMap(({ proven }) => proven),
    unproven: results.flatMap(({ unproven }) => unproven),
  };
}
