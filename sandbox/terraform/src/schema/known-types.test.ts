import { expect, test } from "vitest";
import { bundledSchemaPack } from "./bundled-schema-packs.ts";
import { outline } from "./testing/outline.ts";

/*
 * Types that users change most, against what their documentation and the providers' own schemas say. Every line must
 * be in the outline; a line that ends in `!` must not.
 */
const KNOWN: Readonly<Record<string, string>> = {
  "aws resource aws_instance": `
    ami: string OC
    arn: string C
    instance_type: string OC
    ebs_optimized: bool OC
    get_password_data: bool O
    user_data_replace_on_change: bool O
    cpu_core_count!
    tags: map(string) O
    tags_all: map(string) OC
    vpc_security_group_ids: set(string) OC
    secondary_private_ips: set(string) OC
    ipv6_addresses: list(string) OC
    root_block_device <list 0..1>
    root_block_device.volume_type: string OC
    root_block_device.device_name: string C
    ebs_block_device <set 0..>
    ebs_block_device.device_name: string R
    credit_specification <list 0..1>
    credit_specification.cpu_credits: string O
    metadata_options <list 0..1>
    network_interface.network_interface_id: string R
    timeouts <single 0..>
    timeouts.create: string O`,
  "aws resource aws_launch_template": `
    name: string OC
    latest_version: number C
    default_version: number OC
    ebs_optimized: string O
    instance_type: string O
    block_device_mappings <list 0..>
    block_device_mappings.ebs <list 0..1>
    block_device_mappings.ebs.volume_size: number OC
    block_device_mappings.ebs.delete_on_termination: string O
    instance_requirements.memory_mib <list 1..1>
    instance_requirements.memory_mib.min: number R
    tag_specifications <list 0..>
    tag_specifications.tags: map(string) O
    license_specification <set 0..>
    user_data: string O`,
  "aws resource aws_autoscaling_group": `
    min_size: number R
    max_size: number R
    desired_capacity: number OC
    vpc_zone_identifier: set(string) OC
    termination_policies: list(string) O
    tag <set 0..>
    tag.propagate_at_launch: bool R
    tags!
    launch_template <list 0..1>
    launch_template.version: string OC
    mixed_instances_policy.launch_template <list 1..1>
    mixed_instances_policy.launch_template.override <list 0..>
    mixed_instances_policy.instances_distribution.on_demand_base_capacity: number OC
    instance_refresh.strategy: string R
    instance_refresh.preferences.checkpoint_percentages: list(number) O`,
  "aws resource aws_db_instance": `
    instance_class: string R
    allocated_storage: number OC
    engine: string OC
    password: string OS
    password_wo: string OSW
    password_wo_version: number O
    name!
    db_name: string OC
    address: string C
    replicas: list(string) C
    listener_endpoint: list(object({address=string,hosted_zone_id=string,port=number})) C
    master_user_secret: list(object({kms_key_id=string,secret_arn=string,secret_status=string})) C
    vpc_security_group_ids: set(string) OC
    restore_to_point_in_time <list 0..1>
    s3_import.source_engine: string R
    timeouts.update: string O`,
  "aws resource aws_ebs_volume": `
    availability_zone: string R
    size: number OC
    type: string OC
    iops: number OC
    throughput: number OC
    final_snapshot: bool O
    multi_attach_enabled: bool O`,
  "aws resource aws_volume_attachment": `
    device_name: string R
    instance_id: string R
    volume_id: string R
    force_detach: bool O`,
  "aws resource aws_security_group": `
    ingress: set(object({cidr_blocks=list(string),description=string,from_port=number,ipv6_cidr_blocks=list(string),prefix_list_ids=list(string),protocol=string,security_groups=set(string),self=bool,to_port=number})) OC
    egress: set(object({cidr_blocks=list(string),description=string,from_port=number,ipv6_cidr_blocks=list(string),prefix_list_ids=list(string),protocol=string,security_groups=set(string),self=bool,to_port=number})) OC
    vpc_id: string OC
    revoke_rules_on_delete: bool O`,
  "aws resource aws_security_group_rule": `
    type: string R
    from_port: number R
    cidr_blocks: list(string) O
    self: bool O`,
  "aws resource aws_route_table": `
    vpc_id: string R
    propagating_vgws: set(string) OC
    timeouts <single 0..>`,
  "aws resource aws_iam_policy": `
    policy: string R
    name: string OC
    path: string O
    attachment_count: number C`,
  "aws resource aws_iam_role": `
    assume_role_policy: string R
    inline_policy <set 0..>
    managed_policy_arns: set(string) OC
    unique_id: string C`,
  "aws resource aws_iam_access_key": `
    secret: string CS
    user: string R`,
  "aws resource aws_lb": `
    internal: bool OC
    subnets: set(string) OC
    access_logs <list 0..1>
    access_logs.bucket: string R
    subnet_mapping <set 0..>
    subnet_mapping.subnet_id: string R
    dns_name: string C`,
  "aws resource aws_lb_target_group": `
    health_check <list 0..1>
    stickiness.type: string R
    port: number O`,
  "aws resource aws_ec2_instance_state": `
    instance_id: string R
    state: string R
    force: bool O`,
  "aws resource aws_eip": `
    domain: string OC
    vpc!
    instance: string OC
    public_ip: string C`,
  "aws resource aws_nat_gateway": `
    allocation_id: string O
    connectivity_type: string O
    secondary_allocation_ids: set(string) OC`,
  "aws resource aws_s3_bucket": `
    bucket: string OC
    lifecycle_rule.transition <set 0..>
    versioning <list 0..1>
    replication_configuration.rules <set 1..>
    grant <set 0..>`,
  "aws resource aws_lambda_function": `
    function_name: string R
    memory_size: number O
    environment <list 0..1>
    environment.variables: map(string) O
    layers: list(string) O`,
  "aws resource aws_ecs_service": `
    desired_count: number O
    capacity_provider_strategy <set 0..>
    network_configuration <list 0..1>
    network_configuration.subnets: set(string) R
    load_balancer <set 0..>`,
  "aws resource aws_eks_node_group": `
    instance_types: list(string) OC
    scaling_config <list 1..1>
    scaling_config.desired_size: number R
    taint <set 0..>
    resources: list(object({autoscaling_groups=list(object({name=string})),remote_access_security_group_id=string})) C`,
  "aws resource aws_elasticache_replication_group": `
    description: string R
    replication_group_description!
    node_type: string OC
    auth_token: string OS
    at_rest_encryption_enabled: string OC`,
  "aws resource aws_cloudwatch_metric_alarm": `
    alarm_name: string R
    metric_query <set 0..>
    metric_query.metric <list 0..1>
    dimensions: map(string) O`,
  "aws resource aws_wafv2_web_acl": `
    rule <set 0..>
    rule.statement <list 1..1>
    rule.statement.managed_rule_group_statement.vendor_name: string R
    rule.statement.rate_based_statement.limit: number R
    rule.statement.and_statement.statement.not_statement.statement.or_statement.statement.geo_match_statement.country_codes: list(string) R`,
  "aws data-source aws_ami": `
    owners: list(string) O
    most_recent: bool O
    filter <set 0..>
    filter.values: set(string) R
    image_id: string C
    block_device_mappings: set(object({device_name=string,ebs=map(string),no_device=string,virtual_name=string})) C`,
  "aws data-source aws_iam_policy_document": `
    json: string C
    statement <list 0..>
    statement.actions: set(string) O
    statement.condition <set 0..>
    statement.condition.values: list(string) R
    statement.principals.identifiers: set(string) R`,
  "aws data-source aws_ssm_parameter": `
    name: string R
    value: string CS
    with_decryption: bool O`,
  "google resource google_compute_instance": `
    name: string R
    machine_type: string R
    zone: string OC
    tags: set(string) O
    labels: map(string) O
    effective_labels: map(string) C
    allow_stopping_for_update: bool O
    boot_disk <list 1..1>
    boot_disk.initialize_params <list 0..1>
    boot_disk.initialize_params.size: number OC
    boot_disk.disk_encryption_key_raw: string OS
    network_interface <list 1..>
    network_interface.access_config <list 0..>
    guest_accelerator <list 0..>
    guest_accelerator.count: number R
    scheduling <list 0..1>
    scheduling.node_affinities <set 0..>
    service_account.scopes: set(string) R
    timeouts <single 0..>`,
  "google resource google_compute_disk": `
    name: string R
    type: string O
    size: number OC
    provisioned_iops: number OC
    users: list(string) C
    disk_encryption_key.raw_key: string OS
    guest_os_features <set 0..>`,
  "google resource google_sql_database_instance": `
    database_version: string R
    root_password: string OS
    settings <list 0..1>
    settings.tier: string R
    settings.disk_size: number OC
    settings.database_flags <set 0..>
    settings.ip_configuration.authorized_networks <set 0..>
    settings.location_preference <list 0..1>
    ip_address: list(object({ip_address=string,time_to_retire=string,type=string})) C
    deletion_protection: bool O`,
  "google resource google_compute_instance_template": `
    machine_type: string R
    disk <list 1..>
    disk.source_image: string OC
    network_interface <list 0..>`,
  "google resource google_compute_instance_group_manager": `
    base_instance_name: string R
    target_size: number OC
    version <list 1..>
    named_port <set 0..>
    auto_healing_policies.initial_delay_sec: number R`,
  "google resource google_compute_autoscaler": `
    target: string R
    autoscaling_policy <list 1..1>
    autoscaling_policy.max_replicas: number R
    autoscaling_policy.scaling_schedules <set 0..>`,
  "google resource google_container_node_pool": `
    cluster: string R
    node_config <list 0..1>
    node_config.machine_type: string OC
    autoscaling.min_node_count: number O
    instance_group_urls: list(string) C`,
  "google resource google_container_cluster": `
    name: string R
    master_auth.client_key: string CS
    node_pool <list 0..>
    deletion_protection: bool O`,
  "google resource google_compute_firewall": `
    network: string R
    allow <set 0..>
    allow.protocol: string R
    allow.ports: list(string) O
    source_ranges: set(string) O`,
  "google resource google_storage_bucket": `
    location: string R
    lifecycle_rule <list 0..>
    lifecycle_rule.action <set 1..1>
    lifecycle_rule.condition <set 1..1>`,
  "google resource google_project_iam_member": `
    role: string R
    member: string R
    condition <list 0..1>`,
  "google data-source google_compute_image": `
    family: string OC
    self_link: string C
    most_recent: bool O`,
  "google data-source google_client_config": `
    access_token: string CS
    project: string C`,
  "random resource random_password": `
    length: number R
    result: string CS
    special: bool OC
    keepers: map(string) O`,
  "tls resource tls_private_key": `
    algorithm: string R
    rsa_bits: number OC
    private_key_pem: string CS
    public_key_pem: string C`,
  "null resource null_resource": `
    id: string C
    triggers: map(string) O`,
  "http data-source http": `
    url: string R
    response_body: string C
    retry <single 0..>
    retry.attempts: number O`,
  "archive data-source archive_file": `
    type: string R
    source <set 0..>
    output_base64sha256: string C`,
};

test.each(Object.entries(KNOWN))("%s has the shape that its users know", (name, expected) => {
  const [provider = "", kind, type = ""] = name.split(" ");
  const pack = bundledSchemaPack(provider);
  const schema = kind === "resource" ? pack?.resourceSchema(type) : pack?.dataSourceSchema(type);
  const lines = outline(schema!.block);
  const names = lines.map((line) => line.split(/[: ]/)[0]);
  const expectations = expected.trim().split(/\n\s*/);
  const absent = expectations.filter((line) => line.endsWith("!")).map((line) => line.slice(0, -1));
  expect(lines).toEqual(expect.arrayContaining(expectations.filter((line) => !line.endsWith("!"))));
  expect(names.filter((known) => absent.includes(known ?? ""))).toEqual([]);
});
