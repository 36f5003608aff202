import type { Signal } from "../signal.ts";
import { BASE_AMI } from "./web.ts";

/** An Auto Scaling group with its launch template. */
export interface Group {
  readonly address: string;
  readonly templateAddress: string;
  readonly name: string;
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

export const GROUPS: readonly Group[] = [WORKERS];
