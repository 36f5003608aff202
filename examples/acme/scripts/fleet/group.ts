import type { Signal } from "../signal.ts";
import { BASE_AMI } from "./web.ts";

/** An Auto Scaling group with its launch template. */
export interface Group {
  readonly address: string;
  readonly templateAddress: string;
  readonly name: string;
  /** The Name tag of its members. */
  readonly memberName: string;
  readonly instanceType: string;
  readonly ami: string;
  readonly rootGb: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
  /** Mean over the group's instances, as CloudWatch gives it under AutoScalingGroupName. */
  readonly cpu: Signal;
  readonly memory?: Signal;
  /** Bytes per second of the whole group. */
  readonly network: Signal;
  /** Instances in service; a group that never moved has a constant. */
  readonly size: Signal;
}

/** Queue workers of workers.tf: eight since a Black Friday two years ago, and never a ninth. */
const WORKERS: Group = {
  address: "aws_autoscaling_group.workers",
  templateAddress: "aws_launch_template.workers",
  name: "acme-prod-workers",
  memberName: "acme-prod-worker",
  instanceType: "c5.2xlarge",
  ami: BASE_AMI,
  rootGb: 50,
  minimum: 8,
  maximum: 24,
  desired: 8,
  cpu: { shape: "office", mean: 9.4, p995: 17, floor: 1 },
  memory: { shape: "flat", mean: 34, p995: 38, digits: 1 },
  network: { shape: "office", mean: 3_100_000, p995: 6_000_000, floor: 200_000, digits: 0 },
  size: { shape: "flat", mean: 8, p995: 8, digits: 0 },
};

function pool(
  key: string,
  rest: Omit<Group, "address" | "templateAddress" | "name" | "memberName" | "ami" | "rootGb">,
): Group {
  const module = `module.pool["${key}"]`;
  return {
    address: `${module}.aws_autoscaling_group.this`,
    templateAddress: `${module}.aws_launch_template.this`,
    name: `acme-prod-${key}`,
    memberName: `acme-prod-${key}`,
    ami: BASE_AMI,
    rootGb: 50,
    ...rest,
  };
}

/** Six machines whatever happens, for work that two would carry. */
const RENDER = pool("render", {
  instanceType: "c5.2xlarge",
  minimum: 6,
  maximum: 6,
  desired: 6,
  cpu: { shape: "office", mean: 9.8, p995: 15, floor: 1 },
  memory: { shape: "flat", mean: 29, p995: 33, digits: 1 },
  network: { shape: "office", mean: 1_500_000, p995: 3_000_000, floor: 100_000, digits: 0 },
  size: { shape: "flat", mean: 6, p995: 6, digits: 0 },
});

/** What autoscaling is for: two at night, seven at the evening peak, and busy all the time. */
const EVENTS = pool("events", {
  instanceType: "m5.large",
  minimum: 2,
  maximum: 10,
  desired: 4,
  cpu: { shape: "web", mean: 51, p995: 72, floor: 12, ceiling: 97 },
  memory: { shape: "flat", mean: 58, p995: 63, digits: 1 },
  network: { shape: "web", mean: 2_400_000, p995: 7_000_000, floor: 150_000, digits: 0 },
  size: { shape: "steps", mean: 4.1, p995: 7, digits: 0 },
});

/** The Auto Scaling groups of workers.tf, in the root and in modules/worker-pool. */
export const GROUPS: readonly Group[] = [WORKERS, RENDER, EVENTS];
