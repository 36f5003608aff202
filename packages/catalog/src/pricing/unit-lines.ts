import { compareDecimals, type Decimal, decimal, HOURS_PER_MONTH, multiply, subtract } from "@apex/core";
import type { PriceBook } from "../price-book.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import { combineParts, fixedItem, type PricedParts, usageItem } from "./priced-parts.ts";

/** Where something is paid, and from which prices. */
export interface PaidAt {
  readonly region: string;
  readonly prices: PriceBook;
}

/** A line that is priced by a name of the unit prices. */
export interface UnitLine {
  readonly name: string;
  readonly unit: string;
  readonly price: UnitPriceName;
  /** Per month. */
  readonly quantity: Decimal;
}

/** A line whose quantity somebody may tell. */
export interface UsageLine extends Omit<UnitLine, "quantity"> {
  readonly quantity: Decimal | undefined;
}

/** A line of known quantity. */
export function unitLine({ price, ...line }: UnitLine, at: PaidAt): PricedParts {
  return fixedItem({ ...line, price: unitPrice(price, at.region, at.prices) });
}

/** So many of a thing for a month (730 h) that is paid by the hour. */
export function monthOf(name: string, price: UnitPriceName, at: PaidAt, count = 1): PricedParts {
  return unitLine(
    { name, unit: "hours", price, quantity: multiply(decimal(HOURS_PER_MONTH), decimal(count)) },
    at,
  );
}

/** A line whose quantity follows from use. */
export function usageLine({ price, ...line }: UsageLine, at: PaidAt): PricedParts {
  return usageItem({ ...line, price: unitPrice(price, at.region, at.prices) });
}

/** A part of a month's use with a price of its own. */
export interface UsageTier {
  readonly name: string;
  readonly price: UnitPriceName;
  /** How much of the use it is good for, after the tiers before it; absent for the last one. */
  readonly holds?: Decimal;
}

/**
 * Use that costs less (or more) the more there is: a line per tier that is reached; without a quantity the first tier's price.
 * Vendors count tiers over all resources of an account and month, which one resource does not know: each starts at the first.
 */
export function tieredUsage(
  tiers: readonly UsageTier[],
  line: { readonly unit: string; readonly quantity: Decimal | undefined },
  at: PaidAt,
): PricedParts {
  const { unit } = line;
  const [first] = tiers;
  if (line.quantity === undefined || first === undefined) {
    return first === undefined ? combineParts() : usageLine({ ...first, ...line }, at);
  }
  const parts: PricedParts[] = [];
  let left = line.quantity;
  for (const [index, { name, price, holds }] of tiers.entries()) {
    if (index > 0 && compareDecimals(left, decimal(0)) <= 0) break;
    const quantity = holds === undefined || compareDecimals(left, holds) <= 0 ? left : holds;
    parts.push(usageLine({ name, unit, price, quantity }, at));
    left = subtract(left, quantity);
  }
  return combineParts(...parts);
}
