import { expect, test } from "vitest";
import { PROVIDERS, stateText, writeFiles } from "../testing/configuration.ts";
import { planDirectory } from "./planner.ts";

const COMPUTE = "https://www.googleapis.com/compute/v1/projects/acme";

async function changesOf(main: string, instances: Parameters<typeof stateText>[0]) {
  const directory = writeFiles({ "main.tf": PROVIDERS + main, "terraform.tfstate": stateText(instances) });
  const result = await planDirectory({ directory });
  expect(result.diagnostics).toEqual([]);
  return result.changes;
}

const RULE = {
  cidr_blocks: ["0.0.0.0/0"],
  description: "",
  ipv6_cidr_blocks: [],
  prefix_list_ids: [],
  security_groups: [],
  self: false,
};
const GROUP = {
  type: "aws_security_group",
  name: "web",
  attributes: {
    id: "sg-1",
    name: "web",
    description: "web",
    vpc_id: "vpc-1",
    region: "eu-west-1",
    tags: {},
    tags_all: {},
    ingress: [
      { ...RULE, from_port: 443, protocol: "tcp", to_port: 443 },
      { ...RULE, from_port: 80, protocol: "tcp", to_port: 80 },
    ],
    egress: [{ ...RULE, from_port: 0, protocol: "-1", to_port: 0 }],
  },
};

function group(port: number): string {
  return `
resource "aws_security_group" "web" {
  name        = "web"
  description = "web"
  vpc_id      = "vpc-1"
  dynamic "ingress" {
    for_each = [443, ${port}]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "all"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;
}

test("rules of a security group say what the state holds although they leave out what is empty there", async () => {
  expect(await changesOf(group(80), [GROUP])).toEqual([]);
  expect(await changesOf(group(8080), [GROUP])).toMatchObject([
    { address: "aws_security_group.web", actions: ["update"] },
  ]);
});

test("names, paths and links of Google's, and images and their families, are the same in either place", async () => {
  const main = `
resource "google_compute_instance" "vm" {
  name              = "vm"
  machine_type      = "e2-small"
  zone              = "europe-west1-b"
  resource_policies = ["${COMPUTE}/regions/europe-west1/resourcePolicies/night"]
  boot_disk {
    initialize_params {
      image = "ubuntu-os-cloud/ubuntu-2204-lts"
    }
  }
  network_interface {
    network    = "${COMPUTE}/global/networks/default"
    subnetwork = "projects/acme/regions/europe-west1/subnetworks/a"
  }
}
`;
  const image = "projects/ubuntu-os-cloud/global/images/ubuntu-2204-jammy-v20240110";
  const attributes = {
    id: "projects/acme/zones/europe-west1-b/instances/vm",
    name: "vm",
    machine_type: "e2-small",
    zone: "europe-west1-b",
    project: "acme",
    resource_policies: ["projects/acme/regions/europe-west1/resourcePolicies/night"],
    boot_disk: [
      {
        auto_delete: true,
        mode: "READ_WRITE",
        initialize_params: [{ image: `https://www.googleapis.com/compute/v1/${image}`, size: 10 }],
      },
    ],
    network_interface: [
      {
        network: "projects/acme/global/networks/default",
        subnetwork: `${COMPUTE}/regions/europe-west1/subnetworks/a`,
      },
    ],
  };
  expect(await changesOf(main, [{ type: "google_compute_instance", name: "vm", attributes }])).toEqual([]);
});

test("a value that only becomes sensitive changes nothing", async () => {
  const main = (text: string) => `
variable "script" {
  default   = "${text}"
  sensitive = true
}
resource "aws_instance" "web" {
  ami           = "ami-1"
  instance_type = "t3.small"
  user_data     = var.script
}
`;
  const attributes = {
    id: "i-1",
    ami: "ami-1",
    instance_type: "t3.small",
    user_data: "a",
    region: "eu-west-1",
  };
  const state = [{ type: "aws_instance", name: "web", attributes }];
  expect(await changesOf(main("a"), state)).toEqual([]);
  expect(await changesOf(main("b"), state)).toMatchObject([
    { attributes: expect.arrayContaining(["user_data"]) },
  ]);
});

test("an optional block that the cloud has filled in stays", async () => {
  const main = `
resource "google_sql_database_instance" "db" {
  name             = "db"
  database_version = "POSTGRES_15"
  region           = "europe-west1"
  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled = true
    }
  }
}
`;
  const attributes = {
    id: "db",
    name: "db",
    project: "acme",
    region: "europe-west1",
    database_version: "POSTGRES_15",
    deletion_protection: true,
    settings: [
      {
        tier: "db-custom-2-7680",
        activation_policy: "ALWAYS",
        availability_type: "ZONAL",
        disk_autoresize: true,
        pricing_plan: "PER_USE",
        backup_configuration: [
          { enabled: true, backup_retention_settings: [{ retained_backups: 7, retention_unit: "COUNT" }] },
        ],
      },
    ],
  };
  expect(await changesOf(main, [{ type: "google_sql_database_instance", name: "db", attributes }])).toEqual(
    [],
  );
});

test("a second provider for the same types is served when only its name says so", async () => {
  const main = 'resource "google_compute_address" "a" {\n  name     = "a"\n  provider = google-beta\n}\n';
  expect(await changesOf(main, [])).toMatchObject([
    { address: "google_compute_address.a", actions: ["create"] },
  ]);
});
