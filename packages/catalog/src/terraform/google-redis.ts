import { decimal, HOURS_PER_MONTH, multiply } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { monthOf, unitLine, usageLine } from "../pricing/unit-lines.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { blocksAt, isCount, isUnknownAt, numberAt, textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** The largest capacity of each but the last, in GiB. Source: Memorystore for Redis pricing, capacity tiers. */
const CAPACITY_TIERS = [
  ["m1", 4],
  ["m2", 10],
  ["m3", 35],
  ["m4", 100],
  ["m5", Number.POSITIVE_INFINITY],
] as const;

/** `google_redis_instance`: its whole capacity at the price of the tier that it falls into. */
export function priceGoogleRedisInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values, unknowns } = resource;
  const size = numberAt(values, ["memory_size_gb"]);
  if (size === undefined || size <= 0) return essentialPartMissing("the capacity is not known");
  if (isUnknownAt(unknowns, ["tier"]))
    return essentialPartMissing("the service tier is known only after apply");
  const tier = textAt(values, ["tier"]) ?? "BASIC";
  if (tier !== "BASIC" && tier !== "STANDARD_HA") {
    return essentialPartMissing(`no price of the service tier ${tier}`);
  }
  if (textAt(values, ["read_replicas_mode"]) === "READ_REPLICAS_ENABLED") {
    return essentialPartMissing("the price of read replicas is not in the table");
  }
  const kind = tier === "BASIC" ? "basic" : "standard";
  const capacity = CAPACITY_TIERS.find(([, largest]) => size <= largest)?.[0] ?? "m5";
  return unitLine(
    {
      name: `Redis instance (${kind}, ${capacity.toUpperCase()})`,
      unit: "GB-hours",
      price: `redis-${kind}-${capacity}-gb-hour`,
      quantity: multiply(decimal(size), decimal(HOURS_PER_MONTH)),
    },
    pricePlace(view, resource),
  );
}

const CLUSTER_NODES: Readonly<Record<string, UnitPriceName>> = {
  REDIS_SHARED_CORE_NANO: "redis-cluster-shared-core-nano-hour",
  REDIS_STANDARD_SMALL: "redis-cluster-standard-small-hour",
  REDIS_HIGHMEM_MEDIUM: "redis-cluster-highmem-medium-hour",
  REDIS_HIGHMEM_XLARGE: "redis-cluster-highmem-xlarge-hour",
};

/** What a cluster gets when no type is given. Source: documentation of google_redis_cluster. */
const DEFAULT_NODE = "REDIS_HIGHMEM_MEDIUM";

/** Backups, whether the cluster makes them by itself or somebody asks for them. */
function backups(cluster: ResourceView, view: PlanView): PricedParts {
  const quantity = usageAt(cluster, ["backup_storage_gb"]);
  if (quantity === undefined && blocksAt(cluster.values, ["automated_backup_config"]).length === 0)
    return FREE;
  return usageLine(
    { name: "Backups", unit: "GB-months", price: "redis-cluster-backup-gb-month", quantity },
    pricePlace(view, cluster),
  );
}

/** `google_redis_cluster`: as many nodes in each shard as it has replicas, and one more. */
export function priceGoogleRedisCluster(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const shards = numberAt(values, ["shard_count"]);
  const replicas = numberAt(values, ["replica_count"]) ?? 0;
  const nodeType = textAt(values, ["node_type"]) ?? DEFAULT_NODE;
  const price = Object.hasOwn(CLUSTER_NODES, nodeType) ? CLUSTER_NODES[nodeType] : undefined;
  if (price === undefined) return essentialPartMissing(`no price of nodes of the type ${nodeType}`);
  if (shards === undefined) return essentialPartMissing("how many shards it has is not known");
  const nodes = shards * (1 + replicas);
  if (!isCount(nodes)) return essentialPartMissing("its size is no number of nodes");
  const keepsLog = textAt(values, ["persistence_config", 0, "mode"]) === "AOF";
  return combineParts(
    monthOf(`Cluster nodes (${nodeType})`, price, pricePlace(view, resource), nodes),
    keepsLog ? partMissing("the storage of the append-only file is not priced") : FREE,
    backups(resource, view),
  );
}
