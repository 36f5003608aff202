import { elasticacheHourlyPrice } from "@apex/catalog";
import { type Decimal, type Known, known, type MetricName, type Resource } from "@apex/core";
import { numberAt, textAt } from "../fleet/attributes.ts";
import { type CacheNode, cacheNode } from "../fleet/cache-node.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { partsOf } from "../utilization/series.ts";
import type { RuleContext } from "./rule.ts";

/** A cache that is paid by its nodes, with the price of each; or why it cannot be judged. */
export type ElasticacheCache =
  | {
      readonly kind: "cache";
      /** "redis", "valkey", "memcached". */
      readonly engine: string;
      readonly node: CacheNode;
      readonly count: number;
      /** Of one node. */
      readonly hourly: Decimal;
      readonly priceOf: (nodeType: string) => Known<Decimal>;
      readonly region: string;
    }
  | { readonly kind: "refused"; readonly reason: string };

/** The types whose node type can be changed. */
export const CACHE_TYPES = ["aws_elasticache_cluster", "aws_elasticache_replication_group"] as const;

/** Reads node type, engine, number of nodes and price of the cache of a context. */
export function elasticacheCache({ resource, prices }: RuleContext): ElasticacheCache {
  const { attributes, type } = resource;
  const group = textAt(attributes, "replication_group_id");
  if (type === "aws_elasticache_cluster" && group !== undefined)
    return refused(`it is a node of the replication group ${group}, which is judged as a whole`);
  const global = textAt(attributes, "global_replication_group_id");
  // Its standby in another region has no connections, and is needed all the same.
  if (global !== undefined)
    return refused(`it is a part of the global datastore ${global}, which decides its nodes`);
  const nodeType = textAt(attributes, "node_type");
  if (nodeType === undefined) return refused("its node type is not known");
  const status = textAt(attributes, "status") ?? resource.observed?.state;
  if (status !== undefined && status !== "available") return refused(`it is ${status}`);
  const engine = textAt(attributes, "engine") ?? (type === "aws_elasticache_cluster" ? undefined : "redis");
  if (engine === undefined) return refused("its engine is not known");
  const count = nodeCount(resource);
  if (count === undefined) return refused("how many nodes it has is not known");
  const node = cacheNode(nodeType);
  if (node === undefined) return refused(`the catalogue does not know the memory of ${nodeType}`);
  const region = awsRegionOf(resource);
  if (region === undefined) return refused("its region is not known, so neither is its price");
  const priceOf = (name: string): Known<Decimal> => {
    const price = elasticacheHourlyPrice({ nodeType: name, region, engine }, prices);
    return price.kind === "known" ? known(price.value.price) : price;
  };
  const hourly = priceOf(nodeType);
  if (hourly.kind === "unknown") return refused(`its price is not known: ${hourly.reason}`);
  return { kind: "cache", engine, node, count, hourly: hourly.value, priceOf, region };
}

function refused(reason: string): ElasticacheCache {
  return { kind: "refused", reason };
}

function nodeCount({ type, attributes }: Resource): number | undefined {
  if (type === "aws_elasticache_cluster") return numberAt(attributes, "num_cache_nodes");
  const members = attributes["member_clusters"];
  if (Array.isArray(members) && members.length > 0) return members.length;
  const shards = numberAt(attributes, "num_node_groups");
  const replicas = numberAt(attributes, "replicas_per_node_group");
  return shards !== undefined && shards > 0 && replicas !== undefined
    ? shards * (replicas + 1)
    : numberAt(attributes, "num_cache_clusters");
}

/**
 * The nodes that a metric is measured on, `undefined` for the whole; or why they do not stand for all: a node without samples may
 * be the busy one.
 */
export function measuredNodes(
  { profile, resource }: RuleContext,
  metric: MetricName,
  count: number,
): Known<readonly (string | undefined)[]> {
  const parts = partsOf(profile, metric);
  if (parts.length === 0) return known([undefined]);
  return resource.type === "aws_elasticache_replication_group" && parts.length < count
    ? { kind: "unknown", reason: `${metric} is measured on ${parts.length} of its ${count} nodes` }
    : known(parts);
}
