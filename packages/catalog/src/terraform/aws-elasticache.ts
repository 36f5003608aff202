import { decimal, HOURS_PER_MONTH } from "@apex/core";
import { elasticacheHourlyPrice } from "../elasticache-price.ts";
import {
  combineParts,
  essentialPartMissing,
  fixedItem,
  FREE,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { numberAt, textAt } from "./attributes.ts";
import { linesOf, type Lines, numberOr, withNumber, withText } from "./aws-data-lines.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";

/** One snapshot is kept for nothing. Source: ElastiCache pricing page, "Backup storage". */
const FREE_SNAPSHOTS = 1;

function nodes(
  lines: Lines,
  cache: { readonly engine: string; readonly nodeType: string; readonly count: number },
): PricedParts {
  return fixedItem({
    name: `Cache node (${cache.engine}, on-demand, ${cache.nodeType})`,
    unit: "hours",
    quantity: decimal(cache.count * HOURS_PER_MONTH),
    price: elasticacheHourlyPrice({ ...cache, region: lines.region }, lines.prices),
    purchase: "on-demand",
  });
}

function snapshots(resource: ResourceView, lines: Lines): PricedParts {
  if ((numberAt(resource.values, ["snapshot_retention_limit"]) ?? 0) <= FREE_SNAPSHOTS) return FREE;
  return lines.used(
    ["Backup storage", "GB-months"],
    "elasticache-backup-gb-month",
    lines.told("snapshot_storage_size_gb"),
  );
}

/** The replication group that a cluster is a replica of; undefined when it stands alone. */
function groupOf(resource: ResourceView, view: PlanView): ReturnType<typeof follow> {
  const path = ["replication_group_id"];
  return follow(view, resource, {
    types: ["aws_elasticache_replication_group"],
    references: ["replication_group_id", "id"].map((targetAttribute) => ({ path, targetAttribute })),
  });
}

/** `aws_elasticache_cluster`: its nodes; as a member of a replication group, one more node of the group's kind. */
export function priceAwsElasticacheCluster(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const group = groupOf(resource, view);
  if (group.kind === "not-found")
    return essentialPartMissing(`the replication group is not known: ${group.reason}`);
  const { values } = group.kind === "found" ? group.resource : resource;
  const engine = textAt(values, ["engine"]) ?? (group.kind === "found" ? "redis" : undefined);
  return withText(engine, "the cache engine", (name) =>
    withText(textAt(values, ["node_type"]), "the type of the cache nodes", (nodeType) =>
      withNumber(numberOr(resource, ["num_cache_nodes"], 1), "the number of cache nodes", (count) =>
        combineParts(nodes(lines, { engine: name, nodeType, count }), snapshots(resource, lines)),
      ),
    ),
  );
}

/** Nodes of a group: written as a number, or shards with a primary and replicas each. */
function groupSize(resource: ResourceView): number | undefined {
  const { values } = resource;
  const shards = numberAt(values, ["num_node_groups"]);
  const replicas = numberAt(values, ["replicas_per_node_group"]);
  if (shards === undefined && replicas === undefined) return numberOr(resource, ["num_cache_clusters"], 1);
  const knownShards = shards ?? numberOr(resource, ["num_node_groups"], 1);
  const knownReplicas = replicas ?? numberOr(resource, ["replicas_per_node_group"], 0);
  if (knownShards === undefined || knownReplicas === undefined) return undefined;
  return knownShards * (1 + knownReplicas);
}

/** `aws_elasticache_replication_group`: all its nodes; data tiering is in the price of the node types that have it. */
export function priceAwsElasticacheReplicationGroup(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const engine = textAt(resource.values, ["engine"]) ?? "redis";
  return withText(textAt(resource.values, ["node_type"]), "the type of the cache nodes", (nodeType) =>
    withNumber(groupSize(resource), "the number of cache nodes", (count) =>
      combineParts(nodes(lines, { engine, nodeType, count }), snapshots(resource, lines)),
    ),
  );
}
