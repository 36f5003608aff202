import type { Decimal } from "@apex/core";
import { COMMITTED_PRICES, type PriceBook } from "./price-book.ts";
import type { PriceService } from "./price-service.ts";
import { purchaseOf } from "./price-list/purchase.ts";

/** One way to pay for a machine. */
export interface PurchasePrice {
  readonly region: string;
  /** "linux", "windows", "MySQL Single-AZ", "Valkey". */
  readonly variant: string;
  /** "on-demand", "reserved-1yr-no-upfront", "compute-savings-plan-3yr-all-upfront", "spot-p50". */
  readonly option: string;
  /** USD per hour; upfront fees are spread over the term. */
  readonly hourly: Decimal;
  readonly date: string;
  readonly table: string;
  /** What is really paid, where the book tells. */
  readonly paid?: { readonly hourly: Decimal; readonly how: string };
}

/** The tables that a machine's price stands in, by its name: "db.m5.large", "cache.r7g.large", "m5.large", "n2-standard-4". */
function serviceOf(name: string): PriceService {
  if (name.startsWith("db.")) return "rds";
  if (name.startsWith("cache.")) return "elasticache";
  return name.includes(".") ? "ec2" : "gce";
}

/** Every known price of a machine type, in all regions or one, with its date: by region, variant and option. */
export function purchasePrices(
  name: string,
  region: string | undefined,
  prices: PriceBook = COMMITTED_PRICES,
): readonly PurchasePrice[] {
  const service = serviceOf(name);
  const regions = region === undefined ? prices.regions(service) : [region];
  return regions.flatMap((place) =>
    prices.variants(service, place).flatMap((whole) => {
      const key = { region: place, variant: whole, name };
      const found = prices.find(service, key);
      if (found === undefined) return [];
      const { base, option } = purchaseOf(whole);
      const { price, date, table } = found;
      const paid = prices.paid(service, key);
      return [
        {
          region: place,
          variant: base,
          option,
          hourly: price,
          date,
          table,
          ...(paid === undefined ? {} : { paid: { hourly: paid.price, how: paid.how } }),
        },
      ];
    }),
  );
}
