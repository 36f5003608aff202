import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Writes files into a new directory that the end of the test removes, and gives its path. */
export function writeFiles(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "apex-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return directory;
}

/** A resource instance of a state: its address's parts and the attributes as the state stores them. */
export interface StateInstance {
  readonly mode?: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly key?: string | number;
  readonly schemaVersion?: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A state file of version 4 with these instances. */
export function stateText(instances: readonly StateInstance[]): string {
  return JSON.stringify({
    version: 4,
    terraform_version: "1.5.7",
    serial: 7,
    lineage: "11111111-2222-3333-4444-555555555555",
    outputs: {},
    resources: instances.map((instance) => ({
      mode: instance.mode ?? "managed",
      type: instance.type,
      name: instance.name,
      provider: `provider["registry.terraform.io/hashicorp/${instance.type.split("_")[0]}"]`,
      instances: [
        {
          ...(instance.key === undefined ? {} : { index_key: instance.key }),
          schema_version: instance.schemaVersion ?? 0,
          attributes: instance.attributes,
        },
      ],
    })),
  });
}

/** A `terraform` block that asks for the clouds' providers, and their configurations. */
export const PROVIDERS = `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
    google = {
      source = "hashicorp/google"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

provider "google" {
  project = "acme"
  region  = "europe-west1"
}
`;

/** An instance as the provider for AWS stores it: zero values where nothing was set, defaults where it has some. */
export const INSTANCE_ATTRIBUTES: Readonly<Record<string, unknown>> = {
  ami: "ami-0c55b159cbfafe1f0",
  arn: "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc1234def567890",
  associate_public_ip_address: false,
  availability_zone: "eu-west-1a",
  capacity_reservation_specification: [
    { capacity_reservation_preference: "open", capacity_reservation_target: [] },
  ],
  cpu_core_count: 2,
  cpu_options: [{ amd_sev_snp: "", core_count: 2, threads_per_core: 2 }],
  cpu_threads_per_core: 2,
  credit_specification: [],
  disable_api_stop: false,
  disable_api_termination: false,
  ebs_block_device: [],
  ebs_optimized: true,
  enclave_options: [{ enabled: false }],
  ephemeral_block_device: [],
  get_password_data: false,
  hibernation: false,
  host_id: "",
  iam_instance_profile: "",
  id: "i-0abc1234def567890",
  instance_initiated_shutdown_behavior: "stop",
  instance_lifecycle: "",
  instance_market_options: [],
  instance_state: "running",
  instance_type: "m5.xlarge",
  ipv6_address_count: 0,
  ipv6_addresses: [],
  key_name: "",
  launch_template: [],
  maintenance_options: [{ auto_recovery: "default" }],
  metadata_options: [
    {
      http_endpoint: "enabled",
      http_protocol_ipv6: "disabled",
      http_put_response_hop_limit: 2,
      http_tokens: "required",
      instance_metadata_tags: "disabled",
    },
  ],
  monitoring: false,
  network_interface: [],
  placement_group: "",
  placement_partition_number: 0,
  primary_network_interface_id: "eni-0abc",
  private_dns: "ip-10-0-1-5.eu-west-1.compute.internal",
  private_ip: "10.0.1.5",
  public_dns: "",
  public_ip: "",
  root_block_device: [
    {
      delete_on_termination: true,
      device_name: "/dev/xvda",
      encrypted: false,
      iops: 100,
      kms_key_id: "",
      tags: {},
      tags_all: {},
      throughput: 0,
      volume_id: "vol-0abc",
      volume_size: 30,
      volume_type: "gp2",
    },
  ],
  secondary_private_ips: [],
  security_groups: [],
  source_dest_check: true,
  spot_instance_request_id: "",
  subnet_id: "subnet-0abc",
  tags: { Name: "web" },
  tags_all: { Name: "web" },
  tenancy: "default",
  timeouts: null,
  user_data: null,
  user_data_base64: null,
  user_data_replace_on_change: false,
  volume_tags: null,
  vpc_security_group_ids: ["sg-0abc"],
};
