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
import {
  combineParts,
  essentialPartMissing,
  fixedItem,
  FREE,
  type PricedParts,
  usageItem,
} from "./priced-parts.ts";
import { COMMITTED_PRICES, type PriceBook } from "../price-book.ts";

/** The storage of a database instance as its price sees it (Aurora's belongs to the cluster and follows use). */
export interface RdsStorage {
  /** "gp2", "gp3", "io1". */
  readonly type: string;
  readonly sizeGib: number | undefined;
  readonly iops?: number | undefined;
  /** MiB/s of gp3. */
  readonly throughputMbps?: number | undefined;
  readonly multiAz: boolean;
  readonly region: string;
}

/**
 * gp3 of MySQL, MariaDB and PostgreSQL is striped from 400 GiB on; below that its performance is fixed and nothing can be
 * provisioned. Source: RDS user guide, "gp3 storage".
 */
const GP3_STRIPED_FROM_GIB = 400;
const GP3_STRIPED_INCLUDED = { iops: decimal(12_000), throughputMbps: 500 } as const;

/** RDS raises a smaller request to this. Source: RDS user guide, "Provisioned IOPS storage". */
const IO1_IOPS_MIN = 1000;

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

function gp3Performance(storage: RdsStorage, sizeGib: number, prices: PriceBook): PricedParts {
  if (sizeGib < GP3_STRIPED_FROM_GIB) return FREE;
  if ((storage.throughputMbps ?? 0) > GP3_STRIPED_INCLUDED.throughputMbps) {
    return essentialPartMissing("the price of gp3 database throughput above 500 MB/s is not in the table");
  }
  const extra = subtract(decimal(storage.iops ?? 0), GP3_STRIPED_INCLUDED.iops);
  if (compareDecimals(extra, decimal(0)) <= 0) return FREE;
  return provisioned(
    storage,
    {
      name: "Provisioned IOPS above 12,000",
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
  if (type === "gp2") return size;
  if (type === "gp3") return combineParts(size, gp3Performance(storage, sizeGib, prices));
  if (storage.iops === undefined) {
    return combineParts(size, essentialPartMissing("the provisioned IOPS of the database are not known"));
  }
  const iops = provisioned(
    storage,
    {
      name: "Provisioned IOPS",
      unit: "IOPS-months",
      quantity: decimal(Math.max(storage.iops, IO1_IOPS_MIN)),
      price: "rds-io1-iops-month",
    },
    prices,
  );
  return combineParts(size, iops);
}

/** A month (730 h) of a database instance at its list price, without storage. */
export function rdsInstanceMonth(query: RdsPriceQuery, prices: PriceBook): PricedParts {
  const deployment = query.engine.startsWith("aurora") ? "Aurora" : query.multiAz ? "Multi-AZ" : "Single-AZ";
  return fixedItem({
    name: `Database instance (${query.engine}, on-demand, ${deployment}, ${query.instanceClass})`,
    unit: "hours",
    quantity: decimal(HOURS_PER_MONTH),
    price: rdsHourlyPrice(query, prices),
  });
}

/** What an Aurora cluster's storage costs per unit of use. */
export function auroraStorage(region: string, prices: PriceBook): PricedParts {
  return combineParts(
    usageItem({
      name: "Aurora storage",
      unit: "GB-months",
      price: unitPrice("aurora-gb-month", region, prices),
    }),
    usageItem({
      name: "Aurora I/O requests",
      unit: "1M requests",
      price: unitPrice("aurora-million-requests", region, prices),
    }),
    usageItem({
      name: "Backup storage beyond the free part",
      unit: "GB-months",
      price: unitPrice("aurora-backup-gb-month", region, prices),
    }),
  );
}
