import {
  type CacheCluster,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  paginateDescribeCacheClusters,
  paginateDescribeReplicationGroups,
  type ReplicationGroup,
  type Tag,
} from "@aws-sdk/client-elasticache";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource, type FoundResource, tagMap } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { optionalEach } from "../optional-each.ts";
import { callsOf } from "./calls-of.ts";
import { lifeCycle } from "./life-cycle.ts";

const call = callsOf("elasticache");

const CLUSTERS = call("DescribeCacheClusters");
const GROUPS = call("DescribeReplicationGroups");
const TAGS = call("ListTagsForResource");

/** Replication groups of Redis and Valkey, and cache clusters that are in none. Bills and metrics name a group's members. */
export const elastiCacheClusters: AwsService = {
  name: "elasticache-clusters",
  title: "caches",
  calls: [CLUSTERS, GROUPS, TAGS],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(ElastiCacheClient);
  const groups: ReplicationGroup[] = [];
  const clusters: CacheCluster[] = [];
  for await (const { ReplicationGroups = [] } of paginateDescribeReplicationGroups(
    { client, stopOnSameToken: true },
    {},
  ))
    groups.push(...ReplicationGroups);
  for await (const { CacheClusters = [] } of paginateDescribeCacheClusters(
    { client, stopOnSameToken: true },
    {},
  ))
    clusters.push(...CacheClusters);
  const members = new Map(Map.groupBy(clusters, ({ ReplicationGroupId }) => ReplicationGroupId ?? ""));
  const alone = members.get("") ?? [];
  const tags = await optionalEach(
    session,
    { call: TAGS, cost: "without it the tags of caches are not known" },
    [...groups, ...alone].flatMap(({ ARN }) => ARN ?? []),
    async (arn) => (await client.send(new ListTagsForResourceCommand({ ResourceName: arn }))).TagList ?? [],
  );
  for (const diagnostic of tags.diagnostics) yield { kind: "diagnostic", diagnostic };
  const found = [
    ...groups.map((group) =>
      foundGroup(group, members.get(group.ReplicationGroupId ?? "") ?? [], tags.answers.get(group.ARN ?? "")),
    ),
    ...alone.map((cluster) => foundCluster(cluster, tags.answers.get(cluster.ARN ?? ""))),
  ];
  for (const one of found) {
    const resource = awsResource(session, one);
    if (resource !== undefined) yield { kind: "resource", resource };
  }
}

function foundGroup(
  group: ReplicationGroup,
  members: readonly CacheCluster[],
  tags: readonly Tag[] | undefined,
): FoundResource {
  const [member] = members;
  return {
    type: "aws_elasticache_replication_group",
    attributes: groupAttributes(group, member, tags),
    aliases: members.flatMap(({ CacheClusterId, ARN }) =>
      [CacheClusterId, ARN].filter((name) => name !== undefined),
    ),
    observed: lifeCycle(group.ReplicationGroupCreateTime ?? member?.CacheClusterCreateTime, group.Status),
  };
}

function groupAttributes(
  group: ReplicationGroup,
  member: CacheCluster | undefined,
  tags: readonly Tag[] | undefined,
): JsonObject {
  const shards = group.NodeGroups;
  const nodes = shards?.[0]?.NodeGroupMembers?.length;
  return awsAttributes({
    id: group.ReplicationGroupId,
    replication_group_id: group.ReplicationGroupId,
    arn: group.ARN,
    description: group.Description,
    node_type: group.CacheNodeType ?? member?.CacheNodeType,
    engine: group.Engine ?? member?.Engine,
    engine_version_actual: member?.EngineVersion,
    global_replication_group_id: group.GlobalReplicationGroupInfo?.GlobalReplicationGroupId,
    member_clusters: group.MemberClusters,
    num_cache_clusters: group.MemberClusters?.length,
    num_node_groups: shards?.length,
    replicas_per_node_group: nodes === undefined ? undefined : Math.max(0, nodes - 1),
    cluster_enabled: group.ClusterEnabled,
    automatic_failover_enabled:
      group.AutomaticFailover === undefined ? undefined : group.AutomaticFailover === "enabled",
    multi_az_enabled: group.MultiAZ === undefined ? undefined : group.MultiAZ === "enabled",
    data_tiering_enabled: group.DataTiering === undefined ? undefined : group.DataTiering === "enabled",
    snapshot_retention_limit: group.SnapshotRetentionLimit,
    tags: tags === undefined ? undefined : tagMap(tags),
  });
}

function foundCluster(cluster: CacheCluster, tags: readonly Tag[] | undefined): FoundResource {
  const zone = cluster.PreferredAvailabilityZone;
  return {
    type: "aws_elasticache_cluster",
    attributes: awsAttributes({
      id: cluster.CacheClusterId,
      cluster_id: cluster.CacheClusterId,
      arn: cluster.ARN,
      node_type: cluster.CacheNodeType,
      num_cache_nodes: cluster.NumCacheNodes,
      engine: cluster.Engine,
      engine_version: cluster.EngineVersion,
      // "Multiple" stands for nodes in several zones.
      availability_zone: zone === "Multiple" ? undefined : zone,
      az_mode: zone === undefined ? undefined : zone === "Multiple" ? "cross-az" : "single-az",
      snapshot_retention_limit: cluster.SnapshotRetentionLimit,
      tags: tags === undefined ? undefined : tagMap(tags),
    }),
    observed: lifeCycle(cluster.CacheClusterCreateTime, cluster.CacheClusterStatus),
  };
}
