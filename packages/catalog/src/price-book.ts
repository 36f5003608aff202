import { ELASTICACHE_PRICES } from "./elasticache-prices.ts";
import { EC2_PRICES } from "./ec2-prices.generated.ts";
import { GCE_GPU_PRICES } from "./gce-gpu-prices.generated.ts";
import { GCE_PRICES } from "./gce-prices.generated.ts";
import { lazily, type PriceTable } from "./generated-table.ts";
import { type DatedPrice, indexPrices, type PriceIndex, type PriceKey } from "./price-table.ts";
import { RDS_PRICES } from "./rds-prices.generated.ts";
import { UNIT_PRICE_TABLES } from "./unit-price-table.ts";

/** The services that have price tables, with their names for people. */
const SERVICES = {
  ec2: "EC2",
  rds: "RDS",
  elasticache: "ElastiCache",
  gce: "Compute Engine",
  "gce-gpu": "Compute Engine GPUs",
  /** Everything that is no machine: storage, addresses, gateways, requests. */
  units: "unit prices",
} as const;

/** Which service a price table belongs to. */
export type PriceService = keyof typeof SERVICES;

/** All of {@link PriceService}. */
export const PRICE_SERVICES = Object.keys(SERVICES) as readonly PriceService[];

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
}

const COMMITTED: Readonly<Record<PriceService, readonly PriceTable[]>> = {
  ec2: EC2_PRICES,
  rds: RDS_PRICES,
  elasticache: ELASTICACHE_PRICES,
  gce: GCE_PRICES,
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
      lazily(() => indexPrices(SERVICES[service], tablesOf(service))),
    ]),
  ) as Readonly<Record<PriceService, () => PriceIndex>>;
  return {
    tables,
    find: (service, key) => indexes[service]().find(key),
    covers: (service, key) => indexes[service]().covers(key),
    variants: (service, region) => indexes[service]().variants(region),
    regions: (service) => indexes[service]().regions(),
    names: (service) => indexes[service]().names(),
  };
}

/** The prices that come with Apex: dated tables, few regions. */
export const COMMITTED_PRICES: PriceBook = bookOf([]);

/** The committed prices with those of a synced catalogue beside them. Where both know a price, the newer one is taken. */
export function priceBook(tables: readonly ServicePriceTable[]): PriceBook {
  return bookOf(tables);
}
