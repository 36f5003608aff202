import { describe, expect, it } from "vitest";
import { providerChange } from "./provider-change.ts";
import { fixedBy, proposalFor } from "./testing.ts";

function unsupported(
  name: string,
  at = `${name} `,
): { class: "unsupported-argument"; names: { name: string }; at: string } {
  return { class: "unsupported-argument", names: { name }, at };
}

/** Body of `resource type "x"` → the body after the fix of the argument. */
function fixedBody(type: string, body: string, name: string): string | null {
  const text = `resource "${type}" "x" {\n${body}}\n`;
  const fixed = fixedBy(providerChange, text, unsupported(name));
  return fixed === null || fixed.startsWith("unsure: ")
    ? fixed
    : fixed.slice(`resource "${type}" "x" {\n`.length, -"}\n".length);
}

describe("arguments", () => {
  it.each([
    ["aws_db_instance", '  name    = "shop"\n', "name", '  db_name = "shop"\n'],
    [
      "aws_elasticache_replication_group",
      '  replication_group_description = "cache" # why\n  engine                        = "redis"\n',
      "replication_group_description",
      '  description                   = "cache" # why\n  engine                        = "redis"\n',
    ],
    ["aws_eip", "  vpc = true\n", "vpc", '  domain = "vpc"\n'],
    ["aws_eip", '  vpc = "true"\n', "vpc", '  domain = "vpc"\n'],
    ["aws_network_acl", "  subnet_id = aws_subnet.a.id\n", "subnet_id", "  subnet_ids = [aws_subnet.a.id]\n"],
    [
      "aws_iam_instance_profile",
      "  roles = [aws_iam_role.a.name]\n",
      "roles",
      "  role = aws_iam_role.a.name\n",
    ],
    [
      "aws_eks_addon",
      '  resolve_conflicts = "OVERWRITE"\n',
      "resolve_conflicts",
      '  resolve_conflicts_on_create = "OVERWRITE"\n  resolve_conflicts_on_update = "OVERWRITE"\n',
    ],
    [
      "aws_instance",
      "  cpu_core_count       = 2\n  ami                  = var.ami\n  cpu_threads_per_core = 1\n",
      "cpu_core_count",
      "  cpu_options {\n    core_count = 2\n    threads_per_core = 1\n  }\n  ami                  = var.ami\n",
    ],
    [
      "aws_instance",
      "  cpu_core_count = 2\n  cpu_options {\n    threads_per_core = 1\n  }\n",
      "cpu_core_count",
      "  cpu_options {\n    threads_per_core = 1\n    core_count = 2\n  }\n",
    ],
    [
      "aws_ssm_association",
      "  instance_id = aws_instance.a.id\n",
      "instance_id",
      '  targets {\n    key = "InstanceIds"\n    values = [aws_instance.a.id]\n  }\n',
    ],
    [
      "aws_autoscaling_group",
      '  tags = [\n    { key = "a", value = var.a, propagate_at_launch = true },\n    { "key" = "b", value = "c", propagate_at_launch = false },\n  ]\n',
      "tags",
      '  tag {\n    key = "a"\n    value = var.a\n    propagate_at_launch = true\n  }\n  tag {\n    key = "b"\n    value = "c"\n    propagate_at_launch = false\n  }\n',
    ],
    [
      "aws_route",
      "  instance_id = aws_instance.nat[0].id\n",
      "instance_id",
      "  network_interface_id = aws_instance.nat[0].primary_network_interface_id\n",
    ],
    [
      "aws_flow_log",
      "  log_group_name = aws_cloudwatch_log_group.flow.name\n",
      "log_group_name",
      "  log_destination = aws_cloudwatch_log_group.flow.arn\n",
    ],
    [
      "aws_vpc",
      '  cidr_block = "10.0.0.0/16"\n  enable_classiclink = "false"\n',
      "enable_classiclink",
      '  cidr_block = "10.0.0.0/16"\n',
    ],
    ["google_container_node_pool", "  zone = var.zone\n", "zone", "  location = var.zone\n"],
    [
      "google_container_cluster",
      "  enable_binary_authorization = true\n",
      "enable_binary_authorization",
      '  binary_authorization {\n    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"\n  }\n',
    ],
  ])("of %s: %j", (type, before, name, after) => {
    expect(fixedBody(type, before, name)).toBe(after);
  });

  it.each([
    ["aws_eip", "  vpc = false\n", "vpc", "only for"],
    ["aws_eip", "  vpc = var.in_vpc\n", "vpc", "only for"],
    ["aws_db_instance", '  name = "a"\n  db_name = "b"\n', "name", "already db_name"],
    ["aws_db_instance", '  name = "orders-db"\n', "name", "no name of a database"],
    ["aws_db_instance", '  name = "${var.stage}-db"\n', "name", "no name of a database"],
    ["google_container_cluster", '  zone = "a"\n  region = "b"\n', "zone", "already location"],
    ["aws_iam_instance_profile", "  roles = [var.a, var.b]\n", "roles", "exactly one item"],
    ["aws_iam_instance_profile", "  roles = var.roles\n", "roles", "exactly one item"],
    ["aws_eks_addon", '  resolve_conflicts = "PRESERVE"\n', "resolve_conflicts", "only for"],
    [
      "aws_instance",
      "  cpu_core_count = 2\n  cpu_options {\n    core_count = 1\n  }\n",
      "cpu_core_count",
      "already a block",
    ],
    ["aws_autoscaling_group", "  tags = var.tags\n", "tags", "written out"],
    ["aws_autoscaling_group", '  tags = [{ key = "a", value = "b" }]\n', "tags", "exactly"],
    [
      "aws_autoscaling_group",
      '  tags = [\n    # of the team\n    { key = "a", value = "b", propagate_at_launch = true },\n  ]\n',
      "tags",
      "comments",
    ],
    ["aws_route", "  instance_id = var.nat\n", "instance_id", "only for a reference"],
    ["aws_route", "  instance_id = aws_instance.nat.arn\n", "instance_id", "only for a reference"],
    ["aws_vpc", "  enable_classiclink = true\n", "enable_classiclink", "only as false"],
    ["aws_vpc", "  enable_classiclink = var.link\n", "enable_classiclink", "only as false"],
    [
      "google_compute_network_peering",
      "  auto_create_routes = false\n",
      "auto_create_routes",
      "only as true",
    ],
    ["google_monitoring_uptime_check_config", "  is_internal = true\n", "is_internal", "only as false"],
    ["google_monitoring_alert_policy", '  labels = { team = "web" }\n', "labels", "user_labels"],
    ["aws_dms_endpoint", "  s3_settings = []\n", "s3_settings", "aws_dms_s3_endpoint"],
  ])("of %s it is not sure: %j", (type, body, name, reason) => {
    const fixed = fixedBody(type, body, name);
    expect(fixed).toMatch(/^unsure: /);
    expect(fixed).toContain(reason);
  });

  it("is not asked about names that no provider took away, or another type had", () => {
    expect(fixedBody("aws_db_instance", "  vpc = true\n", "vpc")).toBeNull();
    expect(fixedBody("aws_s3_bucket", '  name = "a"\n', "name")).toBeNull();
    expect(fixedBy(providerChange, 'module "m" {\n  name = "a"\n}\n', unsupported("name"))).toBeNull();
  });

  it("asks what the engine is before it says what encryption was asked for", () => {
    const text = (version: string): string =>
      `resource "google_sql_database_instance" "x" {\n  database_version = ${version}\n  settings {\n    ip_configuration {\n      require_ssl = true\n    }\n  }\n}\n`;
    const fix = (version: string): string | null =>
      fixedBy(providerChange, text(version), unsupported("require_ssl"));
    expect(fix('"POSTGRES_15"')).toContain('ssl_mode = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"');
    expect(fix('"SQLSERVER_2019_STANDARD"')).toMatch(/^unsure: .*database_version/);
    expect(fix("var.version")).toMatch(/^unsure: /);
  });

  it("keeps an age that was left out from becoming a condition", () => {
    const rule = (lines: string): string =>
      `resource "google_storage_bucket" "x" {\n  lifecycle_rule {\n    condition {\n${lines}    }\n  }\n}\n`;
    const fix = (lines: string): string | null => fixedBy(providerChange, rule(lines), unsupported("no_age"));
    expect(fix("      no_age = true\n")).toBe(rule("      send_age_if_zero = false\n"));
    expect(fix("      age = 30\n      no_age = true\n")).toMatch(/^unsure: .*beside age/);
  });

  it("takes the block with it that has nothing else in it and cannot be without", () => {
    const cluster = (body: string): string => `resource "google_container_cluster" "x" {\n${body}}\n`;
    const auth = '  master_auth {\n    username = ""\n    password = ""\n  }\n';
    expect(fixedBy(providerChange, cluster(auth), unsupported("username"))).toBe(cluster(""));
    const other = auth.replace('password = ""', "client_certificate_config {\n    }");
    expect(fixedBy(providerChange, cluster(other), unsupported("username"))).toBe(
      cluster(other.replace('    username = ""\n', "")),
    );
    const aliases = "  ip_allocation_policy {\n    use_ip_aliases = true\n  }\n";
    expect(fixedBy(providerChange, cluster(aliases), unsupported("use_ip_aliases"))).toBe(
      cluster("  ip_allocation_policy {\n  }\n"),
    );
  });
});

