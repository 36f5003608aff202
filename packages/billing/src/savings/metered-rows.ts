import type { CostRow, Decimal } from "@apex/core";
import { type CalendarMonth, epochMsOf, monthOf } from "../calendar-month.ts";
import { accountOf, type BillAccount } from "./bill-account.ts";
import { mulDiv, PRICE_SCALE, scaled, toPricePlaces } from "./fixed-point.ts";
import { isOfUnit, type SavingsInput } from "./savings-input.ts";

/** A row of the bill, as savings need it. */
export interface MeteredRow {
  readonly startMs: number;
  readonly endMs: number;
  readonly month: CalendarMonth;
  readonly quantity: bigint;
  /** EffectiveCost at the list prices of {@link meteredRows}. */
  readonly cost: bigint;
  /** EffectiveCost as the bill has it. */
  readonly billed: bigint;
  /** What the usage costs by the list, at the list prices of {@link meteredRows}; `undefined` where that is not known. */
  readonly list: bigint | undefined;
  /** What was metered (SkuId, else SkuPriceId): a machine's hours, or those of a licence on it. */
  readonly meter: string;
  readonly isCorrection: boolean;
  readonly account: BillAccount;
  readonly commitment: string | null;
  readonly isFinal: boolean;
  /** Why it cannot be reckoned with, as a whole sentence. */
  readonly problem: string | undefined;
}

/** The list price that a price point first has in the bill. */
interface FirstPrice {
  readonly atMs: number;
  readonly price: bigint;
}

function priceKeyOf({ SkuPriceId, SkuId }: CostRow): string | null {
  return SkuPriceId ?? SkuId;
}

/** By price point. */
function firstPrices(rows: readonly CostRow[]): ReadonlyMap<string, FirstPrice> {
  const first = new Map<string, FirstPrice>();
  for (const row of rows) {
    const key = priceKeyOf(row);
    if (key === null || row.ListUnitPrice === null) continue;
    const [atMs, price] = [epochMsOf(row.ChargePeriodStart), scaled(row.ListUnitPrice)];
    const known = first.get(key);
    const isFirst = known === undefined || atMs < known.atMs || (atMs === known.atMs && price < known.price);
    if (isFirst) first.set(key, { atMs, price });
  }
  return first;
}

function problemOf(row: CostRow, reference: bigint | undefined): string | undefined {
  const at = `The bill's row of ${row.ChargePeriodStart}`;
  if (row.PricingUnit === null) return `${at} does not tell by which unit it is priced.`;
  // A correction may leave out what the row that it corrects has said.
  if (row.ChargeClass === "Correction") return undefined;
  if (row.PricingQuantity === null) return `${at} does not tell how much was used.`;
  if (reference === undefined || row.ListUnitPrice === null) return `${at} has no list price.`;
  const price = toPricePlaces(scaled(row.ListUnitPrice));
  const isFree = price === 0n && scaled(row.ListUnitPrice) !== reference;
  return isFree ? `${at} has a list price of 0, and the same had one of more.` : undefined;
}

/** What a row would have cost had the provider not changed the list price. */
function atFirstPrice(cost: bigint, price: Decimal | null, reference: bigint | undefined): bigint {
  if (price === null || reference === undefined || scaled(price) === reference) return cost;
  const now = toPricePlaces(scaled(price));
  return now === 0n ? cost : mulDiv(cost, toPricePlaces(reference), now);
}

/** What a row's usage costs by the list. A quantity, other than a price, has seldom more than 12 places. */
function listCost(row: CostRow, quantity: bigint, first: FirstPrice | undefined): bigint | undefined {
  if (quantity === 0n) return 0n;
  // A price that is first known later is not known to whoever has only the bill until then.
  const isKnown = first !== undefined && first.atMs <= epochMsOf(row.ChargePeriodStart);
  const own = row.ListUnitPrice === null ? undefined : scaled(row.ListUnitPrice);
  const price = isKnown ? first.price : own;
  if (price === undefined) return undefined;
  return mulDiv(price, toPricePlaces(quantity), PRICE_SCALE);
}

/**
 * The rows of a resource's usage that begin in a time, restated to the list price that each price point (SkuPriceId, else SkuId) has in
 * the first of them: a provider that becomes cheaper is no saving of a change, and one that becomes dearer no loss.
 */
export function meteredRows(
  input: SavingsInput,
  time: { readonly startMs: number; readonly endMs: number },
): readonly MeteredRow[] {
  const own = input.rows.filter((row) => {
    // Purchases, taxes and credits are no price of usage.
    if (row.ChargeCategory !== "Usage" || !isOfUnit(row, input)) return false;
    const startMs = epochMsOf(row.ChargePeriodStart);
    return startMs >= time.startMs && startMs < time.endMs;
  });
  const prices = firstPrices(own.filter(({ PricingUnit }) => PricingUnit !== null));
  return own.map((row): MeteredRow => {
    const first = prices.get(priceKeyOf(row) ?? "");
    const reference = first?.price;
    const billed = scaled(row.EffectiveCost);
    const quantity = row.PricingQuantity === null ? 0n : scaled(row.PricingQuantity);
    return {
      startMs: epochMsOf(row.ChargePeriodStart),
      endMs: epochMsOf(row.ChargePeriodEnd),
      month: monthOf(row.ChargePeriodStart),
      quantity,
      cost: atFirstPrice(billed, row.ListUnitPrice, reference),
      billed,
      list: listCost(row, quantity, first),
      meter: row.SkuId ?? row.SkuPriceId ?? "",
      isCorrection: row.ChargeClass === "Correction",
      account: accountOf(row),
      commitment: row.CommitmentDiscountId,
      isFinal: row.InvoiceId !== null,
      problem: problemOf(row, reference),
    };
  });
}

/** Price of a unit, to 12 places; `undefined` where nothing was used. */
export function unitPriceOf(rows: readonly MeteredRow[]): bigint | undefined {
  const { quantity, cost } = totalOf(rows);
  return quantity > 0n ? mulDiv(cost, PRICE_SCALE, quantity) : undefined;
}

/** The same by the list; `undefined` also where the list cost of a row is not known. */
export function listPriceOf(rows: readonly MeteredRow[]): bigint | undefined {
  const { quantity, list } = totalOf(rows);
  return quantity > 0n && list !== undefined ? mulDiv(list, PRICE_SCALE, quantity) : undefined;
}

/** Sums of rows. A list cost that is not known makes that of all unknown. */
export function totalOf(
  rows: readonly MeteredRow[],
): Pick<MeteredRow, "quantity" | "cost" | "billed" | "list"> {
  const sum = (of: "quantity" | "cost" | "billed"): bigint =>
    rows.reduce((total, row) => total + row[of], 0n);
  const list = rows.reduce<bigint | undefined>(
    (total, row) => (total === undefined || row.list === undefined ? undefined : total + row.list),
    0n,
  );
  return { quantity: sum("quantity"), cost: sum("cost"), billed: sum("billed"), list };
}

/** How much of the list cost was paid, to 12 places and never below 0; `undefined` where the list cost is not known, or 0. */
export function paidShareOf(rows: readonly MeteredRow[]): bigint | undefined {
  const { cost, list } = totalOf(rows);
  if (list === undefined || list <= 0n) return undefined;
  return cost > 0n ? mulDiv(cost, PRICE_SCALE, list) : 0n;
}
