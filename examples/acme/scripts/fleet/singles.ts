import { heldMemory, lightDisk, SILENT_NETWORK, traffic } from "./load.ts";
import type { Ec2Machine, Load } from "./machine.ts";
import { BASE_AMI } from "./web.ts";

interface Single {
  readonly name: string;
  readonly role: string;
  readonly instanceType: string;
  readonly zone: "a" | "b";
  readonly rootGb: number;
  readonly load: Load;
  readonly isUnderSavingsPlan?: boolean;
}

function single({ name, rootGb, ...rest }: Single): Ec2Machine {
  return {
    address: `aws_instance.${name}`,
    name: `acme-prod-${name}`,
    ami: BASE_AMI,
    securityGroups: ["aws_security_group.internal"],
    root: { size: rootGb, type: "gp3", isEncrypted: true },
    ...rest,
  };
}

/** The machines of singles.tf: one behaviour each. */
export const SINGLES: readonly Ec2Machine[] = [
  single({
    name: "search",
    role: "search",
    instanceType: "r5.2xlarge",
    zone: "a",
    rootGb: 40,
    isUnderSavingsPlan: true,
    load: {
      cpu: { shape: "web", mean: 14, p995: 35, floor: 1 },
      memory: heldMemory(36.5, 38),
      ...traffic("web", 1_100_000, 3_300_000),
      disk: lightDisk(640, 120),
    },
  }),
  single({
    name: "reports",
    role: "reports",
    instanceType: "m5.4xlarge",
    zone: "b",
    rootGb: 100,
    load: {
      cpu: { shape: "monday" },
      memory: { shape: "monday", mean: 26, p995: 71, ceiling: 99, digits: 1 },
      ...traffic("monday", 400_000, 90_000),
      disk: lightDisk(55, 8),
    },
  }),
  single({
    name: "etl",
    role: "etl",
    instanceType: "c5.4xlarge",
    zone: "a",
    rootGb: 100,
    load: {
      cpu: { shape: "bursty" },
      withCpuMaximum: true,
      memory: heldMemory(31, 36),
      ...traffic("bursty", 800_000, 600_000),
    },
  }),
  single({
    name: "jenkins",
    role: "ci",
    instanceType: "m5.4xlarge",
    zone: "b",
    rootGb: 300,
    load: {
      cpu: { shape: "office", mean: 9, p995: 21, floor: 0.5 },
      memory: heldMemory(16.5, 18),
      ...traffic("office", 500_000, 300_000),
      disk: lightDisk(40, 95),
    },
  }),
  single({
    name: "demo",
    role: "demo",
    instanceType: "m5.xlarge",
    zone: "a",
    rootGb: 40,
    load: {
      cpu: { shape: "idle", digits: 3 },
      withCpuMaximum: true,
      memory: heldMemory(11, 11.6),
      ...SILENT_NETWORK,
      disk: {
        reads: { shape: "flat", mean: 0, digits: 1 },
        writes: { shape: "flat", mean: 0.4, p995: 0.5, digits: 1 },
        bytesPerOperation: 4096,
      },
    },
  }),
  single({
    name: "canary",
    role: "api",
    instanceType: "c5.xlarge",
    zone: "b",
    rootGb: 40,
    load: {
      cpu: { shape: "web", mean: 3, p995: 8, floor: 0.3 },
      memory: heldMemory(22, 24),
      ...traffic("web", 90_000, 140_000),
      history: { kind: "last-days", days: 3 },
    },
  }),
  single({
    name: "ingest",
    role: "ingest",
    instanceType: "m5.2xlarge",
    zone: "a",
    rootGb: 80,
    load: {
      cpu: { shape: "office", mean: 7, p995: 15, floor: 0.5 },
      memory: heldMemory(21, 23),
      ...traffic("office", 3_000_000, 2_900_000),
      history: { kind: "share", share: 0.7 },
    },
  }),
  single({
    name: "batch",
    role: "batch",
    instanceType: "c5.4xlarge",
    zone: "b",
    rootGb: 200,
    load: {
      cpu: { shape: "nightly", mean: 5, p995: 15, floor: 0.3 },
      memory: heldMemory(17, 18.5),
      ...traffic("nightly", 1_000_000, 700_000),
      disk: lightDisk(20, 60),
    },
  }),
];
