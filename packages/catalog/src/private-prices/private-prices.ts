import { type Decimal, decimal, divide, formatPath, multiply, parseDecimal, subtract } from "@apex/core";
import type { z } from "zod";
import type { PriceService } from "../price-service.ts";
import type { PriceKey } from "../price-table.ts";
import { purchaseOf } from "../price-list/purchase.ts";
import { WrittenPrices } from "./written-prices.ts";

/** What is really paid in place of a list price, and how that is known: a clause for people. */
export interface PaidPrice {
  readonly price: Decimal;
  readonly source: "contract" | "bill";
  readonly how: string;
}

/** What the user's own contract says of prices. A plain value. */
export type PrivatePrices = z.infer<typeof WrittenPrices>;

/** What became of a written file. */
export type ParsedPrices =
  | { readonly kind: "ok"; readonly prices: PrivatePrices }
  | { readonly kind: "invalid"; readonly mistakes: readonly string[] };

/** Reads the content of `apex.prices.yaml`, already parsed as YAML or JSON. */
export function parsePrivatePrices(written: unknown): ParsedPrices {
  const parsed = WrittenPrices.safeParse(written ?? {});
  if (parsed.success) return { kind: "ok", prices: parsed.data };
  const mistakes = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    const where = path.length === 0 ? "the file" : formatPath(path);
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => `${where}: ${key} is not a setting`);
    return [`${where}: ${issue.message}`];
  });
  return { kind: "invalid", mistakes };
}

/** Whether `*` in a pattern stands for the rest of a name. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.]/g, "\\."));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

function matchesAny(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns?.some((pattern) => matches(pattern, name)) ?? true;
}

/** "m5.large" → "m5", "db.r6g.xlarge" → "db.r6g", "n2-standard-4" → "n2". */
function familyOf(service: PriceService, name: string): string {
  if (service === "units" || service === "gce-gpu") return name;
  const at = service === "gce" ? name.indexOf("-") : name.lastIndexOf(".");
  return at < 0 ? name : name.slice(0, at);
}

/** What a private contract makes of a list price; `undefined` where it says nothing of it. */
export function privatePrice(
  prices: PrivatePrices,
  what: { readonly service: PriceService; readonly key: PriceKey; readonly list: Decimal },
): PaidPrice | undefined {
  const { service, key, list } = what;
  const { base, option } = purchaseOf(key.variant);
  const fixed = prices.rates?.findLast(
    (rate) =>
      rate.service === service &&
      option === "on-demand" &&
      matches(rate.type, key.name) &&
      matchesAny(rate.region === undefined ? undefined : [rate.region], key.region) &&
      (rate.variant === undefined || rate.variant === base),
  );
  const usd = fixed === undefined ? undefined : parseDecimal(fixed.hourly);
  if (usd !== undefined) return { price: usd, source: "contract", how: "a fixed rate of apex.prices.yaml" };
  const discount = prices.discounts?.findLast(
    (each) =>
      (each.service === undefined || each.service === service) &&
      matchesAny(each.regions, key.region) &&
      matchesAny(each.families, familyOf(service, key.name)) &&
      matchesAny(each.purchase ?? ["on-demand"], option),
  );
  if (discount === undefined) return undefined;
  const share = divide(subtract(decimal(100), decimal(discount.percent)), decimal(100));
  return {
    price: multiply(list, share),
    source: "contract",
    how: `${discount.percent} % off the list price by apex.prices.yaml`,
  };
}
