import { collectPrices, type GcpPriceSku, gcpPriceBuilder } from "@apex/catalog/price-list";
import { AdapterError, compareDecimals, decimal, formatInstant } from "@apex/core";
import {
  CLOUD_SQL_SERVICE_ID,
  COMPUTE_ENGINE_SERVICE_ID,
  type GcpPriceCatalogue,
  type GcpSku,
} from "../gcp/price-catalogue.ts";
import { priceFolder } from "./price-folder.ts";
import type { SyncOutcome } from "./sync-outcome.ts";

/** What to bring up to date. */
export interface GcpPriceScope {
  readonly regions: readonly string[];
  /** The folder of the catalogue. */
  readonly into: string;
  readonly nowMs: number;
  /** Told how many SKUs were read so far. */
  readonly onProgress?: ((skus: number) => void) | undefined;
}

/** The one file of a region: machines, disks, addresses, GPUs and Cloud SQL. */
const LIST = "GoogleCloud";

const ORIGIN = { text: "Google Cloud Billing Catalog", licence: "Google Cloud terms" } as const;

/** The price of a SKU; `undefined` for one without a price, or in another currency. */
function priceOf({ description, category, pricing }: GcpSku): GcpPriceSku | undefined {
  if (pricing === null || pricing.currency !== "USD") return undefined;
  // The first hours or gigabytes of a few SKUs are free; what is beyond them is what they cost.
  const tier = pricing.tiers.find(({ unitPrice }) => compareDecimals(unitPrice, decimal(0)) > 0);
  if (tier === undefined) return undefined;
  return { description, usageType: category.usageType, usageUnit: pricing.usageUnit, price: tier.unitPrice };
}

/**
 * Brings the catalogue in a folder up to date with Google's price list. The list is read once for all regions and is one of the
 * day: nothing is replaced before it was read to its end. Throws an AdapterError when it cannot be read.
 */
export async function syncGcpPrices(
  catalogue: GcpPriceCatalogue,
  scope: GcpPriceScope,
  signal: AbortSignal,
): Promise<readonly SyncOutcome[]> {
  const builders = new Map(scope.regions.map((region) => [region, gcpPriceBuilder()]));
  let skus = 0;
  for (const service of [COMPUTE_ENGINE_SERVICE_ID, CLOUD_SQL_SERVICE_ID]) {
    for await (const sku of catalogue.skus(service, signal)) {
      skus += 1;
      scope.onProgress?.(skus);
      const price = priceOf(sku);
      if (price === undefined) continue;
      for (const region of sku.regions) builders.get(region)?.add(price);
    }
  }
  signal.throwIfAborted();
  if (skus === 0) throw new AdapterError("invalid", "Google's price list is empty; check --endpoint-url");
  const date = formatInstant(scope.nowMs).slice(0, "2026-01-01".length);
  const folder = priceFolder(scope.into);
  const outcomes: SyncOutcome[] = [];
  for (const [region, builder] of builders) {
    const collection = collectPrices({ offer: LIST, region, date, origin: ORIGIN });
    for (const { product, usd } of builder.finish()) collection.add(product, usd);
    const { tables, prices, ambiguous } = collection.finish();
    if (tables.length === 0) {
      const reason = `Google's price list has no price of ${region}; check --regions`;
      outcomes.push({ kind: "failed", list: LIST, region, reason });
      continue;
    }
    const header = { provider: "gcp", list: LIST, region, date, source: ORIGIN.text } as const;
    const syncedAt = formatInstant(scope.nowMs);
    await folder.replace({ ...header, syncedAt, prices, ambiguous: ambiguous.length }, tables);
    outcomes.push({ kind: "synced", list: LIST, region, date, prices, ambiguous });
  }
  return outcomes;
}
