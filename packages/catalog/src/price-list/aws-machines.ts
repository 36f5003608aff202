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

/** Engines without a licence, or of the vendor's own, by the price list's name; RDS tells the others apart by edition and licence. */
const RDS_ENGINES = new Set(["MySQL", "MariaDB", "PostgreSQL", "Aurora MySQL", "Aurora PostgreSQL"]);

const LICENCE_MODELS: ReadonlyMap<string, string> = new Map([
  ["License included", "license-included"],
  ["Bring your own license", "bring-your-own-license"],
]);

const READABLE_STANDBYS = "Multi-AZ (readable standbys)";

/** What the engine, edition and licence of a row are called in the tables; undefined for what has no name there. */
function rdsEngine(row: OfferRow): string | undefined {
  if (RDS_ENGINES.has(row.databaseEngine)) return row.databaseEngine;
  if (row.databaseEngine !== "SQL Server" && row.databaseEngine !== "Oracle") return undefined;
  const licence = LICENCE_MODELS.get(row.licenseModel);
  return licence === undefined || row.databaseEdition === ""
    ? undefined
    : `${row.databaseEngine} ${row.databaseEdition} ${licence}`;
}

function rdsInstance(row: OfferRow): OfferProduct | undefined {
  const engine = rdsEngine(row);
  if (row.productFamily !== "Database Instance" || engine === undefined || row.instanceType === "")
    return undefined;
  const usage = withoutRegion(row.usageType).split(":")[0];
  const deployment = row.deploymentOption;
  const product = (variant: string): OfferProduct => ({ service: "rds", variant, name: row.instanceType });
  // Aurora I/O-Optimized instances are products of their own under the same attributes.
  if (usage === "InstanceUsageIOOptimized")
    return engine.startsWith("Aurora") ? product(`${engine} I/O-Optimized`) : undefined;
  if (usage === "Multi-AZClusterUsage" && deployment === READABLE_STANDBYS)
    return product(`${engine} Multi-AZ cluster`);
  if (usage !== "InstanceUsage" && usage !== "Multi-AZUsage") return undefined;
  return deployment === "Single-AZ" || deployment === "Multi-AZ"
    ? product(`${engine} ${deployment}`)
    : undefined;
}

const CACHE_ENGINES = new Set(["Redis", "Valkey", "Memcached"]);

function cacheNode(row: OfferRow): OfferProduct | undefined {
  if (row.productFamily !== "Cache Instance" || !CACHE_ENGINES.has(row.cacheEngine)) return undefined;
  // Extended support, Outposts and synchronous durability are usage types of their own.
  if (!withoutRegion(row.usageType).startsWith("NodeUsage:") || row.instanceType === "") return undefined;
  return { service: "elasticache", variant: row.cacheEngine, name: row.instanceType };
}

function searchNode(row: OfferRow): OfferProduct | undefined {
  if (!withoutRegion(row.usageType).startsWith("ESInstance:") || row.instanceType === "") return undefined;
  return {
    service: "opensearch",
    variant: "nodes",
    name: row.instanceType.replace(/\.elasticsearch$/, ".search"),
  };
}

function warehouseNode(row: OfferRow): OfferProduct | undefined {
  const name = /^Node:([a-z0-9]+\.[a-z0-9]+)$/.exec(withoutRegion(row.usageType))?.[1];
  return name === undefined ? undefined : { service: "redshift", variant: "nodes", name };
}

function kafkaBroker(row: OfferRow): OfferProduct | undefined {
  const name = /^(?:Kafka|Express)\.[a-z0-9]+\.[a-z0-9]+$/.exec(withoutRegion(row.usageType))?.[0];
  return name === undefined ? undefined : { service: "msk", variant: "brokers", name: name.toLowerCase() };
}

function messageBroker(row: OfferRow): OfferProduct | undefined {
  if (row.productFamily !== "Broker Instances" || row.brokerEngine === "" || row.instanceType === "")
    return undefined;
  if (row.deploymentOption !== "Single-AZ" && row.deploymentOption !== "Multi-AZ") return undefined;
  return { service: "mq", variant: `${row.brokerEngine} ${row.deploymentOption}`, name: row.instanceType };
}

/** Instances of clusters whose storage decides their price. */
function clusterInstance(service: "docdb" | "neptune", row: OfferRow): OfferProduct | undefined {
  if (row.productFamily !== "Database Instance" || row.instanceType === "") return undefined;
  const usage = withoutRegion(row.usageType).split(":")[0];
  if (usage === "InstanceUsage") return { service, variant: "standard", name: row.instanceType };
  return usage === "InstanceUsageIOOptimized"
    ? { service, variant: "I/O-Optimized", name: row.instanceType }
    : undefined;
}

const MACHINES: Readonly<Record<string, (row: OfferRow) => OfferProduct | undefined>> = {
  AmazonEC2: ec2Machine,
  AmazonRDS: rdsInstance,
  AmazonElastiCache: cacheNode,
  AmazonES: searchNode,
  AmazonRedshift: warehouseNode,
  AmazonMSK: kafkaBroker,
  AmazonMQ: messageBroker,
  AmazonDocDB: (row) => clusterInstance("docdb", row),
  AmazonNeptune: (row) => clusterInstance("neptune", row),
};

/** How lists write an hour, and what they sell reservations by. */
const UNITS = new Set(["hrs", "hours", "hour", "quantity"]);

/** The machine that a row of an offer is a price of; `undefined` for everything else. */
export function awsMachine(offer: string, row: OfferRow): OfferProduct | undefined {
  if (!UNITS.has(row.unit.toLowerCase()) || !Object.hasOwn(MACHINES, offer)) return undefined;
  return MACHINES[offer]?.(row);
}
