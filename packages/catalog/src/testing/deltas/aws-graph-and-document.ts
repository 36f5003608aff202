import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const DOCDB: readonly DeltaTable[] = [
  {
    type: "aws_docdb_cluster_instance",
    base: { cluster_identifier: "d", instance_class: "db.t3.medium" },
    others: { "aws_docdb_cluster.d": { cluster_identifier: "d", storage_type: "standard" } },
    cases: [
      ["instance_class", "db.r5.4xlarge", "1560.74", "730 h x (2.216 - 0.078)"],
      ["cluster_identifier", "other", "0", "0"],
      ["aws_docdb_cluster.d: storage_type", "iopt1", "unknown", "no prices of DocumentDB (I/O-Optimized)"],
      ["usage: data_storage_gb", 1000, "100", "1000 GB x 0.1"],
      ["usage: monthly_io_requests", 10_000_000, "2", "10 x 0.2"],
      ["usage: monthly_cpu_credit_hrs", 5, "0.9", "5 h x 2 vCPU x 0.09"],
    ],
  },
  {
    type: "aws_docdb_cluster",
    base: {},
    cases: [["usage: backup_storage_gb", 100, "2.1", "100 GB x 0.021"]],
  },
  {
    type: "aws_docdb_cluster_snapshot",
    base: {},
    cases: [["usage: backup_storage_gb", 100, "2.1", "100 GB x 0.021"]],
  },
];

const NEPTUNE_USE: JsonObject = { storage_gb: 100, monthly_io_requests: 10_000_000, backup_storage_gb: 1000 };

const NEPTUNE: readonly DeltaTable[] = [
  {
    type: "aws_neptune_cluster",
    base: { cluster_identifier: "n", storage_type: "standard", backup_retention_period: 1 },
    usage: NEPTUNE_USE,
    cases: [
      ["storage_type", "iopt1", "10.5", "100 GB x (0.225 - 0.1) - 10 x 0.2"],
      ["backup_retention_period", 5, "21", "1000 GB x 0.021"],
      ["usage: storage_gb", 200, "10", "100 GB x 0.1"],
      ["usage: monthly_io_requests", 0, "-2", "-10 x 0.2"],
      ["usage: backup_storage_gb", 2000, "21", "1000 GB x 0.021", { backup_retention_period: 5 }],
    ],
  },
  {
    type: "aws_neptune_cluster_instance",
    base: { cluster_identifier: "n", instance_class: "db.r5.large" },
    others: {
      "aws_neptune_cluster.n": {
        cluster_identifier: "n",
        storage_type: "standard",
        serverless_v2_scaling_configuration: [{ min_capacity: 2.5 }],
      },
    },
    cases: [
      ["instance_class", "db.r6g.large", "-14.089", "730 h x (0.3287 - 0.348)"],
      ["instance_class", "db.serverless", "39.42", "730 h x (2.5 NCU x 0.1608 - 0.348)"],
      ["cluster_identifier", "other", "0", "0"],
      ["aws_neptune_cluster.n: storage_type", "iopt1", "88.33", "730 h x (0.469 - 0.348)"],
      [
        "aws_neptune_cluster.n: serverless_v2_scaling_configuration.min_capacity",
        1,
        "-176.076",
        "-1.5 NCU x 730 h x 0.1608",
        { instance_class: "db.serverless" },
      ],
      ["usage: monthly_cpu_credit_hrs", 10, "3", "10 h x 2 vCPU x 0.15", { instance_class: "db.t3.medium" }],
    ],
  },
  {
    type: "aws_neptune_cluster_instance",
    base: { cluster_identifier: "n", instance_class: "db.r5.large" },
    region: "eu-west-1",
    cases: [["instance_class", "db.r5.xlarge", "280.32", "730 h x (0.768 - 0.384)"]],
  },
  {
    type: "aws_neptune_cluster_snapshot",
    base: {},
    cases: [["usage: backup_storage_gb", 100, "2.1", "100 GB x 0.021"]],
  },
];

/** Instances and clusters of DocumentDB and Neptune. */
export const AWS_GRAPH_AND_DOCUMENT_DELTAS: readonly DeltaTable[] = [...DOCDB, ...NEPTUNE];
