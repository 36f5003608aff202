import { decimal, HOURS_PER_MONTH } from "@apex/core";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import { combineParts, fixedItem, type PricedParts, usageItem } from "./priced-parts.ts";
import type { PriceBook } from "../price-book.ts";

function month(name: string, price: UnitPriceName, region: string, prices: PriceBook): PricedParts {
  return fixedItem({
    name,
    unit: "hours",
    quantity: decimal(HOURS_PER_MONTH),
    price: unitPrice(price, region, prices),
  });
}

/** A public IPv4 address, in use or not: AWS charges both alike since 2024-02-01. */
export function publicIpv4Month(region: string, prices: PriceBook): PricedParts {
  return month("Public IPv4 address", "public-ipv4-hour", region, prices);
}

/** A NAT gateway: its hours, and a price per GB that goes through it. */
export function natGatewayMonth(region: string, prices: PriceBook): PricedParts {
  return combineParts(
    month("NAT gateway", "nat-gateway-hour", region, prices),
    usageItem({ name: "Data processed", unit: "GB", price: unitPrice("nat-gateway-gb", region, prices) }),
  );
}

/** An application or network load balancer: its hours, and a price per capacity unit used. */
export function loadBalancerMonth(
  kind: "application" | "network",
  region: string,
  prices: PriceBook,
): PricedParts {
  const name = kind === "application" ? "Application" : "Network";
  return combineParts(
    month(`${name} load balancer`, `${kind}-load-balancer-hour`, region, prices),
    usageItem({
      name: "Load balancer capacity units",
      unit: "LCU-hours",
      price: unitPrice(`${kind}-load-balancer-lcu-hour`, region, prices),
    }),
  );
}

/** A classic load balancer: its hours, and a price per GB that goes through it. */
export function classicLoadBalancerMonth(region: string, prices: PriceBook): PricedParts {
  return combineParts(
    month("Classic load balancer", "classic-load-balancer-hour", region, prices),
    usageItem({
      name: "Data processed",
      unit: "GB",
      price: unitPrice("classic-load-balancer-gb", region, prices),
    }),
  );
}

/** A reserved external IPv4 address of Google Cloud, which costs more while nothing uses it. */
export function gcpExternalAddressMonth(isInUse: boolean, region: string, prices: PriceBook): PricedParts {
  return isInUse
    ? month("External IPv4 address (in use)", "external-ipv4-in-use-hour", region, prices)
    : month("External IPv4 address (unused)", "external-ipv4-unused-hour", region, prices);
}
