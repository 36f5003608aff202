import { decimal, HOURS_PER_MONTH } from "@apex/core";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import { fixedItem, type PricedParts } from "./priced-parts.ts";
import type { PriceBook } from "../price-book.ts";

function month(name: string, price: UnitPriceName, region: string, prices: PriceBook): PricedParts {
  return fixedItem({
    name,
    unit: "hours",
    quantity: decimal(HOURS_PER_MONTH),
    price: unitPrice(price, region, prices),
  });
}

/** A reserved external IPv4 address of Google Cloud, which costs more while nothing uses it. */
export function gcpExternalAddressMonth(isInUse: boolean, region: string, prices: PriceBook): PricedParts {
  return isInUse
    ? month("External IPv4 address (in use)", "external-ipv4-in-use-hour", region, prices)
    : month("External IPv4 address (unused)", "external-ipv4-unused-hour", region, prices);
}
