import { type Known, known, unknown } from "@apex/core";
import { COMMITTED_PRICES, type PriceBook } from "./price-book.ts";
import type { DatedPrice } from "./price-table.ts";

/** Engine names as the API and Terraform spell them. Redis and Memcached nodes cost the same. Source: ElastiCache pricing page. */
const ENGINES: Readonly<Record<string, string>> = { redis: "Redis", memcached: "Redis", valkey: "Valkey" };

/** What is asked of {@link elasticacheHourlyPrice}. */
export interface ElasticachePriceQuery {
  /** "cache.r7g.large". */
  readonly nodeType: string;
  readonly region: string;
  /** "redis", "memcached" or "valkey". */
  readonly engine: string;
}

/** The on-demand list price of a cache node in USD per hour, without backups. */
export function elasticacheHourlyPrice(
  query: ElasticachePriceQuery,
  prices: PriceBook = COMMITTED_PRICES,
): Known<DatedPrice> {
  const { nodeType, region } = query;
  const variant = Object.hasOwn(ENGINES, query.engine) ? ENGINES[query.engine] : undefined;
  if (variant === undefined) return unknown(`no prices for the cache engine ${query.engine}`);
  const found = prices.find("elasticache", { region, variant, name: nodeType });
  if (found !== undefined) return known(found);
  if (!prices.covers("elasticache", { region, variant }))
    return unknown(`no cache node prices for the region ${region}`);
  return unknown(`no price of ${nodeType} for ${variant} in ${region}`);
}

/** All node types that have a price in some region, ordered by name. */
export function elasticacheNodeTypes(prices: PriceBook = COMMITTED_PRICES): readonly string[] {
  return prices.names("elasticache");
}
