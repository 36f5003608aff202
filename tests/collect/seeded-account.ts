/** An account of 300 machines in three regions whose right recommendations are known, because they were made so. */
import { AutoScalingClient, CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  AllocateAddressCommand,
  CreateLaunchTemplateCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  EC2Client,
  type Instance,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { seededRng } from "@apex/core";
import type { MotoServer, SeriesToPut } from "./moto-server.ts";

const ACCOUNT = "123456789012";
export const REGIONS = ["eu-west-1", "us-east-1", "us-west-2"] as const;

/** What a machine is, and so what is right for it. */
export type Kind = "idle" | "oversized" | "busy";

/** Machines of each kind in each region, and of which type. */
const KINDS: Readonly<Record<Kind, { readonly count: number; readonly type: string }>> = {
  idle: { count: 20, type: "m5.large" },
  oversized: { count: 20, type: "m5.2xlarge" },
  busy: { count: 60, type: "m5.xlarge" },
};

/** A little more than a day of points, which end an hour before now: in the window of every collection of two days. */
const POINTS = 292;
const PERIOD_SECONDS = 300;
const SEED = 20_261_121;

/** Its name is its key in the configuration. */
export interface SeededMachine {
  readonly key: string;
  readonly id: string;
  readonly region: string;
  readonly kind: Kind;
  readonly type: string;
  readonly zone: string;
}

export const CREDENTIALS = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };

/** Makes the account: machines with their load, and in each region two volumes, a snapshot, an address and a group. */
export async function seedAccount(moto: MotoServer): Promise<readonly SeededMachine[]> {
  const regions = await Promise.all(REGIONS.map((region) => seedRegion(moto.url, region)));
  const machines = regions.flat();
  await moto.put(seriesOf(machines));
  return machines;
}

async function seedRegion(url: string, region: string): Promise<readonly SeededMachine[]> {
  const options = { endpoint: url, region, credentials: CREDENTIALS };
  const ec2 = new EC2Client(options);
  const zone = `${region}a`;
  const machines: SeededMachine[] = [];
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const { count, type } = KINDS[kind];
    const { Instances = [] } = await ec2.send(
      new RunInstancesCommand({
        ImageId: "ami-12c6146b",
        InstanceType: type as "m5.large",
        MinCount: count,
        MaxCount: count,
        Placement: { AvailabilityZone: zone },
      }),
    );
    machines.push(...Instances.map((instance, index) => machine(instance, { kind, index, region, zone })));
  }
  const volume = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: zone, Size: 200, VolumeType: "gp3" }),
  );
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone: zone, Size: 100, VolumeType: "gp2" }));
  await ec2.send(new CreateSnapshotCommand({ VolumeId: volume.VolumeId }));
  await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: `workers-${region}`,
      LaunchTemplateData: { InstanceType: "m5.large", ImageId: "ami-12c6146b" },
    }),
  );
  await new AutoScalingClient(options).send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: `workers-${region}`,
      MinSize: 0,
      MaxSize: 4,
      DesiredCapacity: 0,
      AvailabilityZones: [zone],
      LaunchTemplate: { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId, Version: "$Latest" },
    }),
  );
  return machines;
}

function machine(
  instance: Instance,
  { kind, index, region, zone }: { kind: Kind; index: number; region: string; zone: string },
): SeededMachine {
  const key = `${kind}-${String(index).padStart(2, "0")}`;
  return { key, id: instance.InstanceId ?? "", region, kind, type: KINDS[kind].type, zone };
}

/** What is measured of a kind: metric, namespace, and its least value and spread. */
type Load = readonly [metric: string, namespace: string, base: number, spread: number];

const QUIET_NETWORK: readonly Load[] = ["NetworkIn", "NetworkOut"].map((metric) => [
  metric,
  "AWS/EC2",
  100,
  50,
]);

/** Bytes and operations in five minutes. */
const LITTLE_TRAFFIC: readonly Load[] = [
  ...["NetworkIn", "NetworkOut", "EBSReadBytes", "EBSWriteBytes"].map(
    (metric): Load => [metric, "AWS/EC2", 1e6, 1e6],
  ),
  ...["EBSReadOps", "EBSWriteOps"].map((metric): Load => [metric, "AWS/EC2", 300, 300]),
];

const LOADS: Readonly<Record<Kind, readonly Load[]>> = {
  idle: [["CPUUtilization", "AWS/EC2", 0.3, 0.4], ...QUIET_NETWORK],
  oversized: [["CPUUtilization", "AWS/EC2", 6, 4], ["mem_used_percent", "CWAgent", 9, 2], ...LITTLE_TRAFFIC],
  busy: [["CPUUtilization", "AWS/EC2", 62, 12]],
};

function seriesOf(machines: readonly SeededMachine[]): readonly SeriesToPut[] {
  const random = seededRng(SEED);
  const end = Math.floor(Date.now() / 1000 / PERIOD_SECONDS) * PERIOD_SECONDS - 3_600;
  const start = end - POINTS * PERIOD_SECONDS;
  return machines.flatMap(({ id, region, kind }) =>
    LOADS[kind].map(([metric, namespace, base, spread]) => ({
      region,
      namespace,
      metric,
      dimensions: [{ Name: "InstanceId", Value: id }],
      start,
      values: Array.from({ length: POINTS }, () => Math.round((base + random() * spread) * 100) / 100),
    })),
  );
}

const NAMES: Readonly<Record<string, string>> = { "eu-west-1": "eu", "us-east-1": "us", "us-west-2": "west" };

/** The machine's Terraform address. */
export function addressOf({ region, key }: SeededMachine): string {
  return `aws_instance.${NAMES[region]}["${key}"]`;
}

/** The configuration that made them: one block a region, its machines in a map. */
export function configurationOf(machines: readonly SeededMachine[]): string {
  const provider = `terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n`;
  return [provider, ...REGIONS.map((region) => regionBlock(region, machines))].join("\n");
}

function regionBlock(region: string, machines: readonly SeededMachine[]): string {
  const name = NAMES[region];
  const entries = machines
    .filter((one) => one.region === region)
    .map(({ key, type }) => `    "${key}" = "${type}"`);
  return `provider "aws" {
  alias  = "${name}"
  region = "${region}"
}

locals {
  ${name} = {
${entries.join("\n")}
  }
}

resource "aws_instance" "${name}" {
  provider      = aws.${name}
  for_each      = local.${name}
  ami           = "ami-12c6146b"
  instance_type = each.value
}
`;
}

/** Its state, as Terraform's state version 4 has it. */
export function stateOf(machines: readonly SeededMachine[]): string {
  const resources = REGIONS.map((region) => ({
    mode: "managed",
    type: "aws_instance",
    name: NAMES[region],
    provider: `provider["registry.terraform.io/hashicorp/aws"].${NAMES[region]}`,
    instances: machines
      .filter((one) => one.region === region)
      .map(({ key, id, type, zone }) => ({
        index_key: key,
        schema_version: 1,
        attributes: {
          id,
          arn: `arn:aws:ec2:${region}:${ACCOUNT}:instance/${id}`,
          ami: "ami-12c6146b",
          instance_type: type,
          instance_state: "running",
          availability_zone: zone,
        },
        sensitive_attributes: [],
      })),
  }));
  return JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "seeded",
    outputs: {},
    resources,
  });
}
