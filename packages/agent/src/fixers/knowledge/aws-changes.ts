import { AWS_ADVICE } from "./aws-advice.ts";
import { dropped, renamed } from "./change-builders.ts";
import type { VersionChange } from "./version-change.ts";

/**
 * What the AWS provider renamed or took away. Source of each entry: the provider's "Version N Upgrade Guide"
 * (registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-N-upgrade), N being `since`; the arguments' own pages
 * where a guide says only "use X instead".
 */

const FIREHOSE = "aws_kinesis_firehose_delivery_stream";

/** The places of a Firehose stream where it is said how much is gathered before it is written to S3. */
const FIREHOSE_BUFFERS = [
  "extended_s3_configuration.s3_backup_configuration",
  "redshift_configuration.s3_backup_configuration",
  ...["elasticsearch", "opensearch", "redshift", "splunk", "http_endpoint"].map(
    (destination) => `${destination}_configuration.s3_configuration`,
  ),
];

const RENAMES: readonly VersionChange[] = [
  ...renamed("aws_ecs_service", 2, { placement_strategy: "ordered_placement_strategy" }),
  ...renamed("aws_efs_file_system", 2, { reference_name: "creation_token" }),
  ...renamed("aws_elasticache_cluster", 2, { availability_zones: "preferred_availability_zones" }),
  ...renamed("aws_instance", 2, { network_interface_id: "primary_network_interface_id" }),
  ...renamed("aws_wafregional_byte_match_set", 2, { byte_match_tuple: "byte_match_tuples" }),
  ...renamed("data.aws_availability_zones", 3, {
    blacklisted_names: "exclude_names",
    blacklisted_zone_ids: "exclude_zone_ids",
  }),
  ...renamed("aws_dx_gateway_association", 3, { vpn_gateway_id: "associated_gateway_id" }),
  ...renamed("aws_dx_gateway_association_proposal", 3, { vpn_gateway_id: "associated_gateway_id" }),
  ...renamed("aws_glue_job", 3, { allocated_capacity: "max_capacity" }),
  ...renamed("aws_elasticache_global_replication_group", 4, {
    actual_engine_version: "engine_version_actual",
  }),
  ...renamed(
    "aws_fsx_ontap_storage_virtual_machine.active_directory_configuration.self_managed_active_directory_configuration",
    4,
    { organizational_unit_distinguidshed_name: "organizational_unit_distinguished_name" },
  ),
  ...renamed("aws_autoscaling_attachment", 5, { alb_target_group_arn: "lb_target_group_arn" }),
  ...renamed("aws_elasticache_replication_group", 5, {
    replication_group_description: "description",
    number_cache_clusters: "num_cache_clusters",
    availability_zones: "preferred_cache_cluster_azs",
  }),
  ...renamed("data.aws_elasticache_replication_group", 5, {
    replication_group_description: "description",
    number_cache_clusters: "num_cache_clusters",
  }),
  ...renamed("aws_medialive_multiplex_program.multiplex_program_settings.video_settings", 5, {
    statemux_settings: "statmux_settings",
  }),
  ...FIREHOSE_BUFFERS.flatMap((place) =>
    renamed(`${FIREHOSE}.${place}`, 5, {
      buffer_size: "buffering_size",
      buffer_interval: "buffering_interval",
    }),
  ),
  ...renamed("aws_batch_compute_environment", 6, {
    compute_environment_name: "name",
    compute_environment_name_prefix: "name_prefix",
  }),
  ...renamed("data.aws_batch_compute_environment", 6, { compute_environment_name: "name" }),
];

