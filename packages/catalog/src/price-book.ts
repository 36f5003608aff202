import type { Decimal } from "@apex/core";
import { NEPTUNE_PRICES } from "./by-hand/aws-data-neptune.ts";
import { DOCDB_PRICES, MQ_PRICES, MSK_PRICES, REDSHIFT_PRICES } from "./by-hand/aws-data-nodes.ts";
import { OPENSEARCH_PRICES } from "./by-hand/aws-data-opensearch.ts";
import { RDS_EXTRA_PRICES } from "./by-hand/aws-data-rds.ts";
import { ELASTICACHE_PRICES } from "./elasticache-prices.ts";
import { EC2_PRICES } from "./ec2-prices.generated.ts";
import { GCE_GPU_PRICES } from "./gce-gpu-prices.generated.ts";
import { GCE_PRICES } from "./gce-prices.generated.ts";
import { GCE_RATES } from "./gce-rates.ts";
import { lazily, type PriceTable } from "./generated-table.ts";
import { type DatedPrice, indexPrices, type PriceIndex, type PriceKey } from "./price-table.ts";
import { PRICE_SERVICES, type PriceService, SERVICE_NAMES } from "./price-service.ts";
import { learntPrice, type LearntRate } from "./private-prices/learnt-rates.ts";
import { type PaidPrice, privatePrice, type PrivatePrices } from "./private-prices/private-prices.ts";
import { RDS_PRICES } from "./rds-prices.generated.ts";
import { UNIT_PRICE_TABLES } from "./unit-price-table.ts";

/** A price table with the service that it belongs to, as a synced catalogue keeps it. */
export interface ServicePriceTable extends PriceTable {
  readonly service: PriceService;
}

/**
 * Where look-ups take prices from: a value, made once and passed on. Every function of this package that tells a price takes
 * one as its last argument and uses {@link COMMITTED_PRICES} without it.
 */
export interface PriceBook {
  /** The synced tables that it was made of: with them another thread makes it again by {@link priceBook}. */
  readonly tables: readonly ServicePriceTable[];
  /** The newest price; `undefined` when no table of the service, region and variant holds one. */
  find(service: PriceService, key: PriceKey): DatedPrice | undefined;
  /** Whether there is any table of the service for the region and variant. */
  covers(service: PriceService, key: Pick<PriceKey, "region" | "variant">): boolean;
  /** The variants that a service has tables for in a region, ordered. */
  variants(service: PriceService, region: string): readonly string[];
  /** The regions that a service has tables for, ordered. */
  regions(service: PriceService): readonly string[];
  /** All names that have a price of the service in some region, ordered. */
  names(service: PriceService): readonly string[];
  /**
   * What is really paid in place of the list price, by contract or by the bill; `undefined` where neither tells. `list` is the list
   * price where the tables hold none of its own, as of Windows machines, which are priced by the vCPU.
   */
  paid(service: PriceService, key: PriceKey, list?: Decimal): PaidPrice | undefined;
  /** Where {@link find} tells a contract's prices: the book of its list prices, and what the contract makes of one. */
  readonly contract?: {
    readonly list: PriceBook;
    priceOf(service: PriceService, key: PriceKey, list: DatedPrice): DatedPrice;
  };
}

/** What is known of prices besides the public lists. */
export interface PaidSources {
  /** The user's contract; it counts before the bill. */
  readonly contract?: PrivatePrices | undefined;
  /** What the bill shows. */
  readonly learnt?: readonly LearntRate[] | undefined;
}

const COMMITTED: Readonly<Record<PriceService, readonly PriceTable[]>> = {
  ec2: EC2_PRICES,
  rds: [...RDS_PRICES, ...RDS_EXTRA_PRICES],
  elasticache: ELASTICACHE_PRICES,
  opensearch: OPENSEARCH_PRICES,
  redshift: REDSHIFT_PRICES,
  msk: MSK_PRICES,
  mq: MQ_PRICES,
  docdb: DOCDB_PRICES,
  neptune: NEPTUNE_PRICES,
  gce: [...GCE_PRICES, ...GCE_RATES],
  "gce-gpu": GCE_GPU_PRICES,
  units: UNIT_PRICE_TABLES,
};

function bookOf(tables: readonly ServicePriceTable[]): PriceBook {
  const synced = Map.groupBy(tables, (table) => table.service);
  const tablesOf = (service: PriceService): readonly PriceTable[] => [
    ...(synced.get(service) ?? []),
    ...COMMITTED[service],
  ];
  const indexes = Object.fromEntries(
    PRICE_SERVICES.map((service) => [
      service,
      lazily(() => indexPrices(SERVICE_NAMES[service], tablesOf(service))),
    ]),
  ) as Readonly<Record<PriceService, () => PriceIndex>>;
  return {
    tables,
    find: (service, key) => indexes[service]().find(key),
    covers: (service, key) => indexes[service]().covers(key),
    variants: (service, region) => indexes[service]().variants(region),
    regions: (service) => indexes[service]().regions(),
    names: (service) => indexes[service]().names(),
    paid: () => undefined,
  };
}

/** The prices that come with Apex: dated tables, few regions. */
export const COMMITTED_PRICES: PriceBook = bookOf([]);

/** The committed prices with those of a synced catalogue beside them. Where both know a price, the newer one is taken. */
export function priceBook(tables: readonly ServicePriceTable[]): PriceBook {
  return bookOf(tables);
}

/** A book that also tells what is really paid. List prices stay as they are. */
export function withPaidPrices(book: PriceBook, { contract = {}, learnt = [] }: PaidSources): PriceBook {
  return {
    ...book,
    paid: (service, key, computed) => {
      const list = book.find(service, key)?.price ?? computed;
      if (list === undefined) return undefined;
      return (
        privatePrice(contract, { service, key, list }) ??
        (service === "ec2" ? learntPrice(learnt, key) : undefined)
      );
    },
  };
}

/**
 * A book whose prices are the contract's, where it says something of them, in place of the list's: the name of their table says so.
 */
export function atContractPrices(list: PriceBook, contract: PrivatePrices): PriceBook {
  const priceOf = (service: PriceService, key: PriceKey, listed: DatedPrice): DatedPrice => {
    const agreed = privatePrice(contract, { service, key, list: listed.price });
    if (agreed === undefined) return listed;
    return { ...listed, price: agreed.price, table: `${listed.table} at ${agreed.how}` };
  };
  return {
    ...list,
    contract: { list, priceOf },
    find: (service, key) => {
      const listed = list.find(service, key);
      return listed === undefined ? undefined : priceOf(service, key, listed);
    },
  };
}
