import type { DeltaTable } from "../delta-cases.ts";

/** Web ACLs, workflows and builds, us-east-1. */
export const AWS_WORKFLOW_DELTAS: readonly DeltaTable[] = [
  {
    type: "aws_wafv2_web_acl",
    base: { scope: "REGIONAL", rule: [{ name: "a" }] },
    cases: [
      ["(all)", null, "6", "1 x 5.00 + 1 x 1.00"],
      ["rule", [{ name: "a" }, { name: "b" }], "1", "1 x 1.00"],
      ["rule_json", "[]", "unknown", "written as JSON"],
      ["usage: rule_group_rules", 5, "5", "5 x 1.00"],
      ["usage: managed_rule_group_rules", 10, "10", "10 x 1.00"],
      ["usage: monthly_requests", 2_000_000, "1.2", "2 x 0.60"],
    ],
  },
  {
    type: "aws_wafv2_web_acl",
    region: "xx-nowhere-1",
    base: { scope: "CLOUDFRONT" },
    cases: [
      ["(all)", null, "5", "1 x 5.00"],
      ["scope", "REGIONAL", "unknown", "no price of waf-acl-month"],
    ],
  },
  ...["aws_waf_web_acl", "aws_wafregional_web_acl"].map(
    (type): DeltaTable => ({
      type,
      base: { metric_name: "acl" },
      cases: [
        ["(all)", null, "5", "1 x 5.00"],
        [type === "aws_waf_web_acl" ? "rules" : "rule", [{ priority: 1 }, { priority: 2 }], "2", "2 x 1.00"],
        ["usage: rule_group_rules", 5, "5", "5 x 1.00"],
        ["usage: monthly_requests", 2_000_000, "1.2", "2 x 0.60"],
      ],
    }),
  ),
  {
    type: "aws_sfn_state_machine",
    base: { type: "STANDARD" },
    usage: {
      monthly_transitions: 10_000,
      monthly_requests: 100_000_000,
      workflow_duration_ms: 900,
      memory_mb: 1216,
    },
    cases: [
      ["(all)", null, "0.25", "10 x 0.025"],
      ["usage: monthly_transitions", 20_000, "0.25", "10 x 0.025"],
      [
        "type",
        "EXPRESS",
        "684.984",
        "100 x 1.00 + 1,000 x 0.060012 + 4,000 x 0.029988 + (29,687.5 - 5,000) x 0.016416 - 0.25",
      ],
      [
        "usage: monthly_requests",
        200_000_000,
        "587.35",
        "100 x 1.00 + 29,687.5 x 0.016416",
        { type: "EXPRESS" },
      ],
      ["usage: workflow_duration_ms", 1701, "487.35", "29,687.5 x 0.016416", { type: "EXPRESS" }],
      ["usage: memory_mb", 2400, "487.35", "29,687.5 x 0.016416", { type: "EXPRESS" }],
    ],
  },
  {
    type: "aws_glue_job",
    base: { worker_type: "G.1X", number_of_workers: 10 },
    usage: { monthly_hours: 60 },
    cases: [
      ["(all)", null, "264", "60 h x 10 x 0.44"],
      ["worker_type", "G.2X", "264", "60 h x 10 x 0.44"],
      ["number_of_workers", 5, "-132", "-60 h x 5 x 0.44"],
      [
        "max_capacity",
        20,
        "264",
        "60 h x 10 x 0.44",
        { worker_type: null, number_of_workers: null, max_capacity: 10 },
      ],
      [
        "command.name",
        "pythonshell",
        "-262.35",
        "60 h x (0.0625 - 10) x 0.44",
        { worker_type: null, number_of_workers: null, command: [{ name: "glueetl" }] },
      ],
      // Workers without a type hold a unit each.
      ["number_of_workers", 5, "-132", "-60 h x 5 x 0.44", { worker_type: null }],
      // Left out, and said so.
      ["execution_class", "FLEX", "-264", "-60 h x 10 x 0.44"],
      ["usage: monthly_hours", 120, "264", "60 h x 10 x 0.44"],
    ],
  },
  {
    type: "aws_glue_catalog_database",
    base: { name: "lake" },
    cases: [
      ["usage: monthly_objects", 200_000, "2", "2 x 1.00"],
      ["usage: monthly_requests", 3_000_000, "3", "3 x 1.00"],
    ],
  },
  { type: "aws_glue_crawler", base: {}, cases: [["usage: monthly_hours", 60, "26.4", "60 h x 0.44"]] },
  {
    type: "aws_codebuild_project",
    base: { environment: [{ type: "LINUX_CONTAINER", compute_type: "BUILD_GENERAL1_SMALL" }] },
    usage: { monthly_build_mins: 1000 },
    cases: [
      ["(all)", null, "5", "1,000 x 0.005"],
      ["environment.compute_type", "BUILD_GENERAL1_LARGE", "15", "1,000 x (0.02 - 0.005)"],
      [
        "environment.type",
        "WINDOWS_SERVER_2019_CONTAINER",
        "16",
        "1,000 x (0.036 - 0.02)",
        { environment: [{ type: "LINUX_CONTAINER", compute_type: "BUILD_GENERAL1_LARGE" }] },
      ],
      ["usage: monthly_build_mins", 3000, "10", "2,000 x 0.005"],
    ],
  },
  {
    type: "aws_ecr_repository",
    base: { name: "app" },
    cases: [["usage: storage_gb", 10, "1", "10 GB x 0.10"]],
  },
];