const RESHAPED: readonly VersionChange[] = [
  {
    body: "aws_db_instance",
    from: "name",
    since: 5,
    source: "RDS API, CreateDBInstance, DBName: letters and digits, of PostgreSQL underscores",
    answer: {
      kind: "renamed",
      to: "db_name",
      never: { text: "-", because: "with a hyphen it is no name of a database: identifier may be meant" },
    },
  },
  { body: "aws_network_acl", from: "subnet_id", since: 2, answer: { kind: "wrapped", to: "subnet_ids" } },
  {
    body: "aws_networkmanager_core_network",
    from: "base_policy_region",
    since: 6,
    answer: { kind: "wrapped", to: "base_policy_regions" },
  },
  { body: "aws_iam_instance_profile", from: "roles", since: 3, answer: { kind: "unwrapped", to: "role" } },
  {
    body: "aws_route53_zone",
    from: "vpc_id",
    since: 2,
    answer: { kind: "nested", into: ["vpc"], to: "vpc_id" },
  },
  {
    body: "aws_route53_zone",
    from: "vpc_region",
    since: 2,
    answer: { kind: "nested", into: ["vpc"], to: "vpc_region" },
  },
  {
    body: "aws_emr_cluster",
    from: "master_instance_type",
    since: 3,
    answer: { kind: "nested", into: ["master_instance_group"], to: "instance_type" },
  },
  {
    body: "aws_emr_cluster",
    from: "core_instance_type",
    since: 3,
    answer: { kind: "nested", into: ["core_instance_group"], to: "instance_type" },
  },
  {
    body: "aws_emr_cluster",
    from: "core_instance_count",
    since: 3,
    answer: { kind: "nested", into: ["core_instance_group"], to: "instance_count" },
  },
  {
    body: "aws_msk_cluster.broker_node_group_info",
    from: "ebs_volume_size",
    since: 5,
    source: "Resource page aws_msk_cluster, storage_info",
    answer: { kind: "nested", into: ["storage_info", "ebs_storage_info"], to: "volume_size" },
  },
  {
    body: "aws_elasticache_replication_group",
    from: "cluster_mode",
    since: 5,
    answer: { kind: "lifted", names: ["num_node_groups", "replicas_per_node_group"] },
  },
  {
    body: "aws_autoscaling_group",
    from: "tags",
    since: 5,
    answer: { kind: "blocks", to: "tag", keys: ["key", "value", "propagate_at_launch"] },
  },
  // The route's next hop by an instance was its primary network interface.
  {
    body: "aws_route",
    from: "instance_id",
    since: 5,
    answer: {
      kind: "rereferred",
      to: "network_interface_id",
      type: "aws_instance",
      attribute: "id",
      becomes: "primary_network_interface_id",
    },
  },
  {
    body: "aws_eip",
    from: "vpc",
    since: 6,
    answer: { kind: "mapped", to: ["domain"], values: { true: "vpc" } },
  },
  // "PRESERVE" was for updates only, with another meaning for creation left open.
  {
    body: "aws_eks_addon",
    from: "resolve_conflicts",
    since: 6,
    answer: {
      kind: "mapped",
      to: ["resolve_conflicts_on_create", "resolve_conflicts_on_update"],
      values: { NONE: "NONE", OVERWRITE: "OVERWRITE" },
    },
  },
  {
    body: "aws_guardduty_organization_configuration",
    from: "auto_enable",
    since: 6,
    source:
      'Resource page aws_guardduty_organization_configuration of version 5: auto_enable is for "new accounts"',
    answer: {
      kind: "mapped",
      to: ["auto_enable_organization_members"],
      values: { true: "NEW", false: "NONE" },
    },
  },
  {
    body: "aws_instance",
    from: "cpu_core_count",
    since: 6,
    answer: { kind: "nested", into: ["cpu_options"], to: "core_count" },
  },
  {
    body: "aws_instance",
    from: "cpu_threads_per_core",
    since: 6,
    answer: { kind: "nested", into: ["cpu_options"], to: "threads_per_core" },
  },
  {
    body: "aws_flow_log",
    from: "log_group_name",
    since: 6,
    answer: {
      kind: "rereferred",
      to: "log_destination",
      type: "aws_cloudwatch_log_group",
      attribute: "name",
      becomes: "arn",
    },
  },
  {
    body: "aws_ssm_association",
    from: "instance_id",
    since: 6,
    source: 'Resource page aws_ssm_association, "Create an association for a specific instance"',
    answer: {
      kind: "nested",
      into: ["targets"],
      to: "values",
      wrap: true,
      beside: { key: "InstanceIds" },
    },
  },
];

const CLASSIC = "EC2-Classic is retired";

const NO_LINK = { values: [false], because: `${CLASSIC}, so that there is nothing to link` };

const DROPPED: readonly VersionChange[] = [
  ...["aws_vpc", "aws_default_vpc"].flatMap((body) =>
    dropped(body, 5, ["enable_classiclink", "enable_classiclink_dns_support"], NO_LINK),
  ),
  ...["", "_accepter", "_options"].flatMap((suffix) =>
    ["accepter", "requester"].flatMap((side) =>
      dropped(
        `aws_vpc_peering_connection${suffix}.${side}`,
        5,
        ["allow_classic_link_to_remote_vpc", "allow_vpc_to_remote_classic_link"],
        NO_LINK,
      ),
    ),
  ),
  ...dropped("aws_launch_configuration", 5, ["vpc_classic_link_id"], { values: [""], because: CLASSIC }),
  ...dropped("aws_api_gateway_account", 6, ["reset_on_delete"], {
    values: [true],
    because: "destroying the resource always resets the settings now",
  }),
  ...dropped("aws_spot_instance_request", 6, ["block_duration_minutes"], {
    values: [0],
    because: "0 asked for no block of time, and there are none any more",
  }),
];

/** Arguments, blocks and attributes. */
export const AWS_CHANGES: readonly VersionChange[] = [...RENAMES, ...RESHAPED, ...DROPPED, ...AWS_ADVICE];
