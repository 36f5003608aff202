import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  type Known,
  type LineItem,
  multiply,
  type ResourceEstimate,
} from "@apex/core";
import type { DatedPrice } from "../price-table.ts";

/** A part of a resource that could not be priced. */
export interface MissingPart {
  readonly reason: string;
  /** Whether the resource's cost cannot be told without it; else what is priced is shown as the cost without this part. */
  readonly isEssential: boolean;
}

/** What was priced of a resource and what was not. Combined from parts, turned into an estimate once. */
export interface PricedParts {
  readonly lineItems: readonly LineItem[];
  readonly missing: readonly MissingPart[];
  /** Date of each price table that was used. */
  readonly priceDates: Readonly<Record<string, string>>;
}

/** Nothing to pay: for resource types that are free by themselves. */
export const FREE: PricedParts = { lineItems: [], missing: [], priceDates: {} };

/** A part without which the cost of the resource cannot be told. */
export function essentialPartMissing(reason: string): PricedParts {
  return { ...FREE, missing: [{ reason, isEssential: true }] };
}

/** A part that is left out of the cost, which then says so. */
export function partMissing(reason: string): PricedParts {
  return { ...FREE, missing: [{ reason, isEssential: false }] };
}

/** The dates of the tables that either of two used. */
export function mergeDates(
  a: PricedParts["priceDates"],
  b: PricedParts["priceDates"],
): Record<string, string> {
  const merged: Record<string, string> = { ...a };
  for (const [table, date] of Object.entries(b)) {
    const other = merged[table];
    // Two states of one table were used: the older date is the one that the whole can vouch for.
    merged[table] = other !== undefined && other < date ? other : date;
  }
  return merged;
}

/** All parts together, in order. */
export function combineParts(...parts: readonly PricedParts[]): PricedParts {
  return {
    lineItems: parts.flatMap((part) => part.lineItems),
    missing: parts.flatMap((part) => part.missing),
    priceDates: parts.reduce<Record<string, string>>((dates, part) => mergeDates(dates, part.priceDates), {}),
  };
}

/** A component whose quantity follows from the configuration. */
export interface FixedItem {
  readonly name: string;
  readonly unit: string;
  /** Per month. */
  readonly quantity: Decimal;
  readonly price: Known<DatedPrice>;
  /** How it is bought, for what has several ways: "on-demand". */
  readonly purchase?: string;
}

/** A component whose quantity follows from use. */
export interface UsageItem extends Omit<FixedItem, "quantity"> {
  /** Per month, where somebody told it. */
  readonly quantity?: Decimal | undefined;
}

function lineItem(
  item: UsageItem,
  { price, date, table, region }: DatedPrice,
  usageBased: boolean,
): PricedParts {
  const { quantity = null } = item;
  const line: LineItem = {
    name: item.name,
    unit: item.unit,
    quantity,
    unitPrice: price,
    monthlyCost: quantity === null ? null : multiply(quantity, price),
    usageBased,
    region,
    ...(item.purchase === undefined ? {} : { purchase: item.purchase }),
    priceTable: table,
    priceDate: date,
  };
  return { lineItems: [line], missing: [], priceDates: { [table]: date } };
}

function isNegative(quantity: Decimal | undefined): boolean {
  return quantity !== undefined && compareDecimals(quantity, decimal(0)) < 0;
}

/** A line item of known quantity; an unknown price makes the whole resource's cost unknown. */
export function fixedItem(item: FixedItem): PricedParts {
  if (item.price.kind === "unknown") return essentialPartMissing(item.price.reason);
  if (isNegative(item.quantity)) return essentialPartMissing(`${item.name}: the quantity is negative`);
  return lineItem(item, item.price.value, false);
}

/**
 * A line item whose quantity follows from use: shown with its unit price only, unless a usage file tells the quantity. An
 * unknown price leaves the cost without this part.
 */
export function usageItem(item: UsageItem): PricedParts {
  if (item.price.kind === "unknown") return partMissing(item.price.reason);
  if (isNegative(item.quantity)) return partMissing(`${item.name}: the quantity is negative`);
  return lineItem(item, item.price.value, true);
}

/** The parts of one thing, `count` times. */
export function multiplyParts(parts: PricedParts, count: Decimal): PricedParts {
  return {
    ...parts,
    lineItems: parts.lineItems.map((item) => ({
      ...item,
      quantity: item.quantity === null ? null : multiply(item.quantity, count),
      monthlyCost: item.monthlyCost === null ? null : multiply(item.monthlyCost, count),
    })),
  };
}

function ofUnknownCount(parts: PricedParts, missing: MissingPart): PricedParts {
  return {
    ...parts,
    lineItems: parts.lineItems.map((item) => ({ ...item, quantity: null, monthlyCost: null })),
    missing: [...parts.missing, missing],
  };
}

/**
 * The parts of one thing of which it is not known how many there are: prices are shown, quantities and costs are not.
 */
export function partsOfUnknownCount(parts: PricedParts, reason: string): PricedParts {
  return ofUnknownCount(parts, { reason, isEssential: true });
}

/** The same of a side of a resource whose cost is told without it: it then costs at least that. */
export function partsLeftOut(parts: PricedParts, reason: string): PricedParts {
  return ofUnknownCount(parts, { reason, isEssential: false });
}

/** The estimate of a resource: its cost is unknown as soon as an essential part is, and says what is left out. */
export function toEstimate(
  resource: { readonly address: string; readonly type: string },
  parts: PricedParts,
): ResourceEstimate {
  const costs = parts.lineItems.flatMap((item) => (item.monthlyCost === null ? [] : [item.monthlyCost]));
  const isUnknown = parts.missing.some((part) => part.isEssential);
  const reasons = [...new Set(parts.missing.map((part) => part.reason))];
  return {
    address: resource.address,
    type: resource.type,
    monthlyCost: isUnknown ? null : addDecimals(decimal(0), ...costs),
    lineItems: parts.lineItems,
    ...(reasons.length === 0 ? {} : { unpriced: reasons.join("; ") }),
  };
}
