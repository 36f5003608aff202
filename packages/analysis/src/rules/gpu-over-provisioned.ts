import { type MachineGpu, type MachineType, machineTypes } from "@apex/catalog";
import type { MigrationEffort } from "@apex/core";
import { attachedPerformance } from "../fleet/volume.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { gpuLabel, isCompatible } from "../rightsizing/gpu-model.ts";
import { gpuRequirements } from "../rightsizing/gpu-requirements.ts";
import { type GpuUse, measureGpus } from "../rightsizing/gpu-use.ts";
import { hourlyPrice, isAllowed, type Market } from "../rightsizing/machine-candidates.ts";
import type { Unchecked } from "../rightsizing/rightsize.ts";
import { ec2Machine } from "./ec2-machine.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { sizeMachine } from "./size-machine.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * EC2 instances with more or larger GPUs than their work takes: a type with enough GPUs for those that are used,
 * each with enough memory, compute and bandwidth. Never judged by the share of time in which any kernel ran alone.
 */
export const gpuOverProvisioned: Rule = {
  name: "gpu-over-provisioned",
  resourceTypes: ["aws_instance"],
  judge,
};

type GpuMachine = MachineType & { readonly gpu: MachineGpu };

function judge(context: RuleContext): readonly Judgement[] {
  const found = ec2Machine(context);
  // What cannot be read at all is ec2-idle's to say, once.
  if (found.kind === "refused" || !hasGpu(found.machine)) return [];
  const { machine, hourly } = found;
  const { resource } = context;
  const gpus = measureGpus(machine.gpu, context);
  if (gpus.kind === "unknown") return abstain(gpus.reason);
  const { use } = gpus;
  if (use.usedParts.length === 0)
    return abstain("none of its GPUs is used; whether it is idle is gpu-idle's to say");
  const sized = sizeMachine(context, {
    machine,
    hourly,
    candidates: candidates(context, { machine, market: found.market, use }),
    volumes: attachedPerformance(context.fleet, resource),
    leading: gpuRequirements(context, machine.gpu, use),
    unchecked: (after) => uncheckedOf(machine, after),
  });
  if (sized.kind === "abstained") return abstain(sized.reason);
  const draft = resizeDraft(context, {
    part: "machine",
    noun: "GPU instance",
    from: machine.name,
    hourlyNow: hourly,
    sized,
    count: 1,
    changes: setAttribute(resource, ["instance_type"], { from: machine.name, to: sized.option.name }),
    restart: "the instance is stopped and started",
    unknowns: found.unknowns,
    notes: notesOf(machine.gpu, use),
  });
  return proposeIfWorthwhile(context, draft);
}

function hasGpu(machine: MachineType): machine is GpuMachine {
  return machine.gpu !== undefined;
}

/**
 * GPU types with as many GPUs as are used, on which the same programs start. Local disks may shrink, which is
 * said, but not vanish.
 */
function candidates(
  { policy }: RuleContext,
  now: { readonly machine: GpuMachine; readonly market: Market; readonly use: GpuUse },
): readonly Candidate<MachineType>[] {
  return machineTypes("aws").flatMap((machine) => {
    const isCandidate =
      hasGpu(machine) &&
      machine.gpu.count >= now.use.usedParts.length &&
      isCompatible(now.machine.gpu, machine.gpu) &&
      // GPUs that work together may live by the links between them, which no metric here shows.
      (now.use.usedParts.length < 2 || !hasGpuLinks(now.machine) || hasGpuLinks(machine)) &&
      machine.architecture === now.machine.architecture &&
      isAllowed(now.machine, machine, policy.candidates) &&
      (now.machine.localNvmeGb === 0 || machine.localNvmeGb > 0);
    if (!isCandidate) return [];
    const hourly = hourlyPrice(machine, now.market);
    if (hourly.kind === "unknown") return [];
    return [{ machine, name: machine.name, hourly: hourly.value, effort: gpuEffort(now.machine, machine) }];
  });
}

/** Source: EC2 user guide, "Accelerated computing": the P families from P3 on join their GPUs by NVLink, G families do not. */
function hasGpuLinks(machine: GpuMachine): boolean {
  return machine.gpu.count > 1 && /^p[3-9]/.test(machine.family);
}

/** A part of a GPU takes NVIDIA's GRID driver in place of the data-centre one: other images. */
function gpuEffort(now: GpuMachine, after: GpuMachine): MigrationEffort {
  if ((now.gpu.share ?? 1) !== (after.gpu.share ?? 1)) return "medium";
  return now.gpu.name === after.gpu.name ? "very-low" : "low";
}

function uncheckedOf(now: GpuMachine, after: MachineType): readonly Unchecked[] {
  const unchecked: Unchecked[] = [];
  if (after.localNvmeGb < now.localNvmeGb) {
    unchecked.push({
      name: "local disks",
      reason: `${now.localNvmeGb} GB become ${after.localNvmeGb} GB; how much of them is used is not measured, and what they hold is lost on the change`,
    });
  }
  if (after.gpu !== undefined && after.gpu.name !== now.gpu.name) {
    const name = gpuLabel(after.gpu);
    unchecked.push({ name: `speed on ${name}`, reason: "compared by data sheet, not measured" });
  }
  return unchecked;
}

function notesOf(gpu: MachineGpu, use: GpuUse): readonly string[] {
  const used = [
    `GPUs used: ${use.usedParts.length} of ${gpu.count}`,
    ...(use.usesTensor ? [] : ["Its tensor cores were not used: other GPUs are compared by FP32 alone"]),
  ];
  if (use.computeMetric !== "gpu_busy_percent") return used;
  return [
    ...used,
    "SM activity is not measured; GPU utilisation stands in for it, which says that something ran, not how much",
  ];
}
