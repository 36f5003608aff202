import { expect, test } from "vitest";
import { brokenRules, review } from "../testing/text-changes.ts";

/** Type, how it was, and how nobody may make it, wherever the problem is. */
const WEAKENED: readonly (readonly [type: string, before: string, after: string])[] = [
  [
    "google_sql_database_instance",
    "backup_retention_settings { retained_backups = 30 }",
    "backup_retention_settings { retained_backups = 1 }",
  ],
  [
    "google_sql_database_instance",
    "backup_configuration { transaction_log_retention_days = 7 }",
    "backup_configuration { transaction_log_retention_days = 1 }",
  ],
  ["aws_s3_bucket_lifecycle_configuration", "expiration { days = 3650 }", "expiration { days = 1 }"],
  ["aws_s3_bucket_lifecycle_configuration", "", "expiration { days = 1 }"],
  ["aws_backup_plan", "delete_after = 365", "delete_after = 1"],
  ["aws_efs_backup_policy", `backup_policy { status = "ENABLED" }`, `backup_policy { status = "DISABLED" }`],
  ["aws_opensearch_domain", "encrypt_at_rest { enabled = true }", "encrypt_at_rest { enabled = false }"],
  [
    "aws_opensearch_domain",
    "node_to_node_encryption { enabled = true }",
    "node_to_node_encryption { enabled = false }",
  ],
  ["aws_opensearch_domain", `vpc_options { subnet_ids = ["subnet-1"] }`, ""],
  ["aws_msk_cluster", `client_broker = "TLS"`, `client_broker = "PLAINTEXT"`],
  ["aws_sqs_queue", "sqs_managed_sse_enabled = true", "sqs_managed_sse_enabled = false"],
  ["aws_sqs_queue", "message_retention_seconds = 1209600", "message_retention_seconds = 60"],
  ["aws_ssm_parameter", `type = "SecureString"`, `type = "String"`],
  ["aws_kms_key", "is_enabled = true", "is_enabled = false"],
  ["aws_lb_listener", `protocol = "HTTPS"`, `protocol = "HTTP"`],
  ["google_compute_instance", "enable_secure_boot = true", "enable_secure_boot = false"],
  ["aws_iam_role", `permissions_boundary = "arn:aws:iam::1:policy/b"`, ""],
  [
    "aws_s3_bucket_ownership_controls",
    `object_ownership = "BucketOwnerEnforced"`,
    `object_ownership = "ObjectWriter"`,
  ],
  ["aws_ebs_snapshot_block_public_access", `state = "block-all-sharing"`, `state = "unblocked"`],
  ["aws_db_instance", `enabled_cloudwatch_logs_exports = ["audit"]`, "enabled_cloudwatch_logs_exports = []"],
  ["aws_eks_cluster", `public_access_cidrs = ["10.0.0.0/8"]`, ""],
  ["google_container_cluster", `master_authorized_networks_config { cidr_block = "10.0.0.0/8" }`, ""],
  ["kubernetes_service", `load_balancer_source_ranges = ["10.0.0.0/8"]`, ""],
  [
    "kubernetes_service",
    `annotations = { "a.example/aws-load-balancer-internal" = "true" }`,
    `annotations = { "a.example/aws-load-balancer-internal" = "false" }`,
  ],
];

test.each(WEAKENED)("%s: %s", (type, before, after) => {
  const files = { "main.tf": `resource "${type}" "a" {\n  name = "a"\n  ${before}\n}\n` };
  const edits = [["main.tf", `"a"\n  ${before}\n`, `"a"\n  ${after}\n`]] as const;
  expect(brokenRules(files, edits)).toContain("protection-weakened");
});

test.each(WEAKENED.filter(([, before, after]) => before !== "" && after !== ""))(
  "%s may be made stricter again: %s",
  (type, before, after) => {
    const files = { "main.tf": `resource "${type}" "a" {\n  name = "a"\n  ${after}\n}\n` };
    expect(review(files, [["main.tf", `"a"\n  ${after}\n`, `"a"\n  ${before}\n`]])).toEqual([]);
  },
);

test.each([
  ["kubernetes_service", `spec { type = "ClusterIP" }`, `spec { type = "NodePort" }`],
  [
    "kubernetes_ingress_v1",
    `annotations = { "a.example/scheme" = "internal" }`,
    `annotations = { "a.example/scheme" = "internet-facing" }`,
  ],
  ["aws_wafv2_web_acl", "default_action {\n    block {}\n  }", "default_action {\n    allow {}\n  }"],
])("%s opens: %s", (type, before, after) => {
  const files = { "main.tf": `resource "${type}" "a" {\n  ${before}\n}\n` };
  expect(brokenRules(files, [["main.tf", before, after]])).toContain("access-widened");
});