describe("blocks", () => {
  it("renames all of a kind at once, and lifts what has moved up", () => {
    const service =
      'resource "aws_ecs_service" "x" {\n  placement_strategy {\n    type = "a"\n  }\n  placement_strategy {\n    type = "b"\n  }\n}\n';
    const problem = { class: "unsupported-block", names: { name: "placement_strategy" } } as const;
    expect(fixedBy(providerChange, service, { ...problem, at: "placement_strategy" })).toBe(
      service.replaceAll("placement", "ordered_placement"),
    );
    const group =
      'resource "aws_elasticache_replication_group" "x" {\n  cluster_mode {\n    num_node_groups         = 2\n    replicas_per_node_group = 1\n  }\n}\n';
    const mode = { class: "unsupported-block", names: { name: "cluster_mode" }, at: "cluster_mode" } as const;
    expect(fixedBy(providerChange, group, mode)).toBe(
      'resource "aws_elasticache_replication_group" "x" {\n  num_node_groups         = 2\n  replicas_per_node_group = 1\n}\n',
    );
    const both = group.replace("  cluster_mode", "  num_node_groups = 3\n  cluster_mode");
    expect(fixedBy(providerChange, both, mode)).toMatch(/^unsure: .*outside/);
    const told = group.replace("  }", "    # for the night\n  }");
    expect(fixedBy(providerChange, told, mode)).toMatch(/^unsure: .*comments/);
  });

  it("leaves dynamic blocks, whose contents speak of the old name", () => {
    const text =
      'resource "aws_ecs_service" "x" {\n  dynamic "placement_strategy" {\n    for_each = var.a\n    content {\n      type = placement_strategy.value\n    }\n  }\n}\n';
    const problem = { class: "unsupported-block", names: { name: "placement_strategy" } } as const;
    expect(fixedBy(providerChange, text, { ...problem, at: '"placement_strategy"' })).toBeNull();
  });
});

