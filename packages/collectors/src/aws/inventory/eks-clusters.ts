import {
  type Cluster,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  type Nodegroup,
  paginateListClusters,
  paginateListNodegroups,
} from "@aws-sdk/client-eks";
import type { Collected, JsonObject } from "@apex/core";
import { awsAttributes, awsResource } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { optionalEach } from "../optional-each.ts";
import { callsOf } from "./calls-of.ts";
import { lifeCycle } from "./life-cycle.ts";

const call = callsOf("eks");

const LIST = call("ListClusters");
const CLUSTER = call("DescribeCluster");
const LIST_GROUPS = call("ListNodegroups");
const GROUP = call("DescribeNodegroup");

/** EKS clusters and their managed node groups. */
export const eksClusters: AwsService = {
  name: "eks-clusters",
  title: "EKS clusters",
  calls: [LIST, CLUSTER, LIST_GROUPS, GROUP],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(EKSClient);
  const names: string[] = [];
  for await (const { clusters = [] } of paginateListClusters({ client, stopOnSameToken: true }, {}))
    names.push(...clusters);
  const clusters = await optionalEach(
    session,
    { call: CLUSTER, cost: "without it versions and support of clusters are not known" },
    names,
    async (name) => (await client.send(new DescribeClusterCommand({ name }))).cluster,
  );
  const listed = await optionalEach(
    session,
    { call: LIST_GROUPS, cost: "without it node groups are not known" },
    names,
    (name) => groupNames(client, name),
  );
  const groups = await optionalEach(
    session,
    { call: GROUP, cost: "without it the sizes of node groups are not known" },
    [...listed.answers.values()].flat(),
    async (named) => (await client.send(new DescribeNodegroupCommand(named))).nodegroup,
  );
  for (const diagnostic of [...clusters.diagnostics, ...listed.diagnostics, ...groups.diagnostics])
    yield { kind: "diagnostic", diagnostic };
  for (const cluster of clusters.answers.values()) {
    if (cluster === undefined) continue;
    const nodeGroups = listed.answers.get(cluster.name ?? "");
    const resource = awsResource(session, {
      type: "aws_eks_cluster",
      attributes: clusterAttributes(cluster),
      observed: {
        ...lifeCycle(cluster.createdAt, cluster.status),
        ...(nodeGroups === undefined
          ? {}
          : {
              usedBy: nodeGroups.map(({ clusterName, nodegroupName }) => `${clusterName}:${nodegroupName}`),
            }),
      },
    });
    if (resource !== undefined) yield { kind: "resource", resource };
  }
  for (const group of groups.answers.values()) {
    const resource = group === undefined ? undefined : awsResource(session, foundGroup(group));
    if (resource !== undefined) yield { kind: "resource", resource };
  }
}

async function groupNames(client: EKSClient, clusterName: string) {
  const named: { clusterName: string; nodegroupName: string }[] = [];
  for await (const { nodegroups = [] } of paginateListNodegroups(
    { client, stopOnSameToken: true },
    { clusterName },
  ))
    named.push(...nodegroups.map((nodegroupName) => ({ clusterName, nodegroupName })));
  return named;
}

function clusterAttributes(cluster: Cluster): JsonObject {
  const support = cluster.upgradePolicy?.supportType;
  return awsAttributes({
    id: cluster.name,
    name: cluster.name,
    arn: cluster.arn,
    version: cluster.version,
    platform_version: cluster.platformVersion,
    // Extended support costs several times the standard price of a cluster.
    upgrade_policy: support === undefined ? undefined : [{ support_type: support }],
    status: cluster.status,
    tags: cluster.tags,
  });
}

function foundGroup(group: Nodegroup) {
  const { scalingConfig: scaling, launchTemplate: template, resources } = group;
  const groups = (resources?.autoScalingGroups ?? []).flatMap(({ name }) => name ?? []);
  return {
    type: "aws_eks_node_group",
    attributes: awsAttributes({
      id: `${group.clusterName ?? ""}:${group.nodegroupName ?? ""}`,
      cluster_name: group.clusterName,
      node_group_name: group.nodegroupName,
      arn: group.nodegroupArn,
      version: group.version,
      release_version: group.releaseVersion,
      instance_types: group.instanceTypes,
      capacity_type: group.capacityType,
      ami_type: group.amiType,
      disk_size: group.diskSize,
      scaling_config:
        scaling === undefined
          ? undefined
          : [
              awsAttributes({
                desired_size: scaling.desiredSize,
                min_size: scaling.minSize,
                max_size: scaling.maxSize,
              }),
            ],
      launch_template:
        template === undefined
          ? undefined
          : [awsAttributes({ id: template.id, name: template.name, version: template.version })],
      resources: [{ autoscaling_groups: groups.map((name) => ({ name })) }],
      labels: group.labels,
      status: group.status,
      tags: group.tags,
    }),
    observed: { ...lifeCycle(group.createdAt, group.status), usedBy: groups },
  };
}
