import type { PriceService } from "../price-service.ts";
import type { OfferRow } from "./offer-row.ts";
import { withoutRegion } from "./usage-type.ts";

/** What a row prices, without how it is bought. */
export interface OfferProduct {
  readonly service: PriceService;
  readonly variant: string;
  readonly name: string;
}

/**
 * The operation says which licence is in the price, beyond doubt: the operating system alone also covers SQL Server images.
 * Source: EC2 user guide, "AMI billing information fields".
 */
const LICENCES: Readonly<Record<string, string>> = {
  "Linux RunInstances": "linux",
  "Windows RunInstances:0002": "windows",
  "RHEL RunInstances:0010": "rhel",
  "SUSE RunInstances:000g": "suse",
};

/** The licences of EC2 by operation alone, as savings plan rates tell them. */
export const LICENCES_BY_OPERATION: Readonly<Record<string, string>> = {
  RunInstances: "linux",
  "RunInstances:0002": "windows",
  "RunInstances:0010": "rhel",
  "RunInstances:000g": "suse",
};

const MACHINE_FAMILIES = new Set(["Compute Instance", "Compute Instance (bare metal)"]);

function ec2Machine(row: OfferRow): OfferProduct | undefined {
  const isPlain =
    MACHINE_FAMILIES.has(row.productFamily) &&
    row.tenancy === "Shared" &&
    row.preInstalledSw === "NA" &&
    row.capacityStatus === "Used" &&
    row.licenseModel === "No License required" &&
    (row.marketOption === "OnDemand" || row.marketOption === "");
  const variant = LICENCES[`${row.operatingSystem} ${row.operation}`];
  if (!isPlain || variant === undefined || row.instanceType === "") return undefined;
  return { service: "ec2", variant, name: row.instanceType };
}

/** Engines without a licence, or of the vendor's own, by the price list's name; those that RDS prices tell apart by edition are left out. */
const RDS_ENGINES = new Set(["MySQL", "MariaDB", "PostgreSQL", "Aurora MySQL", "Aurora PostgreSQL"]);

function rdsInstance(row: OfferRow): OfferProduct | undefined {
  if (row.productFamily !== "Database Instance" || !RDS_ENGINES.has(row.databaseEngine)) return undefined;
  const deployment = row.deploymentOption;
  if (deployment !== "Single-AZ" && deployment !== "Multi-AZ") return undefined;
  // Aurora I/O-Optimized instances are products of their own under the same attributes.
  if (!/^(?:InstanceUsage|Multi-AZUsage):/.test(withoutRegion(row.usageType))) return undefined;
  if (row.instanceType === "") return undefined;
  return { service: "rds", variant: `${row.databaseEngine} ${deployment}`, name: row.instanceType };
}

const CACHE_ENGINES = new Set(["Redis", "Valkey", "Memcached"]);

function cacheNode(row: OfferRow): OfferProduct | undefined {
  if (row.productFamily !== "Cache Instance" || !CACHE_ENGINES.has(row.cacheEngine)) return undefined;
  // Extended support, Outposts and synchronous durability are usage types of their own.
  if (!withoutRegion(row.usageType).startsWith("NodeUsage:") || row.instanceType === "") return undefined;
  return { service: "elasticache", variant: row.cacheEngine, name: row.instanceType };
}

/** The machine that a row of an offer is a price of; `undefined` for everything else. */
export function awsMachine(offer: string, row: OfferRow): OfferProduct | undefined {
  if (row.unit !== "Hrs" && row.unit !== "Quantity") return undefined;
  if (offer === "AmazonEC2") return ec2Machine(row);
  if (offer === "AmazonRDS") return rdsInstance(row);
  return offer === "AmazonElastiCache" ? cacheNode(row) : undefined;
}
