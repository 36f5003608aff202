import type { DBCluster, DBInstance } from "@aws-sdk/client-rds";
import type { JsonObject } from "@apex/core";
import { awsAttributes, tagMap } from "../aws-resource.ts";

/** Terraform's types of the engines that share RDS's API; all others are RDS's own. */
const FAMILIES: Readonly<Record<string, string>> = { docdb: "docdb", neptune: "neptune" };

/** "aws_rds_cluster", "aws_docdb_cluster" or "aws_neptune_cluster". */
export function clusterType(engine: string | undefined): string {
  return `aws_${familyOf(engine)}_cluster`;
}

/** "aws_db_instance", or the type of a cluster's member. */
export function instanceType({ Engine, DBClusterIdentifier }: DBInstance): string {
  return DBClusterIdentifier === undefined || DBClusterIdentifier === ""
    ? "aws_db_instance"
    : `${clusterType(Engine)}_instance`;
}

function familyOf(engine: string | undefined): string {
  const name = engine ?? "";
  return Object.hasOwn(FAMILIES, name) ? (FAMILIES[name] ?? "rds") : "rds";
}

/** An instance as the AWS provider writes it into a state; passwords are not in the API's answer. */
export function instanceAttributes(database: DBInstance, isWriter: boolean | undefined): JsonObject {
  const identifier = database.DBInstanceIdentifier;
  const isMember = instanceType(database) !== "aws_db_instance";
  return awsAttributes({
    // The provider's id of a database is its resource id, of a cluster's member its identifier.
    id: isMember ? identifier : (database.DbiResourceId ?? identifier),
    identifier,
    arn: database.DBInstanceArn,
    ...(isMember
      ? {
          cluster_identifier: database.DBClusterIdentifier,
          dbi_resource_id: database.DbiResourceId,
          endpoint: database.Endpoint?.Address,
          writer: isWriter,
          promotion_tier: database.PromotionTier,
        }
      : { resource_id: database.DbiResourceId, address: database.Endpoint?.Address, ...storage(database) }),
    instance_class: database.DBInstanceClass,
    engine: database.Engine,
    engine_version: database.EngineVersion,
    license_model: database.LicenseModel,
    availability_zone: database.AvailabilityZone,
    status: database.DBInstanceStatus,
    publicly_accessible: database.PubliclyAccessible,
    performance_insights_enabled: database.PerformanceInsightsEnabled,
    monitoring_interval: database.MonitoringInterval,
    ca_cert_identifier: database.CACertificateIdentifier,
    tags: tagMap(database.TagList),
  });
}

function storage(database: DBInstance): Parameters<typeof awsAttributes>[0] {
  return {
    allocated_storage: database.AllocatedStorage,
    max_allocated_storage: database.MaxAllocatedStorage,
    storage_type: database.StorageType,
    storage_encrypted: database.StorageEncrypted,
    iops: database.Iops,
    storage_throughput: database.StorageThroughput,
    multi_az: database.MultiAZ,
    backup_retention_period: database.BackupRetentionPeriod,
    deletion_protection: database.DeletionProtection,
    replicate_source_db: database.ReadReplicaSourceDBInstanceIdentifier,
    replicas: database.ReadReplicaDBInstanceIdentifiers,
  };
}

/** A cluster as the AWS provider writes it into a state. */
export function clusterAttributes(cluster: DBCluster): JsonObject {
  const scaling = cluster.ServerlessV2ScalingConfiguration;
  return awsAttributes({
    id: cluster.DBClusterIdentifier,
    cluster_identifier: cluster.DBClusterIdentifier,
    cluster_resource_id: cluster.DbClusterResourceId,
    arn: cluster.DBClusterArn,
    endpoint: cluster.Endpoint,
    engine: cluster.Engine,
    engine_version: cluster.EngineVersion,
    engine_mode: cluster.EngineMode,
    db_cluster_instance_class: cluster.DBClusterInstanceClass,
    cluster_members: (cluster.DBClusterMembers ?? []).flatMap(
      ({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? [],
    ),
    // Aurora says 1 whatever there is: its storage grows by itself.
    allocated_storage: cluster.Engine?.startsWith("aurora") === true ? undefined : cluster.AllocatedStorage,
    storage_type: cluster.StorageType,
    storage_encrypted: cluster.StorageEncrypted,
    iops: cluster.Iops,
    backup_retention_period: cluster.BackupRetentionPeriod,
    deletion_protection: cluster.DeletionProtection,
    serverlessv2_scaling_configuration:
      scaling === undefined
        ? undefined
        : [awsAttributes({ min_capacity: scaling.MinCapacity, max_capacity: scaling.MaxCapacity })],
    availability_zones: cluster.AvailabilityZones,
    tags: tagMap(cluster.TagList),
  });
}
