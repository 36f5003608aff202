import type { KnownResource } from "@apex/agent";
import type { JsonObject } from "@apex/core";
import { expect, it } from "vitest";
import { diagnose, type Files } from "./diagnose.ts";
import { mend } from "./mend.ts";

/** File → what is written, what was meant. */
type Mistakes = Readonly<Record<string, readonly [broken: string, meant: string]>>;

function resource(type: string, body: string, name = "x"): string {
  return `resource "${type}" "${name}" {\n${body}}\n`;
}

function both(type: string, broken: string, meant: string): readonly [string, string] {
  return [resource(type, broken), resource(type, meant)];
}

const OLD_NAMES: Mistakes = {
  "database.tf": [
    `${resource("aws_db_instance", '  instance_class = "db.t4g.small"\n  name           = "shop"\n')}output "name" {\n  value = aws_db_instance.x.name\n}\n`,
    `${resource("aws_db_instance", '  instance_class = "db.t4g.small"\n  db_name        = "shop"\n')}output "name" {\n  value = aws_db_instance.x.db_name\n}\n`,
  ],
  "cache.tf": both(
    "aws_elasticache_replication_group",
    '  replication_group_id          = "c"\n  replication_group_description = "cache"\n  cluster_mode {\n    num_node_groups         = 2\n    replicas_per_node_group = 1\n  }\n',
    '  replication_group_id          = "c"\n  description                   = "cache"\n  num_node_groups         = 2\n  replicas_per_node_group = 1\n',
  ),
  "address.tf": both("aws_eip", "  vpc = true\n", '  domain = "vpc"\n'),
  "cores.tf": both(
    "aws_instance",
    '  ami                  = "ami-1"\n  instance_type        = "m5.large"\n  cpu_core_count       = 1\n  cpu_threads_per_core = 1\n',
    '  ami                  = "ami-1"\n  instance_type        = "m5.large"\n  cpu_options {\n    core_count = 1\n    threads_per_core = 1\n  }\n',
  ),
  "group.tf": both(
    "aws_autoscaling_group",
    '  max_size = 1\n  min_size = 1\n  tags = [{ key = "a", value = "b", propagate_at_launch = true }]\n',
    '  max_size = 1\n  min_size = 1\n  tag {\n    key = "a"\n    value = "b"\n    propagate_at_launch = true\n  }\n',
  ),
  "network.tf": both(
    "aws_vpc",
    '  cidr_block         = "10.0.0.0/16"\n  enable_classiclink = false\n',
    '  cidr_block         = "10.0.0.0/16"\n',
  ),
  "secret.tf": both(
    "google_secret_manager_secret",
    '  secret_id = "s"\n  replication {\n    automatic = true\n  }\n',
    '  secret_id = "s"\n  replication {\n    auto {}\n  }\n',
  ),
  "cluster.tf": both(
    "google_container_cluster",
    '  name = "c"\n  zone = "europe-west1-b"\n  enable_binary_authorization = true\n  master_auth {\n    username = ""\n    password = ""\n  }\n',
    '  name = "c"\n  location = "europe-west1-b"\n  binary_authorization {\n    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"\n  }\n',
  ),
  "sql.tf": both(
    "google_sql_database_instance",
    '  database_version = "POSTGRES_15"\n  settings {\n    tier = "db-f1-micro"\n    ip_configuration {\n      require_ssl = true\n    }\n  }\n',
    '  database_version = "POSTGRES_15"\n  settings {\n    tier = "db-f1-micro"\n    ip_configuration {\n      ssl_mode = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"\n    }\n  }\n',
  ),
};

