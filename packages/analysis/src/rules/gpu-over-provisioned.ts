import type { MachineGpu, MachineType } from "@apex/catalog";
import type { Candidate } from "../rightsizing/choose.ts";
import { gpuLabel, isCompatible } from "../rightsizing/gpu-model.ts";
import { gpuRequirements } from "../rightsizing/gpu-requirements.ts";
import { type GpuUse, measureGpus } from "../rightsizing/gpu-use.ts";
import { isAllowed, isLicenceNoDearer } from "../rightsizing/machine-candidates.ts";
import type { Unchecked } from "../rightsizing/rightsize.ts";
import { GPU_RESOURCE_TYPES, type GpuMachine, gpuMachine, type GpuMachineType } from "./gpu-machine.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { sizeMachine } from "./size-machine.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * Instances, of EC2 and Compute Engine, with more or larger GPUs than their work takes: a type with enough GPUs for those that are used,
 * each with enough memory, compute and bandwidth. Never judged by the share of time in which any kernel ran alone.
 */
export const gpuOverProvisioned: Rule = {
  name: "gpu-over-provisioned",
  resourceTypes: GPU_RESOURCE_TYPES,
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const found = gpuMachine(context);
  if (found === undefined) return [];
  const { machine, hourly } = found;
  const gpus = measureGpus(machine.gpu, context);
  if (gpus.kind === "unknown") return abstain(gpus.reason);
  const { use } = gpus;
  if (use.usedParts.length === 0)
    return abstain("none of its GPUs is used; whether it is idle is gpu-idle's to say");
  const sized = sizeMachine(context, {
    machine,
    hourly,
    candidates: candidates(context, found, use),
    volumes: found.volumes,
    leading: gpuRequirements(context, machine.gpu, use),
    unchecked: (after) => uncheckedOf(machine, after),
  });
  if (sized.kind === "abstained") return abstain(sized.reason);
  const { option } = sized;
  const move = found.moveTo(option.machine);
  const draft = resizeDraft(context, {
    part: "machine",
    noun: "GPU instance",
    from: machine.name,
    hourlyNow: hourly,
    sized,
    count: 1,
    changes: move.changes,
    restart: move.restart,
    unknowns: found.unknowns,
    notes: [...move.notes, ...notesOf(machine.gpu, use)],
    netOf: found.netOf,
  });
  return proposeIfWorthwhile(context, draft);
}

/**
 * GPU types with as many GPUs as are used, on which the same programs start. Local disks may shrink, which is
 * said, but not vanish.
 */
function candidates(
  { policy }: RuleContext,
  now: GpuMachine,
  use: GpuUse,
): readonly Candidate<MachineType>[] {
  return now.types().flatMap((machine) => {
    const isCandidate =
      machine.gpu.count >= use.usedParts.length &&
      isCompatible(now.machine.gpu, machine.gpu) &&
      // GPUs that work together may live by the links between them, which no metric here shows.
      (use.usedParts.length < 2 || !hasGpuLinks(now.machine) || hasGpuLinks(machine)) &&
      machine.architecture === now.machine.architecture &&
      isAllowed(now.machine, machine, policy.candidates) &&
      isLicenceNoDearer(now.machine, machine, now.market) &&
      (now.machine.localNvmeGb === 0 || machine.localNvmeGb > 0);
    if (!isCandidate) return [];
    const hourly = now.priceOf(machine);
    if (hourly.kind === "unknown") return [];
    return [{ machine, name: machine.name, hourly: hourly.value, effort: now.effortTo(machine) }];
  });
}

/**
 * Sources: EC2 user guide, "Accelerated computing": the P families from P3 on join their GPUs by NVLink, G families do not; Compute
 * Engine documentation, "GPU machine types": A families and V100s are joined.
 */
function hasGpuLinks({ gpu, family, provider }: GpuMachineType): boolean {
  if (gpu.count < 2) return false;
  return provider === "aws" ? /^p[3-9]/.test(family) : /^a\d/.test(family) || gpu.name === "v100";
}

function uncheckedOf(now: GpuMachineType, after: MachineType): readonly Unchecked[] {
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
