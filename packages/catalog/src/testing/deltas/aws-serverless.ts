import type { DeltaTable } from "../delta-cases.ts";

/** A serverless instance whose cluster is in another plan, or says no capacity: what a usage file tells is all that is known. */
export const RDS_SERVERLESS_ALONE: DeltaTable = {
  type: "aws_rds_cluster_instance",
  base: { cluster_identifier: "elsewhere", engine: "aurora-mysql", instance_class: "db.serverless" },
  others: { "aws_rds_cluster.c": { cluster_identifier: "c", engine: "aurora-mysql" } },
  usage: { capacity_units_per_hr: 2 },
  cases: [
    ["usage: capacity_units_per_hr", 5, "262.8", "3 ACU x 730 h x 0.12"],
    ["usage: capacity_units_per_hr", 5, "262.8", "3 ACU x 730 h x 0.12", { cluster_identifier: "c" }],
    [
      "usage: monthly_additional_performance_insights_requests",
      2000,
      "0.02",
      "2 x 0.01",
      { performance_insights_enabled: true },
    ],
    ["usage: capacity_units_per_hr", undefined, "unknown", "the least capacity", { cluster_identifier: "c" }],
  ],
};
