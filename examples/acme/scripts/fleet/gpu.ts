import type { Signal } from "../signal.ts";
import { heldMemory, SILENT_NETWORK, traffic } from "./load.ts";
import type { Ec2Machine, Load } from "./machine.ts";

/** The AMI of `var.gpu_ami`. */
const GPU_AMI = "ami-0b4750268a88e78e0";

/** What DCGM sees of one GPU. Percent, but memory in MiB. */
export interface GpuLoad {
  readonly model: string;
  readonly memoryMib: number;
  readonly smActive: Signal;
  readonly tensorActive: Signal;
  readonly dramActive: Signal;
  /** Share of time with any kernel on the GPU: it says busy long before the GPU is. */
  readonly utilization: Signal;
  readonly memoryUsedMib: Signal;
}

export interface GpuMachine extends Ec2Machine {
  readonly gpus: readonly GpuLoad[];
}

const A10G = { model: "NVIDIA A10G", memoryMib: 22_731 };
const L4 = { model: "NVIDIA L4", memoryMib: 22_491 };
const A100 = { model: "NVIDIA A100-SXM4-40GB", memoryMib: 40_326 };
const NOTHING: Signal = { shape: "flat", mean: 0, digits: 3 };

function unused(card: { model: string; memoryMib: number }, heldMib: number): GpuLoad {
  return {
    ...card,
    smActive: NOTHING,
    tensorActive: NOTHING,
    dramActive: NOTHING,
    utilization: { ...NOTHING, digits: 0 },
    memoryUsedMib: { shape: "flat", mean: heldMib, p995: heldMib, digits: 0 },
  };
}

function percent(shape: Signal["shape"], mean: number, p995: number, digits = 1): Signal {
  return { shape, mean, p995, floor: 0, ceiling: 100, digits };
}

function held(mean: number, p995: number): Signal {
  return { shape: "flat", mean, p995, digits: 0 };
}

function training(card: { model: string; memoryMib: number }, usedMib: number): GpuLoad {
  return {
    ...card,
    smActive: percent("training", 86, 95),
    tensorActive: percent("training", 52, 61),
    dramActive: percent("training", 44, 52),
    utilization: percent("training", 97, 100, 0),
    memoryUsedMib: held(usedMib, usedMib * 1.01),
  };
}

const CHAT: GpuLoad = {
  ...A10G,
  smActive: percent("web", 58, 94),
  tensorActive: percent("web", 24, 41),
  dramActive: percent("web", 47, 78),
  utilization: percent("web", 93, 100, 0),
  memoryUsedMib: held(19_480, 19_720),
};

/** Small batches: some kernel always runs, two thirds of the chip never do. */
const VISION: GpuLoad = {
  ...A10G,
  smActive: percent("office", 31, 39),
  tensorActive: percent("office", 9, 13),
  dramActive: percent("office", 18, 25),
  utilization: { shape: "flat", mean: 98, p995: 99.4, ceiling: 100, digits: 0 },
  memoryUsedMib: held(14_220, 14_400),
};

interface GpuSpec {
  readonly address: string;
  readonly name: string;
  readonly role: string;
  readonly instanceType: string;
  readonly zone: "a" | "b";
  readonly rootGb: number;
  readonly load: Load;
  readonly gpus: readonly GpuLoad[];
}

function gpuMachine({ rootGb, name, ...rest }: GpuSpec): GpuMachine {
  return {
    ...rest,
    name: `acme-prod-${name}`,
    ami: GPU_AMI,
    securityGroups: ["aws_security_group.internal"],
    root: { size: rootGb, type: "gp3", isEncrypted: true },
  };
}

/** The machines of gpu.tf. */
export const GPU_MACHINES: readonly GpuMachine[] = [
  gpuMachine({
    address: 'aws_instance.gpu["chat"]',
    name: "gpu-chat",
    role: "inference",
    instanceType: "g5.xlarge",
    zone: "a",
    rootGb: 200,
    load: {
      cpu: percent("web", 38, 71, 2),
      memory: heldMemory(66, 69),
      ...traffic("web", 300_000, 500_000),
    },
    gpus: [CHAT],
  }),
  gpuMachine({
    address: 'aws_instance.gpu["vision"]',
    name: "gpu-vision",
    role: "inference",
    instanceType: "g5.2xlarge",
    zone: "b",
    rootGb: 200,
    load: {
      cpu: percent("office", 44, 63, 2),
      memory: heldMemory(56, 61),
      ...traffic("office", 4_000_000, 200_000),
    },
    gpus: [VISION],
  }),
  gpuMachine({
    address: 'aws_instance.gpu["embed"]',
    name: "gpu-embed",
    role: "inference",
    instanceType: "g6.xlarge",
    zone: "a",
    rootGb: 200,
    load: {
      cpu: { shape: "flat", mean: 1.1, p995: 1.4 },
      memory: heldMemory(19, 19.8),
      ...SILENT_NETWORK,
    },
    gpus: [unused(L4, 6_912)],
  }),
  gpuMachine({
    address: "aws_instance.finetune",
    name: "finetune",
    role: "training",
    instanceType: "g5.12xlarge",
    zone: "a",
    rootGb: 300,
    load: {
      cpu: percent("training", 4.6, 6, 2),
      memory: heldMemory(7.4, 8),
      ...traffic("training", 600_000, 50_000),
    },
    gpus: [training(A10G, 16_940), unused(A10G, 4), unused(A10G, 4), unused(A10G, 4)],
  }),
  gpuMachine({
    address: "aws_instance.pretrain",
    name: "pretrain",
    role: "training",
    instanceType: "p4d.24xlarge",
    zone: "b",
    rootGb: 500,
    load: {
      cpu: percent("training", 34, 46, 2),
      memory: heldMemory(47, 49),
      ...traffic("training", 40_000_000, 38_000_000),
    },
    gpus: Array.from({ length: 8 }, () => training(A100, 36_870)),
  }),
];
