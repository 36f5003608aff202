import type { ObjectValue } from "./dynamic-value.ts";

/**
 * An attribute that cannot change in place: a dotted path without indexes, `*` for every attribute, or a path that
 * counts only under a condition.
 */
export type ReplacementRule =
  | string
  | { readonly path: string; readonly when: (prior: ObjectValue, planned: ObjectValue) => boolean };

/** Graviton families carry a "g" behind the generation (m7g, c7gn, im4gn, x2gd); a1 and mac2 are Arm too. */
const ARM_FAMILY = /^(?:a1|mac2.*|[a-z]+\d+[a-z]*g[a-z]*)$/;

function isArm(instanceType: unknown): boolean | undefined {
  if (typeof instanceType !== "string") return undefined;
  return ARM_FAMILY.test(instanceType.slice(0, instanceType.indexOf(".")));
}

function shrinks(name: string) {
  return (prior: ObjectValue, planned: ObjectValue) => Number(planned[name]) < Number(prior[name]);
}

function each(block: string, names: string): readonly string[] {
  return names.split(" ").map((name) => `${block}.${name}`);
}

const NAMES = ["name", "name_prefix"];
const LOAD_BALANCER = [...NAMES, "internal", "load_balancer_type", "customer_owned_ipv4_pool"];

/**
 * What forces a replacement, for the types Apex edits or prices. No published schema tells: taken from `ForceNew` and
 * `CustomizeDiff` in the sources of the providers, where given, else from "Forces new resource" in their documentation.
 */
export const REPLACED_BY: Readonly<Record<string, readonly ReplacementRule[]>> = {
  // hashicorp/terraform-provider-aws internal/service/ec2/ec2_instance.go
  aws_instance: [
    ..."ami associate_public_ip_address availability_zone ebs_optimized ephemeral_block_device hibernation".split(
      " ",
    ),
    ..."host_id ipv6_address_count ipv6_addresses key_name placement_group placement_partition_number".split(
      " ",
    ),
    ..."private_ip security_groups subnet_id tenancy".split(" "),
    ...each("cpu_options", "amd_sev_snp core_count threads_per_core"),
    ...each("root_block_device", "encrypted kms_key_id"),
    "ebs_block_device",
    "enclave_options.enabled",
    "launch_template.id",
    "launch_template.name",
    "network_interface",
    { path: "user_data", when: (_prior, planned) => planned["user_data_replace_on_change"] === true },
    { path: "user_data_base64", when: (_prior, planned) => planned["user_data_replace_on_change"] === true },
    {
      path: "instance_type",
      when: (prior, planned) => isArm(prior["instance_type"]) !== isArm(planned["instance_type"]),
    },
  ],
  // .../ec2/ebs_volume.go: type, size, iops and throughput change in place.
  aws_ebs_volume: "availability_zone encrypted kms_key_id multi_attach_enabled outpost_arn snapshot_id".split(
    " ",
  ),
  // .../ec2/ec2_launch_template.go: everything else makes a new version in place.
  aws_launch_template: NAMES,
  aws_launch_configuration: ["*"],
  // .../autoscaling/group.go
  aws_autoscaling_group: NAMES,
  // .../rds/instance.go: instance_class, storage and engine_version change in place.
  aws_db_instance: [
    ..."availability_zone character_set_name custom_iam_instance_profile db_name engine kms_key_id".split(
      " ",
    ),
    ..."nchar_character_set_name restore_to_point_in_time s3_import snapshot_identifier".split(" "),
    ..."storage_encrypted timezone username".split(" "),
  ],
  // .../rds/cluster.go, cluster_instance.go
  aws_rds_cluster:
    "availability_zones database_name engine kms_key_id master_username storage_encrypted".split(" "),
  aws_rds_cluster_instance: ["availability_zone", "cluster_identifier", "db_subnet_group_name", "engine"],
  aws_elasticache_cluster: ["availability_zone", "cluster_id", "engine", "port", "subnet_group_name"],
  aws_elasticache_replication_group: ["at_rest_encryption_enabled", "port", "replication_group_id"],
  aws_eip: ["address", "customer_owned_ipv4_pool", "domain", "network_border_group", "public_ipv4_pool"],
  aws_nat_gateway: ["allocation_id", "connectivity_type", "private_ip", "subnet_id"],
  aws_lb: LOAD_BALANCER,
  aws_alb: LOAD_BALANCER,
  aws_lb_target_group: [...NAMES, "port", "protocol", "target_type", "vpc_id"],
  aws_volume_attachment: ["device_name", "instance_id", "volume_id"],
  aws_eks_node_group: [
    ..."ami_type capacity_type cluster_name disk_size instance_types node_group_name".split(" "),
    ..."node_group_name_prefix node_role_arn remote_access subnet_ids".split(" "),
  ],
  aws_vpc: ["cidr_block"],
  aws_subnet: ["availability_zone", "cidr_block", "vpc_id"],
  aws_security_group: [...NAMES, "description", "vpc_id"],
  aws_s3_bucket: ["bucket", "bucket_prefix", "object_lock_enabled"],
  aws_dynamodb_table: ["hash_key", "name", "range_key"],
  aws_lambda_function: ["function_name", "package_type"],
  aws_iam_role: [...NAMES, "path"],
  // hashicorp/terraform-provider-google v6.50.0 google/services/compute/resource_compute_instance.go: machine_type
  // changes in place, while the instance is stopped.
  google_compute_instance: [
    ..."name zone project hostname guest_accelerator confidential_instance_config params".split(" "),
    ..."reservation_affinity scratch_disk key_revocation_action_type".split(" "),
    ...each("boot_disk", "device_name guest_os_features kms_key_self_link mode source"),
    ...each("boot_disk.initialize_params", "image labels provisioned_iops provisioned_throughput size type"),
    ...each("network_interface", "network_attachment nic_type queue_count"),
    ...each("scheduling", "max_run_duration preemptible provisioning_model"),
  ],
  // .../compute/resource_compute_disk.go
  google_compute_disk: [
    ..."name type zone project image snapshot source_disk description physical_block_size_bytes".split(" "),
    ..."architecture disk_encryption_key storage_pool".split(" "),
    { path: "size", when: shrinks("size") },
  ],
  google_compute_instance_template: ["*"],
  google_compute_address: [
    ..."name address address_type description network network_tier prefix_length purpose region".split(" "),
    ..."subnetwork project".split(" "),
  ],
  // .../sql/resource_sql_database_instance.go: tier and disk_size (upwards) change in place.
  google_sql_database_instance: [
    ..."name region project encryption_key_name".split(" "),
    "settings.collation",
    "settings.disk_type",
  ],
  // .../container/resource_container_node_pool.go and node_config.go
  google_container_node_pool: ["name", "cluster", "location", "project"],
  google_container_cluster: ["name", "location", "project", "network", "subnetwork"],
  // Resources of the small providers exist in the state alone; all but these arguments are in place.
  null_resource: ["triggers"],
  random_bytes: ["*"],
  random_id: ["*"],
  random_integer: ["*"],
  random_password: ["*"],
  random_pet: ["*"],
  random_shuffle: ["*"],
  random_string: ["*"],
  random_uuid: ["*"],
  time_sleep: ["triggers"],
  tls_private_key: ["*"],
  local_file: ["*"],
  local_sensitive_file: ["*"],
};
