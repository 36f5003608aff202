import {
  CreateCacheClusterCommand,
  CreateReplicationGroupCommand,
  ElastiCacheClient,
} from "@aws-sdk/client-elasticache";
import { CreateDBClusterCommand, CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect, it } from "vitest";
import { collectLive, testClient } from "../../testing/aws.ts";
import { describeWithMoto } from "../../testing/moto.ts";
import { elastiCacheClusters } from "./elasticache-clusters.ts";
import { rdsDatabases } from "./rds-databases.ts";

describeWithMoto("databases and caches", (moto) => {
  it("a database has the attributes that rules read from a state, and no password", async () => {
    const rds = new RDSClient(testClient(moto.url));
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "orders",
        DBInstanceClass: "db.m5.large",
        Engine: "postgres",
        AllocatedStorage: 200,
        StorageType: "gp2",
        MultiAZ: true,
        MasterUsername: "admin",
        MasterUserPassword: "hidden-secret",
        Tags: [{ Key: "team", Value: "shop" }],
      }),
    );
    await rds.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: "ledger",
        Engine: "aurora-postgresql",
        MasterUsername: "admin",
        MasterUserPassword: "hidden-secret",
      }),
    );
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "ledger-1",
        DBInstanceClass: "db.r6g.large",
        Engine: "aurora-postgresql",
        DBClusterIdentifier: "ledger",
      }),
    );
    const { resources, diagnostics, sent } = await collectLive(rdsDatabases, moto.url);
    const byId = new Map(resources.map((resource) => [resource.name, resource] as const));
    expect(byId.get("orders")).toMatchObject({
      type: "aws_db_instance",
      tags: { team: "shop" },
      id: expect.stringMatching(/^arn:aws:rds:eu-west-1:\d+:db:orders$/),
      aliases: expect.arrayContaining(["orders"]),
      attributes: {
        identifier: "orders",
        instance_class: "db.m5.large",
        engine: "postgres",
        allocated_storage: 200,
        storage_type: "gp2",
        multi_az: true,
        status: "available",
      },
      observed: { state: "available", createdAt: expect.stringMatching(/Z$/) },
    });
    expect(byId.get("ledger")).toMatchObject({
      type: "aws_rds_cluster",
      attributes: { engine: "aurora-postgresql" },
    });
    expect(byId.get("ledger-1")).toMatchObject({
      type: "aws_rds_cluster_instance",
      attributes: { cluster_identifier: "ledger", instance_class: "db.r6g.large" },
    });
    expect(JSON.stringify(resources)).not.toContain("hidden-secret");
    expect(diagnostics).toEqual([]);
    expect(sent).toEqual(["rds DescribeDBClusters", "rds DescribeDBInstances"]);
  });

  it("a replication group is one thing with its members' names, and a cache in none is its own", async () => {
    const cache = new ElastiCacheClient(testClient(moto.url));
    await cache.send(
      new CreateReplicationGroupCommand({
        ReplicationGroupId: "sessions",
        ReplicationGroupDescription: "sessions of the shop",
        CacheNodeType: "cache.r6g.large",
        Engine: "redis",
        NumNodeGroups: 1,
        ReplicasPerNodeGroup: 1,
        AutomaticFailoverEnabled: true,
      }),
    );
    await cache.send(
      new CreateCacheClusterCommand({
        CacheClusterId: "pages",
        CacheNodeType: "cache.t3.small",
        Engine: "memcached",
        NumCacheNodes: 2,
        Tags: [{ Key: "team", Value: "web" }],
      }),
    );
    const { resources, diagnostics, sent } = await collectLive(elastiCacheClusters, moto.url);
    expect(resources.find(({ type }) => type === "aws_elasticache_replication_group")).toMatchObject({
      id: expect.stringMatching(/^arn:aws:elasticache:eu-west-1:\d+:replicationgroup:sessions$/),
      name: "sessions",
      attributes: {
        node_type: "cache.r6g.large",
        engine: "redis",
        member_clusters: ["sessions-001", "sessions-002"],
        num_cache_clusters: 2,
        automatic_failover_enabled: true,
      },
    });
    expect(resources.find(({ name }) => name === "pages")).toMatchObject({
      type: "aws_elasticache_cluster",
      tags: { team: "web" },
      attributes: { node_type: "cache.t3.small", engine: "memcached", num_cache_nodes: 2 },
      observed: { state: "available" },
    });
    expect(diagnostics).toEqual([]);
    expect(sent).toEqual(
      elastiCacheClusters.calls.map(({ operation }) => `elasticache ${operation}`).toSorted(),
    );
  });
});
