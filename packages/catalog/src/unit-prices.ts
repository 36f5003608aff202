import { type Known, known, unknown } from "@apex/core";
import { COMMITTED_PRICES, type PriceBook } from "./price-book.ts";
import type { DatedPrice } from "./price-table.ts";
import { UNIT_VARIANT, type UnitPriceName } from "./unit-price-table.ts";

/** The list price of a unit in a region, in USD; unknown for a region that the tables lack. */
export function unitPrice(
  name: UnitPriceName,
  region: string,
  prices: PriceBook = COMMITTED_PRICES,
): Known<DatedPrice> {
  const found = prices.find("units", { region, variant: UNIT_VARIANT, name });
  return found === undefined ? unknown(`no price of ${name} for the region ${region}`) : known(found);
}
