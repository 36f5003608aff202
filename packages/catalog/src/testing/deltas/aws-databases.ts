import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const MYSQL: JsonObject = {
  engine: "mysql",
  engine_version: "8.4",
  instance_class: "db.m5.large",
  allocated_storage: 100,
  storage_type: "gp3",
  multi_az: false,
  backup_retention_period: 7,
};
const BURSTABLE: JsonObject = { instance_class: "db.t3.large" };
const SQL_SERVER: JsonObject = { engine: "sqlserver-se", instance_class: "db.m5.xlarge" };
const ORACLE: JsonObject = {
  engine: "oracle-se2",
  license_model: "license-included",
  instance_class: "db.t3.large",
};
const STRIPED: JsonObject = { allocated_storage: 400, iops: 12_000 };

const RDS_INSTANCE: DeltaTable = {
  type: "aws_db_instance",
  base: MYSQL,
  cases: [
    ["instance_class", "db.m5.xlarge", "124.83", "730 h x (0.342 - 0.171)"],
    ["instance_class", "db.x9.large", "unknown", "no price of db.x9.large"],
    // PostgreSQL 0.178, MariaDB as MySQL 0.171, SQL Server 1.224, Oracle with licence 0.3: each by the hour.
    ["engine", "postgres", "5.11", "730 h x (0.178 - 0.171)"],
    ["engine", "sqlserver-se", "643.86", "730 h x (1.224 - 0.342)", { instance_class: "db.m5.xlarge" }],
    [
      "license_model",
      "bring-your-own-license",
      "unknown",
      "Oracle Standard Two bring-your-own-license",
      ORACLE,
    ],
    ["engine_version", "8.0", "146", "2 vCPU x 730 h x 0.1"],
    ["engine_version", "5.7", "292", "2 vCPU x 730 h x 0.2"],
    ["engine_version", "8.0.40", "292", "2 copies x 2 vCPU x 730 h x 0.1", { multi_az: true }],
    [
      "engine_lifecycle_support",
      "open-source-rds-extended-support-disabled",
      "-146",
      "-2 vCPU x 730 h x 0.1",
      { engine_version: "8.0" },
    ],
    ["multi_az", true, "136.33", "730 h x (0.342 - 0.171) + 100 GB x 0.115"],
    ["publicly_accessible", true, "3.65", "730 h x 0.005"],
    ["publicly_accessible", true, "3.65", "730 h x 0.005 left out", { multi_az: true }],
    ["allocated_storage", 200, "11.5", "100 GB x 0.115"],
    ["allocated_storage", 200, "23", "2 x 100 GB x 0.115", { multi_az: true }],
    // gp3 costs as gp2; io1, io2 and magnetic do not.
    ["storage_type", "gp2", "0", "100 GB x (0.115 - 0.115)"],
    ["storage_type", "io1", "151", "100 GB x (0.125 - 0.115) + 1500 IOPS x 0.1", { iops: 1500 }],
    ["storage_type", "io2", "151", "100 GB x (0.125 - 0.115) + 1500 IOPS x 0.1", { iops: 1500 }],
    ["storage_type", "standard", "-1.5", "100 GB x (0.1 - 0.115)"],
    // IOPS above those included: from 400 GiB on 12,000 (Oracle from 200), SQL Server 3,000 at any size; below nothing is provisioned.
    ["iops", 14_000, "40", "2000 IOPS x 0.02", STRIPED],
    ["iops", 14_000, "80", "2 x 2000 IOPS x 0.02", { ...STRIPED, multi_az: true }],
    ["iops", 14_000, "0", "0 x 0.02", { allocated_storage: 399, iops: 12_000 }],
    ["iops", 14_000, "40", "2000 IOPS x 0.02", { ...ORACLE, allocated_storage: 200, iops: 12_000 }],
    ["iops", 4_000, "20", "1000 IOPS x 0.02", { ...SQL_SERVER, iops: 3_000 }],
    ["iops", 2_000, "100", "1000 IOPS x 0.1", { storage_type: "io1", iops: 1_000 }],
    ["iops", 1_000, "0", "0 IOPS x 0.1", { storage_type: "io1", iops: 500 }],
    ["storage_throughput", 600, "unknown", "throughput above 500 MB/s", STRIPED],
    ["replicate_source_db", "nobody", "0", "0"],
    ["status", "stopped", "-124.83", "-730 h x 0.171", { status: "available" }],
    ["usage: additional_backup_storage_gb", 50, "4.75", "50 GB x 0.095"],
    ["usage: monthly_standard_io_requests", 5_000_000, "0.5", "5 x 0.1", { storage_type: "standard" }],
    ["usage: monthly_cpu_credit_hrs", 30, "4.5", "30 h x 2 vCPU x 0.075", BURSTABLE],
    [
      "usage: monthly_additional_performance_insights_requests",
      12_345,
      "0.12345",
      "12.345 x 0.01",
      { performance_insights_enabled: true },
    ],
  ],
};