describe("references", () => {
  it.each([
    ["aws_db_instance.a.name", "aws_db_instance.a.db_name"],
    ['"db ${aws_db_instance.a[0].name}!"', '"db ${aws_db_instance.a[0].db_name}!"'],
    ["aws_db_instance.a[*].name", "aws_db_instance.a[*].db_name"],
    ["google_kms_key_ring.a.self_link", "google_kms_key_ring.a.id"],
    [
      "data.aws_elasticache_replication_group.a.number_cache_clusters",
      "data.aws_elasticache_replication_group.a.num_cache_clusters",
    ],
  ])("%s", (before, after) => {
    const text = `output "o" {\n  value = ${before}\n}\n`;
    const name = /\w+(?=[^\w]*$)/.exec(before)?.[0] ?? "";
    const problem = { class: "unsupported-attribute", names: { name }, at: `.${name}` } as const;
    expect(fixedBy(providerChange, text, problem)).toBe(text.replace(before, after));
  });

  it("are followed by what is ignored", () => {
    const text = (name: string): string =>
      `resource "aws_db_instance" "x" {\n  lifecycle {\n    ignore_changes = [${name}, password]\n  }\n}\n`;
    const problem = { class: "unsupported-attribute", names: { name: "name" }, at: "name" } as const;
    expect(fixedBy(providerChange, text("name"), problem)).toBe(text("db_name"));
    const other = text("name").replace("aws_db_instance", "aws_vpc");
    expect(fixedBy(providerChange, other, problem)).toBeNull();
  });

  it("leaves the same name of other types, and what is another value now", () => {
    const of = (type: string, name: string): string | null =>
      fixedBy(providerChange, `locals {\n  a = ${type}.a.${name}\n}\n`, {
        class: "unsupported-attribute",
        names: { name },
        at: `.${name}`,
      });
    expect(of("aws_instance", "name")).toBeNull();
    expect(of("module.aws_db_instance", "name")).toBeNull();
    expect(of("aws_opensearch_domain", "kibana_endpoint")).toMatch(/^unsure: .*another address/);
  });
});

it("tells what to do about a resource type that is gone", () => {
  const text = 'data "aws_subnet_ids" "a" {\n}\n';
  const problem = { class: "invalid-data-source", names: {}, at: '"aws_subnet_ids"' } as const;
  expect(proposalFor(providerChange, text, problem)).toMatchObject({
    kind: "unsure",
    reason: expect.stringContaining("aws_subnets"),
  });
});
