import { type Currency, type Decimal, formatInstant } from "@apex/core";
import type { CalendarMonth } from "../calendar-month.ts";
import { type BillAccount, distinctAccounts } from "./bill-account.ts";
import { mulDiv, PRICE_PLACES, PRICE_SCALE, unscaled } from "./fixed-point.ts";
import { listPriceOf, type MeteredRow, paidShareOf, totalOf, unitPriceOf } from "./metered-rows.ts";
import { isIn, measuredPhases, type Phase } from "./phases.ts";
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
  /** Both at list prices; `null` where they are not known. */
  readonly listBefore: Decimal | null;
  readonly listAfter: Decimal | null;
}

/** What a change saved by the list, and by the share of the list cost that was paid: in the phase before it, and in the month. */
export interface SavingsAtListPrices {
  readonly saved: Decimal;
  readonly byShareBefore: Decimal;
  readonly byShareAfter: Decimal;
}

/** Usage of the time before the first merge. */
export interface BaselineUsage {
  /** Of the first row, ISO 8601. */
  readonly start: string;
  /** Of the last row. */
  readonly end: string;
  readonly usage: Decimal;
  readonly rows: number;
}

/** What one change, or several that no price tells apart, saved in one month. Exact, in {@link currency}. */
export interface MonthlySavingsOfChange {
  readonly tenant: string;
  readonly resourceId: string;
  readonly unit: string;
  readonly changes: readonly MergedChange[];
  readonly month: CalendarMonth;
  readonly currency: Currency;
  /** Whose bills have the month's usage after the change. */
  readonly accounts: readonly BillAccount[];
  /** Phases up to the newest one that the month has usage in. */
  readonly phases: readonly Phase[];
  /** What the time before the first merge has; `null` where nothing is compared with it. */
  readonly baseline: BaselineUsage | null;
  /** Which of them the change began. */
  readonly phase: number;
  /** Of one unit in the phase before the change, to 12 places; `null` where there is nothing to compare with it. */
  readonly priceBefore: Decimal | null;
  readonly parts: readonly SavingsPart[];
  /**
   * What is proven: the smallest of {@link atEffectivePrices} and of what was paid of {@link atListPrices}, so that a commitment that
   * began after the change is no saving of it, and no more than {@link atPricesOfMonth}. Below 0: the change made it dearer.
   */
  readonly savings: Decimal;
  /** Σ before − Σ after. */
  readonly atEffectivePrices: Decimal;
  /** `null` where the bill does not tell the list cost of all usage. */
  readonly atListPrices: SavingsAtListPrices | null;
  /**
   * What of it is left at the provider's prices of the month, where these are lower than those that it is reckoned at: `share`, to 12
   * places, is what was billed by what the same costs at the first prices. `null` where they are not.
   */
  readonly atPricesOfMonth: { readonly share: Decimal; readonly savings: Decimal } | null;
  /** What else must be known of the numbers, as a whole sentence. */
  readonly note: string | null;
  /** Of the list cost, what was paid in the phase before and in the month: a commitment bought in between is seen here. */
  readonly paidShareOfList: { readonly before: Decimal | null; readonly after: Decimal | null };
  /** Rows of the month that reach over the edge of a phase, or lie on the day of a merge: in no sum. */
  readonly excluded: { readonly rows: number; readonly billed: Decimal };
  /** Rows that the numbers are from. */
  readonly rows: number;
}

/** What all months have in common. */
export interface Measured {
  readonly input: SavingsInput;
  readonly phases: readonly Phase[];
  readonly rows: readonly MeteredRow[];
  /** Those of each phase. */
  readonly inPhase: readonly (readonly MeteredRow[])[];
  /** What a unit costs in each phase, and by the list; `undefined` where nothing was used, or the list cost is not known. */
  readonly prices: readonly (bigint | undefined)[];
  readonly listPrices: readonly (bigint | undefined)[];
  readonly currency: Currency;
}

/** A month's rows. */
export interface MonthRows {
  readonly month: CalendarMonth;
  /** All that begin in it. */
  readonly rows: readonly MeteredRow[];
  /** By the phase, those that have any. */
  readonly byPhase: ReadonlyMap<number, readonly MeteredRow[]>;
  /** The newest phase that has any. */
  readonly newest: number;
}

/** The usage of a resource by its phases, those planned that can be told apart. */
export function measuredIn(
  planned: readonly Phase[],
  of: Pick<Measured, "input" | "rows" | "currency">,
): Measured {
  const phases = measuredPhases(planned, of.rows);
  const inPhase = phases.map((phase) => of.rows.filter((row) => isIn(phase, row)));
  const [prices, listPrices] = [inPhase.map(unitPriceOf), inPhase.map(listPriceOf)];
  return { ...of, phases, inPhase, prices, listPrices };
}

function costAt(price: bigint, quantity: bigint): bigint {
  return mulDiv(price, quantity, PRICE_SCALE);
}

function listCostAt(price: bigint | undefined, quantity: bigint): bigint | undefined {
  return price === undefined ? undefined : costAt(price, quantity);
}

/** A part in whole numbers. */
interface PartSums {
  readonly phase: number;
  readonly quantity: bigint;
  readonly before: bigint;
  readonly after: bigint;
  readonly listBefore: bigint | undefined;
  readonly listAfter: bigint | undefined;
}

/** What the usage of the month was since a change. */
function partsSince(
  phase: number,
  { byPhase }: MonthRows,
  { prices, listPrices }: Measured,
): readonly PartSums[] {
  const [priceBefore = 0n, price = 0n] = [prices[phase - 1], prices[phase]];
  return [...byPhase]
    .filter(([later]) => later >= phase)
    .map(([later, own]) => {
      const { quantity, cost, list } = totalOf(own);
      return {
        phase: later,
        quantity,
        before: costAt(priceBefore, quantity),
        after: later === phase ? cost : costAt(price, quantity),
        listBefore: listCostAt(listPrices[phase - 1], quantity),
        listAfter: later === phase ? list : listCostAt(listPrices[phase], quantity),
      };
    });
}