/** Backups are a line of their own only when there are any; its quantity is told. */
const RDS_BACKUPS: DeltaTable = {
  type: "aws_db_instance",
  base: MYSQL,
  usage: { additional_backup_storage_gb: 10 },
  cases: [
    ["backup_retention_period", 0, "-0.95", "-10 GB x 0.095"],
    // Without a word on automatic backups, what is told is of snapshots that somebody takes.
    [
      "usage: additional_backup_storage_gb",
      1000,
      "94.05",
      "990 GB x 0.095",
      { backup_retention_period: null },
    ],
  ],
};

const INSIGHTS: readonly DeltaTable[] = [
  {
    type: "aws_db_instance",
    base: MYSQL,
    usage: { monthly_additional_performance_insights_requests: 1000 },
    cases: [["performance_insights_enabled", true, "0.01", "1 x 0.01"]],
  },
  {
    type: "aws_rds_cluster_instance",
    base: { engine: "aurora-mysql", instance_class: "db.r5.large" },
    usage: { monthly_additional_performance_insights_requests: 1000 },
    cases: [
      ["performance_insights_enabled", true, "0.01", "1 x 0.01"],
      [
        "usage: monthly_additional_performance_insights_requests",
        2000,
        "0.01",
        "1 x 0.01",
        { performance_insights_enabled: true },
      ],
    ],
  },
];

const AURORA_CLUSTER = "aws_rds_cluster.c";

const RDS_CLUSTER: DeltaTable = {
  type: "aws_rds_cluster",
  base: {
    cluster_identifier: "c",
    engine: "aurora-mysql",
    storage_type: "",
    backup_retention_period: 3,
    backtrack_window: 3600,
  },
  usage: {
    storage_gb: 100,
    write_requests_per_sec: 10,
    read_requests_per_sec: 10,
    backup_snapshot_size_gb: 200,
    snapshot_export_size_gb: 200,
    average_statements_per_hr: 1_000_000,
    change_records_per_statement: 0.5,
  },
  cases: [
    // I/O-Optimized: storage gets dearer, and the 52.56 million requests cost nothing any more.
    ["storage_type", "aurora-iopt1", "1.988", "100 GB x (0.225 - 0.1) - 52.56 x 0.2"],
    ["usage: storage_gb", 300, "20", "200 GB x 0.1"],
    ["usage: storage_gb", 300, "45", "200 GB x 0.225", { storage_type: "aurora-iopt1" }],
    ["usage: write_requests_per_sec", 20, "5.256", "10 x 730 x 3600 / 1000000 x 0.2"],
    ["usage: write_requests_per_sec", 20, "0", "0 x 0.2", { storage_type: "aurora-iopt1" }],
    ["usage: read_requests_per_sec", 0, "-5.256", "-10 x 730 x 3600 / 1000000 x 0.2"],
    ["backup_retention_period", 7, "16.8", "4 days x 200 GB x 0.021"],
    ["usage: backup_snapshot_size_gb", 300, "4.2", "2 days x 100 GB x 0.021"],
    ["usage: snapshot_export_size_gb", 300, "1", "100 GB x 0.01"],
    ["backtrack_window", 7200, "4.38", "1 h x 0.5 x 730 h x 0.012"],
    ["usage: average_statements_per_hr", 2_000_000, "4.38", "1 x 0.5 x 1 h x 730 h x 0.012"],
    ["usage: change_records_per_statement", 1, "4.38", "1 x 0.5 x 1 h x 730 h x 0.012"],
    ["engine", "db2", "unknown", "a Multi-AZ cluster of db2 has no known price"],
    [
      "engine",
      "mysql",
      "unknown",
      "no prices of RDS (MySQL Multi-AZ cluster)",
      { db_cluster_instance_class: "db.m6gd.large" },
    ],
    ["engine_mode", "serverless", "unknown", "the capacity of a serverless cluster follows its load"],
  ],
};

const RDS_SERVERLESS_V1: DeltaTable = {
  type: "aws_rds_cluster",
  base: { cluster_identifier: "c", engine: "aurora-mysql", engine_mode: "serverless" },
  usage: { capacity_units_per_hr: 2 },
  cases: [["usage: capacity_units_per_hr", 5, "131.4", "3 ACU x 730 h x 0.06"]],
};

