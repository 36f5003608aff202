import type { Database } from "../fleet/database.ts";
import { arn, cloudId, REGION } from "../ids.ts";
import { hexFor } from "../random.ts";
import { type Attributes, type StateResource, tagged } from "./state-resource.ts";

function subnetGroup(): StateResource {
  return {
    address: "aws_db_subnet_group.main",
    attributes: {
      id: "acme-prod",
      arn: arn("rds", "subgrp:acme-prod"),
      description: "Managed by Terraform",
      name: "acme-prod",
      name_prefix: "",
      region: REGION,
      subnet_ids: ["a", "b"].map((zone) => cloudId("subnet", `aws_subnet.private["${zone}"]`)).toSorted(),
      supported_network_types: ["IPV4"],
      vpc_id: cloudId("vpc", "aws_vpc.main"),
      ...tagged(null),
    },
    dependencies: ["aws_subnet.private", "aws_vpc.main"],
  };
}

const PORTS = { postgres: 5432, mysql: 3306 };

function endpoint(database: Database): Attributes {
  const host = `${database.identifier}.c9${hexFor("rds host", 10)}.${REGION}.rds.amazonaws.com`;
  return {
    address: host,
    endpoint: `${host}:${PORTS[database.engine]}`,
    hosted_zone_id: "Z2R2ITUGPM61AM",
    port: PORTS[database.engine],
  };
}

function storage(database: Database): Attributes {
  return {
    allocated_storage: database.storageGb,
    iops: database.storageType === "gp3" ? (database.storageGb >= 400 ? 12000 : 3000) : 0,
    kms_key_id: database.isEncrypted ? arn("kms", "key/6f0c1c38-8c7e-4f7d-9c57-6c2c62a3cf10") : "",
    max_allocated_storage: database.maxStorageGb ?? 0,
    storage_encrypted: database.isEncrypted,
    storage_throughput: database.storageType === "gp3" ? (database.storageGb >= 400 ? 500 : 125) : 0,
    storage_type: database.storageType,
  };
}

function protection(database: Database): Attributes {
  return {
    backup_retention_period: database.backupDays,
    backup_window: "07:41-08:11",
    delete_automated_backups: true,
    deletion_protection: database.isProtected,
    final_snapshot_identifier: database.finalSnapshot ?? null,
    maintenance_window: database.maintenanceWindow,
    skip_final_snapshot: database.finalSnapshot === undefined,
  };
}

function source(database: Database): Attributes {
  const isReplica = database.replicaOf !== undefined;
  return {
    db_name: database.name,
    manage_master_user_password: isReplica ? null : true,
    replicate_source_db: database.replicaOf ?? "",
    replicas: database.address === "aws_db_instance.primary" ? ["acme-prod-shop-replica"] : [],
    username: database.username,
  };
}

function databaseInstance(database: Database): StateResource {
  return {
    address: database.address,
    schemaVersion: 2,
    attributes: {
      id: `db-${hexFor(database.address, 26).toUpperCase()}`,
      resource_id: `db-${hexFor(database.address, 26).toUpperCase()}`,
      arn: arn("rds", `db:${database.identifier}`),
      apply_immediately: false,
      auto_minor_version_upgrade: true,
      availability_zone: `${REGION}a`,
      ca_cert_identifier: "rds-ca-rsa2048-g1",
      copy_tags_to_snapshot: false,
      customer_owned_ip_enabled: false,
      database_insights_mode: "standard",
      dedicated_log_volume: false,
      db_subnet_group_name: "acme-prod",
      engine: database.engine,
      engine_version: database.engineVersion,
      engine_version_actual: database.engineVersion,
      iam_database_authentication_enabled: false,
      identifier: database.identifier,
      identifier_prefix: "",
      instance_class: database.instanceClass,
      license_model: database.engine === "postgres" ? "postgresql-license" : "general-public-license",
      monitoring_interval: 0,
      network_type: "IPV4",
      multi_az: database.isMultiAz,
      performance_insights_enabled: false,
      publicly_accessible: false,
      region: REGION,
      status: "available",
      vpc_security_group_ids: [cloudId("sg", "aws_security_group.internal")],
      ...endpoint(database),
      ...storage(database),
      ...protection(database),
      ...source(database),
      ...tagged({ Name: database.identifier }),
    },
    sensitive: [["password"], ["password_wo"]],
    dependencies: [
      "aws_db_subnet_group.main",
      "aws_security_group.internal",
      "aws_subnet.private",
      "aws_vpc.main",
    ],
  };
}

/** The subnet group and the databases. */
export function databaseResources(databases: readonly Database[]): StateResource[] {
  return [subnetGroup(), ...databases.map(databaseInstance)];
}
