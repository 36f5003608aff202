import type { JsonObject } from "./json.ts";

/** The Terraform types that become containers in the sandbox. */
export const COMPUTE_TYPES = [
  "aws_instance",
  "aws_autoscaling_group",
  "aws_ecs_service",
  "google_compute_instance",
  "google_compute_instance_group_manager",
  "google_compute_region_instance_group_manager",
] as const;

/** One of {@link COMPUTE_TYPES}. */
export type ComputeType = (typeof COMPUTE_TYPES)[number];

/** A compute resource of an applied configuration: so many equal machines that serve one load. */
export interface ComputeService {
  readonly address: string;
  readonly type: ComputeType;
  /** "m5.xlarge", "e2-standard-4", "fargate 1024/2048": what the report calls the machine. */
  readonly machineType: string;
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly gpus: number;
  /** How many of them run; at least 1. */
  readonly count: number;
  /**
   * One vCPU's speed over that of the same core elsewhere (CoreMark per vCPU of the catalogue); `null` is unknown. Only the
   * ratio of two machines is ever used.
   */
  readonly vcpuSpeed: number | null;
  /**
   * vCPUs that one machine may use without end, where that is less than it has: the baseline of a burstable type, beyond which it
   * spends credits. Absent: all of them.
   */
  readonly sustainedVcpus?: number;
}

/** One resource instance of an applied state, decoded. */
export interface AppliedResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly values: JsonObject;
}
