import {
  compareDecimals,
  type Decimal,
  decimal,
  HOURS_PER_MONTH,
  type Known,
  known,
  multiply,
  subtract,
} from "@apex/core";
import type { DatedPrice } from "../price-table.ts";
import { type RdsPriceQuery, rdsHourlyPrice } from "../rds-price.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import { combineParts, essentialPartMissing, fixedItem, FREE, type PricedParts } from "./priced-parts.ts";
import { COMMITTED_PRICES, type PriceBook } from "../price-book.ts";

/** The storage of a database instance as its price sees it (Aurora's belongs to the cluster and follows use). */
export interface RdsStorage {
  /** "gp2", "gp3", "io1", "io2", "standard". */
  readonly type: string;
  /** As the RDS API spells it, which decides what gp3 includes; that of MySQL when absent. */
  readonly engine?: string | undefined;
  readonly sizeGib: number | undefined;
  readonly iops?: number | undefined;
  /** MiB/s of gp3. */
  readonly throughputMbps?: number | undefined;
  readonly multiAz: boolean;
  readonly region: string;
}

/**
 * gp3 is striped from a size on that the engine decides; below it performance is fixed and nothing can be provisioned. That of SQL Server
 * is never striped and may be provisioned at any size. Source: RDS user guide, "gp3 storage".
 */
const GP3_STRIPED_FROM_GIB = { default: 400, oracle: 200, db2: 100 } as const;
const GP3_STRIPED_INCLUDED = { iops: 12_000, throughputMbps: 500 } as const;
const GP3_SQLSERVER_INCLUDED = { iops: 3_000, throughputMbps: 125 } as const;

/** RDS raises a smaller request to this. Source: RDS user guide, "Provisioned IOPS storage". */
const PROVISIONED_IOPS_MIN = 1000;

/** Multi-AZ keeps a second copy of everything that is provisioned. Source: RDS price list. */
function forDeployment(price: Known<DatedPrice>, multiAz: boolean): Known<DatedPrice> {
  if (price.kind === "unknown" || !multiAz) return price;
  return known({ ...price.value, price: multiply(price.value.price, decimal(2)) });
}

function provisioned(
  storage: RdsStorage,
  item: {
    readonly name: string;
    readonly unit: string;
    readonly quantity: Decimal;
    readonly price: UnitPriceName;
  },
  prices: PriceBook,
): PricedParts {
  const { price, ...rest } = item;
  return fixedItem({
    ...rest,
    price: forDeployment(unitPrice(price, storage.region, prices), storage.multiAz),
  });
}

/** What a gp3 volume brings where more can be provisioned; undefined where its performance is fixed. */
function gp3Included(
  engine: string,
  sizeGib: number,
): typeof GP3_STRIPED_INCLUDED | typeof GP3_SQLSERVER_INCLUDED | undefined {
  if (engine.startsWith("sqlserver")) return GP3_SQLSERVER_INCLUDED;
  const family = engine.startsWith("oracle") ? "oracle" : engine.startsWith("db2") ? "db2" : "default";
  return sizeGib < GP3_STRIPED_FROM_GIB[family] ? undefined : GP3_STRIPED_INCLUDED;
}

function gp3Performance(storage: RdsStorage, sizeGib: number, prices: PriceBook): PricedParts {
  const included = gp3Included(storage.engine ?? "", sizeGib);
  if (included === undefined) return FREE;
  if ((storage.throughputMbps ?? 0) > included.throughputMbps) {
    return essentialPartMissing(
      `the price of gp3 database throughput above ${included.throughputMbps} MB/s is not in the table`,
    );
  }
  const extra = subtract(decimal(storage.iops ?? 0), decimal(included.iops));
  if (compareDecimals(extra, decimal(0)) <= 0) return FREE;
  return provisioned(
    storage,
    {
      name: `Provisioned IOPS above ${included === GP3_STRIPED_INCLUDED ? "12,000" : "3,000"}`,
      unit: "IOPS-months",
      quantity: extra,
      price: "rds-gp3-iops-month",
    },
    prices,
  );
}

const STORAGE_NAMES = {
  gp2: "general purpose SSD, gp2",
  gp3: "general purpose SSD, gp3",
  io1: "provisioned IOPS SSD, io1",
  io2: "provisioned IOPS SSD, io2",
  standard: "magnetic",
} as const;

function isStorageType(type: string): type is keyof typeof STORAGE_NAMES {
  return Object.hasOwn(STORAGE_NAMES, type);
}

/** The monthly price of a database's storage: the size and what is provisioned above the included performance. */
export function rdsStorageMonthlyPrice(
  storage: RdsStorage,
  prices: PriceBook = COMMITTED_PRICES,
): PricedParts {
  const { type, sizeGib, multiAz } = storage;
  if (sizeGib === undefined || !Number.isFinite(sizeGib) || sizeGib < 0) {
    return essentialPartMissing("the size of the database storage is not known");
  }
  if (!isStorageType(type))
    return essentialPartMissing(`database storage of type ${type} has no known price`);
  const size = provisioned(
    storage,
    {
      name: `Storage (${STORAGE_NAMES[type]}${multiAz ? ", Multi-AZ" : ""})`,
      unit: "GB-months",
      quantity: decimal(sizeGib),
      price: `rds-${type}-gb-month`,
    },
    prices,
  );
  if (type === "gp2" || type === "standard") return size;
  if (type === "gp3") return combineParts(size, gp3Performance(storage, sizeGib, prices));
  if (storage.iops === undefined) {
    return combineParts(size, essentialPartMissing("the provisioned IOPS of the database are not known"));
  }
  const iops = provisioned(
    storage,
    {
      name: "Provisioned IOPS",
      unit: "IOPS-months",
      quantity: decimal(Math.max(storage.iops, PROVISIONED_IOPS_MIN)),
      price: `rds-${type}-iops-month`,
    },
    prices,
  );
  return combineParts(size, iops);
}

/** A month (730 h) of a database instance at its list price, without storage. */
export function rdsInstanceMonth(query: RdsPriceQuery, prices: PriceBook): PricedParts {
  const aurora = query.ioOptimized === true ? "Aurora I/O-Optimized" : "Aurora";
  const deployment = query.engine.startsWith("aurora") ? aurora : query.multiAz ? "Multi-AZ" : "Single-AZ";
  return fixedItem({
    name: `Database instance (${query.engine}, on-demand, ${deployment}, ${query.instanceClass})`,
    unit: "hours",
    quantity: decimal(HOURS_PER_MONTH),
    price: rdsHourlyPrice(query, prices),
    purchase: "on-demand",
  });
}
