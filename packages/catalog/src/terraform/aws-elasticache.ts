import { type Decimal, decimal } from "@apex/core";
import { elasticacheHourlyPrice } from "../elasticache-price.ts";
import {
  combineParts,
  essentialPartMissing,
  fixedItem,
  FREE,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { numberAt, textAt } from "./attributes.ts";
import {
  linesOf,
  type Lines,
  isSetLater,
  MONTH_HOURS,
  numberOr,
  product,
  times,
  withNumber,
  withText,
} from "./aws-data-lines.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";

/** One snapshot is kept for nothing. Source: ElastiCache pricing page, "Backup storage". */
const FREE_SNAPSHOTS = 1;

function nodes(
  lines: Lines,
  cache: { readonly engine: string; readonly nodeType: string; readonly count: Decimal },
): PricedParts {
  return fixedItem({
    name: `Cache node (${cache.engine}, on-demand, ${cache.nodeType})`,
    unit: "hours",
    quantity: times(cache.count, MONTH_HOURS),
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
  // Terraform makes it known after apply also where the configuration does not set it.
  if (textAt(resource.values, path) === undefined && !isSetLater(resource, path)) return { kind: "absent" };
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
        combineParts(
          nodes(lines, { engine: name, nodeType, count: decimal(count) }),
          snapshots(resource, lines),
        ),
      ),
    ),
  );
}

/** Nodes of a group: written as a number, or shards with a primary and replicas each. */
function groupSize(resource: ResourceView): Decimal | undefined {
  const { values } = resource;
  const written = numberAt(values, ["num_node_groups"]) ?? numberAt(values, ["replicas_per_node_group"]);
  const shards = written === undefined ? 1 : numberOr(resource, ["num_node_groups"], 1);
  const members =
    written === undefined
      ? numberOr(resource, ["num_cache_clusters"], 1)
      : membersOf(numberOr(resource, ["replicas_per_node_group"], 0));
  if (shards === undefined || members === undefined || shards < 0 || members < 0) return undefined;
  return product(shards, members);
}

function membersOf(replicas: number | undefined): number | undefined {
  return replicas === undefined ? undefined : 1 + replicas;
}

function known(count: Decimal | undefined, parts: (count: Decimal) => PricedParts): PricedParts {
  return count === undefined ? essentialPartMissing("the number of cache nodes is not known") : parts(count);
}

/** `aws_elasticache_replication_group`: all its nodes; data tiering is in the price of the node types that have it. */
export function priceAwsElasticacheReplicationGroup(resource: ResourceView, view: PlanView): PricedParts {
  const lines = linesOf(resource, view);
  const engine = textAt(resource.values, ["engine"]) ?? "redis";
  return withText(textAt(resource.values, ["node_type"]), "the type of the cache nodes", (nodeType) =>
    known(groupSize(resource), (count) =>
      combineParts(nodes(lines, { engine, nodeType, count }), snapshots(resource, lines)),
    ),
  );
}
