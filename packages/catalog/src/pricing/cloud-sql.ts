import { type Decimal, decimal, HOURS_PER_MONTH, type Known, known, multiply } from "@apex/core";
import type { DatedPrice } from "../price-table.ts";
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

/** A Cloud SQL instance of the Enterprise edition as its price sees it. */
export interface CloudSqlInstance {
  /** "db-custom-4-15360", "db-f1-micro". */
  readonly tier: string;
  /** "POSTGRES_15", "MYSQL_8_0". */
  readonly databaseVersion: string;
  readonly edition: string;
  /** Regional instances keep a standby in another zone and cost twice. */
  readonly isRegional: boolean;
  /** Stopped instances pay for storage only. */
  readonly isStopped: boolean;
  readonly diskType: string;
  readonly diskSizeGib: number | undefined;
  readonly region: string;
}

function forAvailability(price: Known<DatedPrice>, isRegional: boolean): Known<DatedPrice> {
  if (price.kind === "unknown" || !isRegional) return price;
  return known({ ...price.value, price: multiply(price.value.price, decimal(2)) });
}

interface Item {
  readonly name: string;
  readonly unit: string;
  readonly quantity: Decimal;
  readonly price: UnitPriceName;
}

/** What the price of a tier depends on. */
type Tiered = Omit<CloudSqlInstance, "isStopped" | "diskType" | "diskSizeGib">;

function item(instance: Tiered, { name, unit, quantity, price }: Item, prices: PriceBook): PricedParts {
  const availability = instance.isRegional ? "regional" : "zonal";
  return fixedItem({
    name: `${name}, ${availability}`,
    unit,
    quantity,
    price: forAvailability(unitPrice(price, instance.region, prices), instance.isRegional),
  });
}

const SHARED_CORE: Readonly<Record<string, UnitPriceName>> = {
  "db-f1-micro": "cloud-sql-f1-micro-hour",
  "db-g1-small": "cloud-sql-g1-small-hour",
};

const CUSTOM_TIER = /^db-custom-(\d{1,3})-(\d{3,7})$/;

function compute(instance: Tiered, prices: PriceBook): PricedParts {
  const { tier, databaseVersion, edition } = instance;
  const hours = decimal(HOURS_PER_MONTH);
  if (edition !== "ENTERPRISE") return essentialPartMissing(`no Cloud SQL prices for the edition ${edition}`);
  if (!/^(MYSQL|POSTGRES)_/.test(databaseVersion)) {
    return essentialPartMissing(
      `no Cloud SQL prices for ${databaseVersion === "" ? "an unknown engine" : databaseVersion}`,
    );
  }
  const shared = Object.hasOwn(SHARED_CORE, tier) ? SHARED_CORE[tier] : undefined;
  if (shared !== undefined) {
    return item(
      instance,
      { name: `Cloud SQL ${tier}`, unit: "hours", quantity: hours, price: shared },
      prices,
    );
  }
  const match = CUSTOM_TIER.exec(tier);
  if (match === null) return essentialPartMissing(`no price of the Cloud SQL tier ${tier}`);
  const memoryGib = decimal(Number(match[2]) / 1024);
  return combineParts(
    item(
      instance,
      {
        name: `Cloud SQL vCPU (${tier})`,
        unit: "vCPU-hours",
        quantity: multiply(hours, decimal(Number(match[1]))),
        price: "cloud-sql-vcpu-hour",
      },
      prices,
    ),
    item(
      instance,
      {
        name: `Cloud SQL memory (${tier})`,
        unit: "GB-hours",
        quantity: multiply(hours, memoryGib),
        price: "cloud-sql-memory-gb-hour",
      },
      prices,
    ),
  );
}

function storage(instance: CloudSqlInstance, prices: PriceBook): PricedParts {
  const { diskType, diskSizeGib } = instance;
  if (diskType !== "PD_SSD") return essentialPartMissing(`no price of Cloud SQL storage of type ${diskType}`);
  if (diskSizeGib === undefined) return essentialPartMissing("the size of the database storage is not known");
  return item(
    instance,
    {
      name: "Storage (SSD)",
      unit: "GB-months",
      quantity: decimal(diskSizeGib),
      price: "cloud-sql-ssd-gb-month",
    },
    prices,
  );
}

/** A month (730 h) of an instance's vCPU and memory alone, which is what its tier decides. */
export function cloudSqlComputePrice(instance: Tiered, prices: PriceBook = COMMITTED_PRICES): PricedParts {
  return compute(instance, prices);
}

/** A month (730 h) of a Cloud SQL instance at list prices. */
export function cloudSqlMonth(instance: CloudSqlInstance, prices: PriceBook): PricedParts {
  return combineParts(
    instance.isStopped ? FREE : compute(instance, prices),
    storage(instance, prices),
    usageItem({
      name: "Backups",
      unit: "GB-months",
      price: unitPrice("cloud-sql-backup-gb-month", instance.region, prices),
    }),
  );
}