const RDS_CLUSTER_INSTANCE: DeltaTable = {
  type: "aws_rds_cluster_instance",
  base: { cluster_identifier: "c", engine: "aurora-postgresql", instance_class: "db.r6g.large" },
  others: {
    [AURORA_CLUSTER]: {
      cluster_identifier: "c",
      engine: "aurora-postgresql",
      storage_type: "",
      serverlessv2_scaling_configuration: [{ min_capacity: 0.5, max_capacity: 8 }],
    },
  },
  cases: [
    ["instance_class", "db.r6g.xlarge", "189.07", "730 h x (0.519 - 0.26)"],
    ["instance_class", "db.serverless", "-146", "730 h x (0.5 ACU x 0.12 - 0.26)"],
    ["engine", "aurora-mysql", "0", "730 h x (0.26 - 0.26)"],
    ["engine_version", "12.9", "146", "2 vCPU x 730 h x 0.1"],
    ["engine_version", "11.9", "292", "2 vCPU x 730 h x 0.2"],
    ["publicly_accessible", true, "3.65", "730 h x 0.005"],
    [
      "engine_lifecycle_support",
      "open-source-rds-extended-support-disabled",
      "-146",
      "-2 vCPU x 730 h x 0.1",
      { engine_version: "12.9" },
    ],
    ["cluster_identifier", "other", "0", "0"],
    // The instance gets dearer with the cluster's storage type, whose own storage is paid by use.
    [`${AURORA_CLUSTER}: storage_type`, "aurora-iopt1", "56.94", "730 h x (0.338 - 0.26)"],
    [
      `${AURORA_CLUSTER}: storage_type`,
      "aurora-iopt1",
      "14.6",
      "730 h x 0.5 ACU x (0.16 - 0.12)",
      { instance_class: "db.serverless" },
    ],
    [
      `${AURORA_CLUSTER}: serverlessv2_scaling_configuration.min_capacity`,
      2,
      "131.4",
      "1.5 ACU x 730 h x 0.12",
      { instance_class: "db.serverless" },
    ],
    [
      "usage: capacity_units_per_hr",
      5,
      "394.2",
      "4.5 ACU x 730 h x 0.12",
      { instance_class: "db.serverless" },
    ],
    ["usage: monthly_cpu_credit_hrs", 10, "1.8", "10 h x 2 vCPU x 0.09", { instance_class: "db.t3.medium" }],
  ],
};

const PROXY: readonly DeltaTable[] = [
  {
    type: "aws_db_proxy",
    base: { name: "p" },
    others: {
      "aws_db_proxy_target.t": { db_proxy_name: "p", db_instance_identifier: "d" },
      "aws_db_instance.d": { ...MYSQL, identifier: "d" },
    },
    cases: [
      [
        "aws_db_instance.d: instance_class",
        "db.m5.xlarge",
        "146.73",
        "730 h x (0.342 - 0.171) + 2 vCPU x 730 h x 0.015",
      ],
      [
        "aws_db_proxy_target.t: db_proxy_name",
        "q",
        "unknown",
        "the databases behind the proxy are not in this plan",
      ],
      [
        "aws_db_proxy_target.t: db_instance_identifier",
        "e",
        "unknown",
        "the databases behind the proxy are not in this plan",
      ],
    ],
  },
  {
    type: "aws_db_proxy",
    base: { name: "p" },
    others: {
      "aws_db_proxy_target.t": { db_proxy_name: "p", db_cluster_identifier: "c" },
      [AURORA_CLUSTER]: { cluster_identifier: "c", engine: "aurora-mysql" },
      "aws_rds_cluster_instance.a": {
        cluster_identifier: "c",
        engine: "aurora-mysql",
        instance_class: "db.r5.large",
      },
    },
    cases: [
      [
        "aws_rds_cluster_instance.a: instance_class",
        "db.r5.xlarge",
        "233.6",
        "730 h x (0.58 - 0.29) + 2 vCPU x 730 h x 0.015",
      ],
      [
        "aws_db_proxy_target.t: db_cluster_identifier",
        "d",
        "unknown",
        "the databases behind the proxy are not in this plan",
      ],
    ],
  },
];

/** Instances, clusters and proxies of RDS and Aurora. */
export const AWS_DATABASE_DELTAS: readonly DeltaTable[] = [
  RDS_INSTANCE,
  RDS_BACKUPS,
  ...INSIGHTS,
  ...PROXY,
  RDS_CLUSTER,
  RDS_SERVERLESS_V1,
  RDS_CLUSTER_INSTANCE,
];
