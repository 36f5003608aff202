import { type Known, known, unknown } from "@apex/core";
import { COMMITTED_PRICES, type PriceBook } from "./price-book.ts";
import { type PriceService, SERVICE_NAMES } from "./price-service.ts";
import type { DatedPrice } from "./price-table.ts";

/** What is asked of {@link nodePrice}. */
export interface NodePriceQuery {
  readonly service: PriceService;
  /** What tells the service's tables of a region apart: "nodes", "ActiveMQ Multi-AZ". */
  readonly variant: string;
  readonly region: string;
  /** "ra3.xlplus", "kafka.m7g.large". */
  readonly name: string;
}

/** The list price of a node of a managed service in USD per hour, or per what the variant counts; unknown where the tables lack it. */
export function nodePrice(query: NodePriceQuery, prices: PriceBook = COMMITTED_PRICES): Known<DatedPrice> {
  const { service, variant, region, name } = query;
  const found = prices.find(service, { region, variant, name });
  if (found !== undefined) return known(found);
  const what = `${SERVICE_NAMES[service]} (${variant})`;
  return prices.covers(service, { region, variant })
    ? unknown(`no price of ${name} for ${what} in ${region}`)
    : unknown(`no prices of ${what} for the region ${region}`);
}
