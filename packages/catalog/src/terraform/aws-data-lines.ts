import {
  addDecimals,
  type Decimal,
  decimal,
  formatPath,
  HOURS_PER_MONTH,
  type JsonPath,
  multiply,
  subtract,
} from "@apex/core";
import { nodePrice, type NodePriceQuery } from "../node-price.ts";
import { essentialPartMissing, fixedItem, type PricedParts, usageItem } from "../pricing/priced-parts.ts";
import { tieredUsage, type UsageTier } from "../pricing/unit-lines.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import { isUnknownAt, numberAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** What a line item is called and counted in. */
export type LineName = readonly [name: string, unit: string];

/** Where prices of a quantity begin to be others: from 0, from 50 TB. Ascending, in the line's unit. */
export type Tiers = readonly (readonly [from: number, price: UnitPriceName])[];

/** Writes the line items of one resource. */
export interface Lines extends PricePlace {
  /** So much of a unit a month, as the configuration says. */
  fixed(line: LineName, price: UnitPriceName, quantity: Decimal): PricedParts;
  /** As much as a usage file tells, if it does, in the unit that the price is of. */
  used(line: LineName, price: UnitPriceName, quantity?: Decimal): PricedParts;
  /** The same where it gets cheaper by the quantity; the first tier's price where that is not told. */
  usedInTiers(line: LineName, tiers: Tiers, quantity: Decimal | undefined): PricedParts;
  /** What a usage file says under a key, divided by how many the price is `per`. */
  told(key: string | JsonPath, per?: number): Decimal | undefined;
  /** Nodes, each for 730 hours. */
  nodes(line: string, count: Decimal, query: Omit<NodePriceQuery, "region">): PricedParts;
}

/** Unit and count of hours. */
export const MONTH_HOURS: Decimal = decimal(HOURS_PER_MONTH);

/** The lines of a resource, priced where it is, or in a region of its own ("a replica's"). */
export function linesOf(resource: ResourceView, view: PlanView, inRegion?: string): Lines {
  const place = pricePlace(view, resource);
  const { prices } = place;
  const region = inRegion ?? place.region;
  const price = (name: UnitPriceName) => unitPrice(name, region, prices);
  const lines: Lines = {
    region,
    prices,
    fixed: ([name, unit], of, quantity) => fixedItem({ name, unit, quantity, price: price(of) }),
    used: ([name, unit], of, quantity) => usageItem({ name, unit, quantity, price: price(of) }),
    usedInTiers: ([name, unit], tiers, quantity) =>
      tieredUsage(holdingTiers(name, tiers), { unit, quantity }, { region, prices }),
    told: (key, per) => usageAt(resource, typeof key === "string" ? [key] : key, per),
    nodes: (name, count, query) =>
      fixedItem({
        name,
        unit: "hours",
        quantity: times(count, MONTH_HOURS),
        price: nodePrice({ ...query, region }, prices),
        purchase: "on-demand",
      }),
  };
  return lines;
}

/** Tiers by how much each holds. */
function holdingTiers(name: string, tiers: Tiers): readonly UsageTier[] {
  return tiers.map(([from, price], index) => {
    const end = tiers[index + 1]?.[0];
    return { name, price, ...(end === undefined ? {} : { holds: decimal(end - from) }) };
  });
}

/** A product, of undefined as soon as one factor is. */
export function times(...factors: readonly Decimal[]): Decimal;
export function times(...factors: readonly (Decimal | undefined)[]): Decimal | undefined;
export function times(...factors: readonly (Decimal | undefined)[]): Decimal | undefined {
  let product = decimal(1);
  for (const factor of factors) {
    if (factor === undefined) return undefined;
    product = multiply(product, factor);
  }
  return product;
}

/** A sum of what is told; undefined where nothing is. */
export function plus(...terms: readonly (Decimal | undefined)[]): Decimal | undefined {
  const told = terms.filter((term) => term !== undefined);
  return told.length === 0 ? undefined : addDecimals(...told);
}

/** A product of what a configuration holds, exact however large: a float would overflow. */
export function product(...factors: readonly number[]): Decimal {
  return times(...factors.map((factor) => decimal(factor)));
}

/** What is above an allowance that costs nothing, never less than zero. */
export function above(quantity: number, included: number): Decimal {
  return quantity <= included ? decimal(0) : subtract(decimal(quantity), decimal(included));
}

/** Whether the configuration sets an attribute to something that is known only after apply; an unset computed one is unknown as well. */
export function isSetLater(resource: ResourceView, path: JsonPath): boolean {
  if (!isUnknownAt(resource.unknowns, path)) return false;
  return (resource.planned.references?.[formatPath(path)] ?? []).length > 0;
}

/** A number, what stands for it when it is not set, and undefined when it is known only after apply. */
export function numberOr(resource: ResourceView, path: JsonPath, unset: number): number | undefined {
  return numberAt(resource.values, path) ?? (isSetLater(resource, path) ? undefined : unset);
}

/** Parts that depend on a number, which are missing when it is not known or negative. */
export function withNumber(
  value: number | undefined,
  what: string,
  parts: (value: number) => PricedParts,
): PricedParts {
  return value === undefined || value < 0 ? essentialPartMissing(`${what} is not known`) : parts(value);
}

/** Parts that depend on a name, which are missing when it is not known. */
export function withText(
  value: string | undefined,
  what: string,
  parts: (value: string) => PricedParts,
): PricedParts {
  return value === undefined ? essentialPartMissing(`${what} is not known`) : parts(value);
}

/** What a table has under a name that somebody else wrote. */
export function named<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
