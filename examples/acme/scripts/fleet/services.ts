import { heldMemory, lightDisk, traffic } from "./load.ts";
import type { Ec2Machine, Load } from "./machine.ts";
import { BASE_AMI } from "./web.ts";

const INTERNAL = {
  ami: BASE_AMI,
  securityGroups: ["aws_security_group.internal"],
} as const;

function api(index: number, load: Load): Ec2Machine {
  return {
    ...INTERNAL,
    address: `aws_instance.api[${index}]`,
    name: `acme-prod-api-${index}`,
    role: "api",
    instanceType: "c5.2xlarge",
    zone: index % 2 === 0 ? "a" : "b",
    root: { size: 40, type: "gp3", isEncrypted: true },
    isUnderSavingsPlan: true,
    load,
  };
}

function quietApi(mean: number, p995: number): Load {
  return {
    cpu: { shape: "web", mean, p995, floor: 0.5 },
    memory: heldMemory(28, 30),
    ...traffic("web", 900_000, 1_400_000),
    disk: lightDisk(3, 18),
  };
}

/** Three machines of one variable: two could shrink, the third builds the search index and must not. */
const API: readonly Ec2Machine[] = [
  api(0, quietApi(6.1, 18)),
  api(1, quietApi(6.4, 18.6)),
  api(2, {
    cpu: { shape: "nightly", mean: 28, p995: 78, floor: 0.5, ceiling: 99.5 },
    memory: heldMemory(64, 69),
    ...traffic("nightly", 4_100_000, 1_900_000),
    disk: lightDisk(90, 160),
  }),
];

function cache(index: number): Ec2Machine {
  return {
    ...INTERNAL,
    address: `aws_instance.cache[${index}]`,
    name: `acme-prod-cache-${index}`,
    role: "cache",
    instanceType: "r5.xlarge",
    zone: index === 0 ? "a" : "b",
    root: { size: 20, type: "gp3", isEncrypted: true },
    isUnderSavingsPlan: true,
    load: {
      cpu: { shape: "web", mean: 2.2, p995: 5.9, floor: 0.3 },
      memory: heldMemory(84, 86.5),
      ...traffic("web", 2_600_000, 6_900_000),
    },
  };
}

const ADMIN: Ec2Machine = {
  ...INTERNAL,
  address: "aws_instance.admin",
  name: "acme-prod-admin",
  role: "admin",
  instanceType: "m5.2xlarge",
  zone: "a",
  root: { size: 40, type: "gp3", isEncrypted: true },
  load: {
    cpu: { shape: "office", mean: 6.3, p995: 12, floor: 0.5 },
    memory: heldMemory(14, 15),
    ...traffic("office", 60_000, 210_000),
    disk: lightDisk(2, 9),
  },
};

interface ServiceNode {
  readonly service: "payments" | "identity";
  readonly index: number;
  readonly instanceType: string;
  readonly load: Load;
}

function node({ service, index, instanceType, load }: ServiceNode): Ec2Machine {
  const name = `acme-prod-${service}-${index}`;
  return {
    ...INTERNAL,
    address: `module.service["${service}"].module.node[${index}].aws_instance.this`,
    name,
    role: service,
    instanceType,
    zone: index % 2 === 0 ? "a" : "b",
    root: { size: 40, type: "gp3", isEncrypted: true },
    tags: { Name: name, Service: `acme-prod-${service}` },
    load,
  };
}

function payments(mean: number, p995: number): Load {
  return {
    cpu: { shape: "office", mean, p995, floor: 0.5 },
    memory: heldMemory(16.5, 17.8),
    ...traffic("web", 700_000, 800_000),
    disk: lightDisk(4, 40),
  };
}

const NODES: readonly Ec2Machine[] = [
  node({ service: "payments", index: 0, instanceType: "c5.4xlarge", load: payments(9.7, 17.5) }),
  node({ service: "payments", index: 1, instanceType: "c5.4xlarge", load: payments(9.9, 17.9) }),
  node({
    service: "identity",
    index: 0,
    instanceType: "m5.xlarge",
    load: {
      cpu: { shape: "web", mean: 36, p995: 77, floor: 2, ceiling: 99.5 },
      memory: heldMemory(57, 61),
      ...traffic("web", 1_200_000, 1_500_000),
    },
  }),
];

/** The machines of api.tf, in the root and in modules/service. */
export const SERVICES: readonly Ec2Machine[] = [...API, cache(0), cache(1), ADMIN, ...NODES];
