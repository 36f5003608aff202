import { type Decimal, decimal, HOURS_PER_MONTH, type Known, known, multiply } from "@apex/core";
import type { DatedPrice } from "../price-table.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { unitPrice } from "../unit-prices.ts";
import { combineParts, essentialPartMissing, fixedItem, FREE, type PricedParts } from "./priced-parts.ts";
import { COMMITTED_PRICES, type PriceBook } from "../price-book.ts";
import { monthOf, usageLine } from "./unit-lines.ts";

/** A Cloud SQL instance of the Enterprise edition as its price sees it. */
export interface CloudSqlInstance {
  /** "db-custom-4-15360", "db-f1-micro", "db-n1-standard-2". */
  readonly tier: string;
  /** "POSTGRES_15", "MYSQL_8_0". */
  readonly databaseVersion: string;
  readonly edition: string;
  /** Regional instances keep a standby in another zone and cost twice. */
  readonly isRegional: boolean;
  /** Stopped instances pay for storage, and for an IPv4 address that they keep. */
  readonly isStopped: boolean;
  /** Whether it is known to have a public IPv4 address. */
  readonly hasPublicIpv4: boolean;
  readonly diskType: string;
  readonly diskSizeGib: number | undefined;
  readonly backupGib: Decimal | undefined;
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
  /** Where the list has one of its own, which is not quite twice the other. */
  readonly regionalPrice?: UnitPriceName;
}

/** What the price of a tier depends on. */
type Tiered = Pick<CloudSqlInstance, "tier" | "databaseVersion" | "edition" | "isRegional" | "region">;

function item(instance: Tiered, part: Item, prices: PriceBook): PricedParts {
  const { name, unit, quantity, price, regionalPrice } = part;
  const { isRegional, region } = instance;
  const hasOwn = isRegional && regionalPrice !== undefined;
  return fixedItem({
    name: `${name}, ${isRegional ? "regional" : "zonal"}`,
    unit,
    quantity,
    price: hasOwn
      ? unitPrice(regionalPrice, region, prices)
      : forAvailability(unitPrice(price, region, prices), isRegional),
  });
}

const SHARED_CORE: Readonly<Record<string, UnitPriceName>> = {
  "db-f1-micro": "cloud-sql-f1-micro-hour",
  "db-g1-small": "cloud-sql-g1-small-hour",
};

const CUSTOM_TIER = /^db-custom-(\d{1,3})-(\d{3,7})$/;

/** vCPUs and GiB of tiers that have names, and cost what custom ones of their size do. */
const NAMED_TIERS: ReadonlyMap<string, readonly [vcpus: number, memoryGib: number]> = new Map([
  ["db-lightweight-1", [1, 3.75]],
  ["db-lightweight-2", [2, 3.75]],
  ["db-lightweight-4", [4, 3.75]],
  ["db-standard-1", [1, 3.75]],
  ["db-standard-2", [2, 7.5]],
  ["db-standard-4", [4, 15]],
  ["db-highmem-4", [4, 26]],
  ["db-highmem-8", [8, 52]],
  ["db-highmem-16", [16, 104]],
]);

function sizeOfTier(tier: string): readonly [vcpus: number, memoryGib: number] | undefined {
  const [, vcpus, memoryMib] = CUSTOM_TIER.exec(tier) ?? [];
  if (vcpus === undefined || memoryMib === undefined) return NAMED_TIERS.get(tier);
  return [Number(vcpus), Number(memoryMib) / 1024];
}

/** The tiers that are sold whole, of MySQL only. */
const N1_TIER = /^db-n1-standard-(1|2|4|8|16|32|64|96)$/;

function wholeTier({ tier, databaseVersion }: Tiered): Pick<Item, "price" | "regionalPrice"> | undefined {
  const shared = Object.hasOwn(SHARED_CORE, tier) ? SHARED_CORE[tier] : undefined;
  if (shared !== undefined) return { price: shared };
  const vcpu = N1_TIER.exec(tier)?.[1] as "1" | "2" | "4" | "8" | "16" | "32" | "64" | "96" | undefined;
  if (vcpu === undefined || !databaseVersion.startsWith("MYSQL_")) return undefined;
  const name = `cloud-sql-n1-standard-${vcpu}` as const;
  return { price: `${name}-hour`, regionalPrice: `${name}-regional-hour` };
}

function compute(instance: Tiered, prices: PriceBook): PricedParts {
  const { tier, databaseVersion, edition } = instance;
  const hours = decimal(HOURS_PER_MONTH);
  if (edition !== "ENTERPRISE") return essentialPartMissing(`no Cloud SQL prices for the edition ${edition}`);
  if (!/^(MYSQL|POSTGRES)_/.test(databaseVersion)) {
    return essentialPartMissing(
      `no Cloud SQL prices for ${databaseVersion === "" ? "an unknown engine" : databaseVersion}`,
    );
  }
  const whole = wholeTier(instance);
  if (whole !== undefined) {
    return item(instance, { name: `Cloud SQL ${tier}`, unit: "hours", quantity: hours, ...whole }, prices);
  }
  const size = sizeOfTier(tier);
  if (size === undefined) return essentialPartMissing(`no price of the Cloud SQL tier ${tier}`);
  const [vcpuCount, memoryGib] = size;
  const vcpus: Item = {
    name: `Cloud SQL vCPU (${tier})`,
    unit: "vCPU-hours",
    quantity: multiply(hours, decimal(vcpuCount)),
    price: "cloud-sql-vcpu-hour",
  };
  const memory: Item = {
    name: `Cloud SQL memory (${tier})`,
    unit: "GB-hours",
    quantity: multiply(hours, decimal(memoryGib)),
    price: "cloud-sql-memory-gb-hour",
  };
  return combineParts(item(instance, vcpus, prices), item(instance, memory, prices));
}

const STORAGE: Readonly<Record<string, readonly [string, UnitPriceName]>> = {
  PD_SSD: ["SSD", "cloud-sql-ssd-gb-month"],
  PD_HDD: ["HDD", "cloud-sql-hdd-gb-month"],
};

function storage(instance: CloudSqlInstance, prices: PriceBook): PricedParts {
  const { diskType, diskSizeGib } = instance;
  const kind = Object.hasOwn(STORAGE, diskType) ? STORAGE[diskType] : undefined;
  if (kind === undefined) return essentialPartMissing(`no price of Cloud SQL storage of type ${diskType}`);
  if (diskSizeGib === undefined) return essentialPartMissing("the size of the database storage is not known");
  const [name, price] = kind;
  return item(
    instance,
    { name: `Storage (${name})`, unit: "GB-months", quantity: decimal(diskSizeGib), price },
    prices,
  );
}

/** A month (730 h) of an instance's vCPU and memory alone, which is what its tier decides. */
export function cloudSqlComputePrice(instance: Tiered, prices: PriceBook = COMMITTED_PRICES): PricedParts {
  return compute(instance, prices);
}

/** A month (730 h) of a Cloud SQL instance at list prices. */
export function cloudSqlMonth(instance: CloudSqlInstance, prices: PriceBook): PricedParts {
  const at = { region: instance.region, prices };
  const { isStopped, hasPublicIpv4, backupGib } = instance;
  return combineParts(
    isStopped ? FREE : compute(instance, prices),
    storage(instance, prices),
    isStopped && hasPublicIpv4
      ? monthOf("IPv4 address (of a stopped instance)", "cloud-sql-ipv4-idle-hour", at)
      : FREE,
    usageLine(
      { name: "Backups", unit: "GB-months", price: "cloud-sql-backup-gb-month", quantity: backupGib },
      at,
    ),
  );
}