/** What parts saved by the list; `undefined` where that is not known of one. */
function listSavings(parts: readonly PartSums[]): bigint | undefined {
  return parts.reduce<bigint | undefined>((sum, { listBefore, listAfter }) => {
    const isKnown = sum !== undefined && listBefore !== undefined && listAfter !== undefined;
    return isKnown ? sum + listBefore - listAfter : undefined;
  }, 0n);
}

function smallest(first: bigint, ...rest: readonly bigint[]): bigint {
  return rest.reduce((least, value) => (value < least ? value : least), first);
}

function unscaledOrNull(value: bigint | undefined, places?: number): Decimal | null {
  return value === undefined ? null : unscaled(value, places);
}

const LIST_UNKNOWN =
  "The bill does not tell what all of it costs by the list, so that the saving is the one at effective prices alone; it names no commitment that began after the merge.";

type Compared = Pick<
  MonthlySavingsOfChange,
  "savings" | "atEffectivePrices" | "atListPrices" | "atPricesOfMonth" | "note" | "paidShareOfList"
>;

/** A saving held against what is left of it where the provider became cheaper: without the change the customer would pay less too. */
function atMost(
  savings: bigint,
  after: readonly MeteredRow[],
): Pick<MonthlySavingsOfChange, "savings" | "atPricesOfMonth"> {
  const { billed, cost } = totalOf(after);
  if (billed <= 0n || billed >= cost) return { savings: unscaled(savings), atPricesOfMonth: null };
  const share = mulDiv(billed, PRICE_SCALE, cost);
  const left = mulDiv(savings, share, PRICE_SCALE);
  return {
    savings: unscaled(smallest(savings, left)),
    atPricesOfMonth: { share: unscaled(share, PRICE_PLACES), savings: unscaled(left) },
  };
}

/** The saving at effective prices held against the one at list prices, and both against the prices of the month. */
function compared(
  parts: readonly PartSums[],
  { before, after }: { readonly before: readonly MeteredRow[]; readonly after: readonly MeteredRow[] },
): Compared {
  const effective = parts.reduce((sum, part) => sum + part.before - part.after, 0n);
  const saved = listSavings(parts);
  const [paidBefore, paidAfter] = [paidShareOf(before), paidShareOf(after)];
  const shares = {
    atEffectivePrices: unscaled(effective),
    paidShareOfList: {
      before: unscaledOrNull(paidBefore, PRICE_PLACES),
      after: unscaledOrNull(paidAfter, PRICE_PLACES),
    },
  };
  if (saved === undefined || paidBefore === undefined || paidAfter === undefined)
    return { ...shares, ...atMost(effective, after), atListPrices: null, note: LIST_UNKNOWN };
  const [byBefore, byAfter] = [mulDiv(saved, paidBefore, PRICE_SCALE), mulDiv(saved, paidAfter, PRICE_SCALE)];
  return {
    ...shares,
    ...atMost(smallest(effective, byBefore, byAfter), after),
    atListPrices: {
      saved: unscaled(saved),
      byShareBefore: unscaled(byBefore),
      byShareAfter: unscaled(byAfter),
    },
    note: null,
  };
}

function baselineOf({ inPhase: [own = []] }: Measured): BaselineUsage | null {
  if (own.length === 0) return null;
  return {
    start: formatInstant(own.reduce((first, { startMs }) => Math.min(first, startMs), Infinity)),
    end: formatInstant(own.reduce((last, { endMs }) => Math.max(last, endMs), 0)),
    usage: unscaled(totalOf(own).quantity),
    rows: own.length,
  };
}

/**
 * The savings of each change in a month. At effective prices they add up to what its usage would have cost before all of them less what
 * it cost.
 */
export function savingsIn(measured: Measured, monthRows: MonthRows): readonly MonthlySavingsOfChange[] {
  const { input, phases, inPhase, prices, currency } = measured;
  const baseline = baselineOf(measured);
  const { month, byPhase, newest } = monthRows;
  const counted = new Set([...byPhase.values()].flat());
  const baselineEndMs = phases[0]?.endMs ?? 0;
  const left = monthRows.rows.filter((row) => row.startMs >= baselineEndMs && !counted.has(row));
  return phases.slice(1, newest + 1).map(({ changes }, index): MonthlySavingsOfChange => {
    const phase = index + 1;
    const parts = partsSince(phase, monthRows, measured);
    const before = inPhase[phase - 1] ?? [];
    const after = [...byPhase].flatMap(([later, own]) => (later >= phase ? own : []));
    return {
      tenant: input.tenant,
      resourceId: input.resourceId,
      unit: input.unit,
      changes,
      month,
      currency,
      accounts: distinctAccounts(after.map(({ account }) => account)),
      phases: phases.slice(0, newest + 1),
      baseline,
      phase,
      priceBefore: unscaled(prices[phase - 1] ?? 0n, PRICE_PLACES),
      parts: parts.map((part) => ({
        phase: part.phase,
        usage: unscaled(part.quantity),
        before: unscaled(part.before),
        after: unscaled(part.after),
        listBefore: unscaledOrNull(part.listBefore),
        listAfter: unscaledOrNull(part.listAfter),
      })),
      ...compared(parts, { before, after }),
      excluded: { rows: left.length, billed: unscaled(totalOf(left).billed) },
      rows: before.length + counted.size,
    };
  });
}
