import { advice, gone } from "./change-builders.ts";
import type { GoneType, VersionChange } from "./version-change.ts";

/** Where the AWS provider's upgrade guides name no argument that is certainly the same; sources as in `aws-changes.ts`. */

const SEPARATE = (type: string): string =>
  `write it as a resource ${type} and import what exists; nothing of it may be lost on the way`;

/** Arguments, blocks and attributes that need a person, or a model. */
export const AWS_ADVICE: readonly VersionChange[] = [
  ...advice("aws_cognito_user_pool.admin_create_user_config", 3, {
    unused_account_validity_days:
      "set temporary_password_validity_days in the password_policy block, together with the rest of the policy",
  }),
  ...advice("aws_lb_listener_rule.condition", 3, {
    field: "write a host_header or path_pattern block with the values",
    values: "write the values in a host_header or path_pattern block",
  }),
  ...advice("aws_emr_cluster", 3, {
    instance_group: "write master_instance_group, core_instance_group and, for tasks, aws_emr_instance_group",
  }),
  ...advice("aws_iam_access_key", 3, {
    ses_smtp_password: "use ses_smtp_password_v4, which is another password and holds for one region",
  }),
  ...advice("aws_ecs_cluster", 5, {
    capacity_providers: SEPARATE("aws_ecs_cluster_capacity_providers"),
    default_capacity_provider_strategy: SEPARATE("aws_ecs_cluster_capacity_providers"),
  }),
  ...advice("aws_kinesis_firehose_delivery_stream", 5, {
    s3_configuration:
      "move it into the block of the destination; a stream whose destination is s3 becomes one of extended_s3",
  }),
  ...advice("aws_networkmanager_core_network", 5, {
    policy_document: SEPARATE("aws_networkmanager_core_network_policy_attachment"),
  }),
  ...advice("aws_secretsmanager_secret", 5, {
    rotation_lambda_arn: SEPARATE("aws_secretsmanager_secret_rotation"),
    rotation_rules: SEPARATE("aws_secretsmanager_secret_rotation"),
  }),
  ...advice("aws_db_instance", 5, {
    security_group_names: "name security groups of the VPC in vpc_security_group_ids",
  }),
  ...advice("aws_elasticache_cluster", 5, {
    security_group_names: "name security groups of the VPC in security_group_ids",
  }),
  ...advice("aws_redshift_cluster", 5, {
    cluster_security_groups: "name security groups of the VPC in vpc_security_group_ids",
  }),
  ...advice("aws_budgets_budget", 5, { cost_filters: "write a cost_filter block for each key" }),
  ...advice("aws_ce_anomaly_subscription", 5, { threshold: "write a threshold_expression block" }),
  ...advice("aws_api_gateway_deployment", 6, {
    stage_name: SEPARATE("aws_api_gateway_stage"),
    stage_description: SEPARATE("aws_api_gateway_stage"),
    canary_settings: SEPARATE("aws_api_gateway_stage"),
  }),
  ...advice("aws_batch_job_queue", 6, {
    compute_environments: "write a compute_environment_order block for each, with its place as order",
  }),
  ...advice("aws_dms_endpoint", 6, { s3_settings: SEPARATE("aws_dms_s3_endpoint") }),
  ...advice("aws_ecs_task_definition", 6, {
    inference_accelerator: "Elastic Inference is gone: choose a machine that has what it gave",
  }),
  ...advice("aws_launch_template", 6, {
    elastic_gpu_specifications: "Elastic Graphics is gone: choose an instance type with a GPU, or none",
    elastic_inference_accelerator: "Elastic Inference is gone: choose an instance type that has what it gave",
  }),
  ...advice("aws_opensearch_domain", 6, {
    kibana_endpoint: "use dashboard_endpoint, which is another address",
  }),
  ...advice("aws_redshift_cluster", 6, {
    logging: SEPARATE("aws_redshift_logging"),
    snapshot_copy: SEPARATE("aws_redshift_snapshot_copy"),
  }),
  ...advice("aws_sagemaker_notebook_instance", 6, {
    accelerator_types: "Elastic Inference is gone: choose an instance type that has what it gave",
  }),
];

const OPSWORKS = (
  "application custom_layer ecs_cluster_layer ganglia_layer haproxy_layer instance java_app_layer memcached_layer mysql_layer " +
  "nodejs_app_layer permission php_app_layer rails_app_layer rds_db_instance stack static_web_layer user_profile"
).split(" ");

/** Resource types and data sources. */
export const AWS_GONE_TYPES: readonly GoneType[] = [
  ...gone(5, "EC2-Classic is retired: use aws_security_group", [
    "aws_db_security_group",
    "aws_elasticache_security_group",
    "aws_redshift_security_group",
  ]),
  ...gone(5, "Macie Classic is retired: use the aws_macie2 resources", [
    "aws_macie_member_account_association",
    "aws_macie_s3_bucket_association",
  ]),
  ...gone(5, "use aws_subnets with a filter block on vpc-id, whose ids are a list and not a set", [
    "data.aws_subnet_ids",
  ]),
  ...gone(
    6,
    "OpsWorks Stacks has ended",
    OPSWORKS.map((name) => `aws_opsworks_${name}`),
  ),
  ...gone(6, "Amazon SimpleDB is no longer supported", ["aws_simpledb_domain"]),
  ...gone(6, "Amazon WorkLink is no longer supported", [
    "aws_worklink_fleet",
    "aws_worklink_website_certificate_authority_association",
  ]),
  ...gone(6, "name the service principal redshift.amazonaws.com in the policy", [
    "aws_redshift_service_account",
  ]),
];
