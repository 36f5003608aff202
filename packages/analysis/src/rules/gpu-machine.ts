import { type MachineGpu, type MachineType, machineTypes } from "@apex/catalog";
import type { Decimal, IntendedChange, Known, MigrationEffort, MonthlySavings } from "@apex/core";
import { attachedPerformance, type VolumePerformance } from "../fleet/volume.ts";
import type { Idleness } from "../idle/idleness.ts";
import { hourlyPrice, type Market } from "../rightsizing/machine-candidates.ts";
import { ec2Machine } from "./ec2-machine.ts";
import { stopEc2 } from "./ec2-stop.ts";
import { gceGpuMachine } from "./gce-gpu-machine.ts";
import type { Judgement, RuleContext } from "./rule.ts";
import { setAttribute } from "./worthwhile.ts";

/** A machine type with GPUs. */
export type GpuMachineType = MachineType & { readonly gpu: MachineGpu };

/** What a machine becomes, and how. */
export interface GpuMove {
  /** Empty where Terraform cannot make the change without making the machine anew. */
  readonly changes: readonly IntendedChange[];
  readonly restart: string;
  readonly notes: readonly string[];
}

/** A machine with GPUs of either cloud, and what can be done with it. */
export interface GpuMachine {
  readonly machine: GpuMachineType;
  readonly market: Market;
  /** USD. */
  readonly hourly: Decimal;
  readonly unknowns: readonly string[];
  readonly volumes: VolumePerformance | undefined;
  /** Every type with GPUs that the cloud has, and the present one's rivals where the cloud puts them together itself. */
  readonly types: () => readonly GpuMachineType[];
  /** USD an hour of another type; unknown for what is not to be proposed in its place. */
  readonly priceOf: (machine: GpuMachineType) => Known<Decimal>;
  readonly effortTo: (machine: GpuMachineType) => MigrationEffort;
  readonly moveTo: (machine: MachineType) => GpuMove;
  readonly stop: (idleness: Idleness & { readonly kind: "idle" }) => readonly Judgement[];
  /** Savings after what the cloud gives for use alone. */
  readonly netOf: (
    savings: MonthlySavings,
    after: { machine: MachineType; hourly: Decimal },
  ) => MonthlySavings;
}

/** Terraform types that are machines with GPUs or without. */
export const GPU_RESOURCE_TYPES = ["aws_instance", "google_compute_instance"] as const;

/** The GPU machine of a context; `undefined` for others, and for what cannot be read, which ec2-idle and gce-idle say once. */
export function gpuMachine(context: RuleContext): GpuMachine | undefined {
  return context.resource.type === "aws_instance" ? ec2GpuMachine(context) : gceGpuMachine(context);
}

/** Whether a type has GPUs. */
function hasGpu(machine: MachineType): machine is GpuMachineType {
  return machine.gpu !== undefined;
}

function ec2GpuMachine(context: RuleContext): GpuMachine | undefined {
  const found = ec2Machine(context);
  if (found.kind === "refused" || !hasGpu(found.machine)) return undefined;
  const { machine, hourly, market, unknowns } = found;
  const { resource, fleet } = context;
  return {
    machine,
    market,
    hourly,
    unknowns,
    volumes: attachedPerformance(fleet, resource),
    types: () => machineTypes("aws").filter(hasGpu),
    priceOf: (after) => hourlyPrice(after, market),
    effortTo: (after) => gpuEffort(machine, after),
    moveTo: (after) => ({
      changes: setAttribute(resource, ["instance_type"], { from: machine.name, to: after.name }),
      restart: "the instance is stopped and started",
      notes: [],
    }),
    stop: (idleness) => stopEc2(context, { ...found, idleness }),
    netOf: (savings) => savings,
  };
}

/** A part of a GPU takes NVIDIA's GRID driver in place of the data-centre one: other images. */
function gpuEffort(now: GpuMachineType, after: GpuMachineType): MigrationEffort {
  if ((now.gpu.share ?? 1) !== (after.gpu.share ?? 1)) return "medium";
  return now.gpu.name === after.gpu.name ? "very-low" : "low";
}
