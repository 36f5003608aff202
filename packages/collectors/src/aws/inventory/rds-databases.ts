import {
  type DBCluster,
  type DBInstance,
  paginateDescribeDBClusters,
  paginateDescribeDBInstances,
  RDSClient,
} from "@aws-sdk/client-rds";
import type { Collected } from "@apex/core";
import { awsResource } from "../aws-resource.ts";
import type { AwsService, AwsSession } from "../aws-service.ts";
import { callsOf } from "./calls-of.ts";
import { lifeCycle } from "./life-cycle.ts";
import { clusterAttributes, clusterType, instanceAttributes, instanceType } from "./rds-attributes.ts";

const call = callsOf("rds");

const INSTANCES = call("DescribeDBInstances");
const CLUSTERS = call("DescribeDBClusters");

/** Databases and their clusters; DocumentDB and Neptune answer here too, under their own Terraform types. */
export const rdsDatabases: AwsService = {
  name: "rds-databases",
  title: "databases",
  calls: [INSTANCES, CLUSTERS],
  collect,
};

async function* collect(session: AwsSession): AsyncGenerator<Collected> {
  const client = session.client(RDSClient);
  const clusters = await session.optional(
    CLUSTERS,
    "without it Aurora's clusters and which of their instances write are not known",
    () => clustersOf(client),
  );
  if (clusters.kind === "failed") yield { kind: "diagnostic", diagnostic: clusters.diagnostic };
  const known = clusters.kind === "done" ? clusters.value : [];
  for (const cluster of known) {
    const resource = awsResource(session, {
      type: clusterType(cluster.Engine),
      attributes: clusterAttributes(cluster),
      observed: {
        ...lifeCycle(cluster.ClusterCreateTime, cluster.Status),
        usedBy: (cluster.DBClusterMembers ?? []).flatMap(
          ({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? [],
        ),
      },
    });
    if (resource !== undefined) yield { kind: "resource", resource };
  }
  for await (const { DBInstances = [] } of paginateDescribeDBInstances(
    { client, stopOnSameToken: true },
    {},
  )) {
    for (const database of DBInstances) {
      const resource = awsResource(session, {
        type: instanceType(database),
        attributes: instanceAttributes(database, isWriter(database, known)),
        observed: lifeCycle(database.InstanceCreateTime, database.DBInstanceStatus),
      });
      if (resource !== undefined) yield { kind: "resource", resource };
    }
  }
}

async function clustersOf(client: RDSClient): Promise<readonly DBCluster[]> {
  const clusters: DBCluster[] = [];
  for await (const { DBClusters = [] } of paginateDescribeDBClusters({ client, stopOnSameToken: true }, {}))
    clusters.push(...DBClusters);
  return clusters;
}

function isWriter(
  { DBInstanceIdentifier: id }: DBInstance,
  clusters: readonly DBCluster[],
): boolean | undefined {
  return clusters
    .flatMap(({ DBClusterMembers = [] }) => DBClusterMembers)
    .find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id)?.IsClusterWriter;
}