const CONTEXT: Mistakes = {
  "module.tf": [
    'module "m" {\n  source = "./modules/netwrok"\n  size   = 3\n}\n',
    'module "m" {\n  source = "./modules/network"\n  size   = 3\n}\n',
  ],
  "modules/network/main.tf": [
    'resource "terraform_data" "n" {\n  input = [var.size, var.zone]\n}\nvariable "size" {\n  type = number\n}\nvariable "zone" {\n  default = "a"\n}\n',
    'resource "terraform_data" "n" {\n  input = [var.size, var.zone]\n}\nvariable "size" {\n  type = number\n}\nvariable "zone" {\n  default = "a"\n}\n',
  ],
  "cycle.tf": [
    'resource "terraform_data" "first" {\n  depends_on = [terraform_data.second]\n}\nresource "terraform_data" "second" {\n  input = terraform_data.first.id\n}\n',
    'resource "terraform_data" "first" {\n}\nresource "terraform_data" "second" {\n  input = terraform_data.first.id\n}\n',
  ],
  "recovery.tf": [
    'variable "name" {}\nresource "aws_dynamodb_table" "t" {\n  name = var.name\n  point_in_time_recovery {\n    enabled = var.recovery\n  }\n}\n',
    'variable "name" {}\n\nvariable "recovery" {\n  type = bool\n}\nresource "aws_dynamodb_table" "t" {\n  name = var.name\n  point_in_time_recovery {\n    enabled = var.recovery\n  }\n}\n',
  ],
  "terraform.tfvars": [
    'nmae     = "sessions"\nrecovery = true\n',
    'name     = "sessions"\nrecovery = true\n',
  ],
  "output.tf": [
    'variable "key" {\n  sensitive = true\n  default   = "x"\n}\noutput "key" {\n  value = var.key\n}\n',
    'variable "key" {\n  sensitive = true\n  default   = "x"\n}\noutput "key" {\n  value = var.key\n  sensitive = true\n}\n',
  ],
  "machines.tf": [
    'locals {\n  size = "n2-standar-4"\n}\nresource "aws_instance" "i" {\n  ami           = "ami-1"\n  instance_type = "t3.mircro"\n}\nresource "google_compute_instance" "i" {\n  name         = "i"\n  machine_type = local.size\n  boot_disk {\n  }\n  network_interface {\n  }\n}\n',
    'locals {\n  size = "n2-standard-4"\n}\nresource "aws_instance" "i" {\n  ami           = "ami-1"\n  instance_type = "t3.micro"\n}\nresource "google_compute_instance" "i" {\n  name         = "i"\n  machine_type = local.size\n  boot_disk {\n  }\n  network_interface {\n  }\n}\n',
  ],
  "subnet.tf": [
    'resource "google_compute_network" "n" {\n  name = "n"\n}\nresource "google_compute_subnetwork" "s" {\n  name          = "s"\n  ip_cidr_range = "10.0.0.0/24"\n}\n',
    'resource "google_compute_network" "n" {\n  name = "n"\n}\nresource "google_compute_subnetwork" "s" {\n  name          = "s"\n  ip_cidr_range = "10.0.0.0/24"\n  network       = google_compute_network.n.id\n}\n',
  ],
  "keys.tf": [
    'resource "terraform_data" "zone" {\n  for_each = toset(["a", "b"])\n}\nresource "terraform_data" "gate" {\n  for_each = toset([for z in terraform_data.zone : z.id])\n  input    = each.key\n}\nresource "terraform_data" "one" {\n  for_each = toset(["only"])\n}\noutput "one" {\n  value = terraform_data.one[0].id\n}\n',
    'resource "terraform_data" "zone" {\n  for_each = toset(["a", "b"])\n}\nresource "terraform_data" "gate" {\n  for_each = { for key, item in terraform_data.zone : key => item.id }\n  input    = each.value\n}\nresource "terraform_data" "one" {\n  for_each = toset(["only"])\n}\noutput "one" {\n  value = terraform_data.one["only"].id\n}\n',
  ],
  "provider.tf": [
    'provider "aws" {\n  alias  = "virginia"\n  region = "us-east-1"\n}\nresource "aws_sqs_queue" "q" {\n  provider = aws.virgina\n}\n',
    'provider "aws" {\n  alias  = "virginia"\n  region = "us-east-1"\n}\nresource "aws_sqs_queue" "q" {\n  provider = aws.virginia\n}\n',
  ],
};

function texts(mistakes: Mistakes, which: 0 | 1): Files {
  return Object.fromEntries(Object.entries(mistakes).map(([file, both]) => [file, both[which]]));
}

it.each([
  ["names that providers took away", OLD_NAMES],
  ["what follows from the rest of the configuration", CONTEXT],
])("real Terraform plans %s as it was meant", async (_, mistakes) => {
  const meant = texts(mistakes, 1);
  const { files, now } = await mend(texts(mistakes, 0));
  expect(files).toEqual(meant);
  const intended = await diagnose(meant);
  expect(intended.plan?.resources.length).toBeGreaterThan(0);
  expect(now.plan).toEqual(intended.plan);
});

const STATE: Readonly<Record<string, JsonObject>> = {
  "aws_vpc.main": { id: "vpc-1", cidr_block: "10.0.0.0/16" },
  "aws_vpc.other": { id: "vpc-2", cidr_block: "10.1.0.0/16" },
  "aws_subnet.a": { id: "subnet-1", vpc_id: "vpc-2", cidr_block: "10.1.1.0/24" },
  "aws_rds_cluster_instance.db": {
    id: "db-0",
    cluster_identifier: "db",
    engine: "aurora-mysql",
    instance_class: "db.r6g.large",
  },
};

function stateOf(attributes: Readonly<Record<string, JsonObject>>) {
  const resources = Object.entries(attributes).map(([address, values]) => {
    const [type, name] = address.split(".");
    const provider = 'provider["registry.terraform.io/hashicorp/aws"]';
    return { mode: "managed", type, name, provider, instances: [{ schema_version: 0, attributes: values }] };
  });
  const text = JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "l",
    outputs: {},
    resources,
  });
  const known = Object.entries(attributes).map(([address, values]): KnownResource => {
    return { address, mode: "managed", type: address.split(".")[0] ?? "", attributes: values };
  });
  return { text, known };
}

it("what exists tells what is missing, so that nothing changes", async () => {
  const vpcs = ["main", "other"].map((name, index) =>
    resource("aws_vpc", `  cidr_block = "10.${index}.0.0/16"\n`, name),
  );
  const files = {
    "vpc.tf": vpcs.join(""),
    "subnet.tf": resource("aws_subnet", '  cidr_block = "10.1.1.0/24"\n', "a"),
    "db.tf": resource(
      "aws_rds_cluster_instance",
      '  cluster_identifier = "db"\n  engine             = "aurora-mysql"\n',
      "db",
    ),
  };
  const { files: mended, now } = await mend(files, stateOf(STATE));
  expect(mended["subnet.tf"]).toContain("  vpc_id     = aws_vpc.other.id\n");
  expect(mended["db.tf"]).toContain('  instance_class     = "db.r6g.large"\n');
  expect(now.plan?.resources.map(({ actions }) => actions)).toEqual(
    Array.from({ length: 4 }, () => ["no-op"]),
  );
});

it("leaves what could be meant in more than one way", async () => {
  const { now, unsure } = await mend({
    "sg.tf": ["a", "b"]
      .map((name, index) =>
        resource(
          "aws_security_group",
          `  ingress {\n    from_port = 1\n    to_port = 1\n    protocol = "tcp"\n    security_groups = [aws_security_group.${["b", "a"][index]}.id]\n  }\n`,
          name,
        ),
      )
      .join(""),
  });
  expect(now.plan).toBeNull();
  expect(unsure.join("\n")).toContain("aws_vpc_security_group_ingress_rule");
});
