import type { MachineGpu, MachineType } from "@apex/catalog";
import { compareDecimals } from "@apex/core";
import type { Candidate } from "../rightsizing/choose.ts";
import { type MachineLoad, machineLoad } from "../rightsizing/gpu-load.ts";
import { gpuLabel } from "../rightsizing/gpu-model.ts";
import { packMachines, sumOf } from "../rightsizing/gpu-packing.ts";
import { sharingMode } from "../rightsizing/gpu-sharing-mode.ts";
import { measureGpus } from "../rightsizing/gpu-use.ts";
import { isAllowed } from "../rightsizing/machine-candidates.ts";
import type { Requirement } from "../rightsizing/requirement.ts";
import { GPU_RESOURCE_TYPES, type GpuMachine, gpuMachine } from "./gpu-machine.ts";
import { gpuOverProvisioned } from "./gpu-over-provisioned.ts";
import { cardsOf, demandIn, holdsWeekly, unknownsOf } from "./gpu-pool-sharing.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { sizeMachine } from "./size-machine.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * Instances, of EC2 and Compute Engine, whose GPUs are each used lightly: a type with fewer of the same GPUs, on which their programs share. Fleets of
 * machines are judged together, once all are known (`gpu-pools.ts`).
 */
export const gpuSharing: Rule = { name: "gpu-sharing", resourceTypes: GPU_RESOURCE_TYPES, judge };

/** One GPU of the machine, as if it were a machine with nothing else. */
interface OneGpu {
  readonly item: number;
  readonly load: MachineLoad;
}

function judge(context: RuleContext): readonly Judgement[] {
  const found = gpuMachine(context);
  // What cannot be read or measured is said by ec2-idle or gce-idle, and gpu-over-provisioned, once.
  if (found === undefined || found.machine.gpu.count < 2) return [];
  const { machine, hourly } = found;
  const { gpu } = machine;
  const measured = machineLoad(machine, context);
  const gpus = measureGpus(gpu, context);
  if (measured.kind === "unknown" || gpus.kind === "unknown" || gpu.memoryGib === undefined) return [];
  const { use } = gpus;
  const parts = [...use.highestGib.keys()].toSorted();
  const used = measured.load.gpus.flatMap((one, index): readonly OneGpu[] =>
    use.usedParts.includes(parts[index] ?? "")
      ? [{ item: index, load: aloneWith(measured.load, index) }]
      : [],
  );
  const cards = packMachines(used, {
    sizing: context.policy.sizing,
    gpuMemoryGib: gpu.memoryGib,
    itemsMax: context.policy.sharing.maximumPerGpu,
  }).flatMap(({ items }) => (holdsWeekly(items, context) ? [items] : items.map((one) => [one])));
  if (cards.length >= used.length)
    return abstain("no two of its GPUs hold each other's work with headroom", true);
  const shared = cards.filter(({ length }) => length > 1);
  const mode = sharingMode(gpu, cardsOf(shared), context.policy.sizing);
  const unknowns = unknownsOf(shared, use.computeMetric, mode);
  const sized = sizeMachine(context, {
    machine,
    hourly,
    candidates: candidates(context, found, cards.length),
    volumes: found.volumes,
    leading: cards.map((card) => computeOf(card, gpu, context)),
    unchecked: (after) => (after.localNvmeGb < machine.localNvmeGb ? [LOCAL_DISKS] : []),
  });
  if (sized.kind === "abstained") return abstain(sized.reason, true);
  const move = found.moveTo(sized.option.machine);
  const draft = resizeDraft(context, {
    part: "machine",
    noun: "GPU instance",
    from: machine.name,
    hourlyNow: hourly,
    sized,
    count: 1,
    changes: move.changes,
    restart: move.restart,
    unknowns: [...found.unknowns, ...unknowns.texts],
    notes: [
      ...move.notes,
      `The work of ${used.length} ${gpuLabel(gpu)}s fits on ${cards.length}, which the programs then share by ${mode.mode}: ${mode.reason}`,
      "Its programs have to be told to use fewer GPUs before the change",
    ],
    netOf: found.netOf,
  });
  const without = gpuOverProvisioned.judge(context).find(({ kind }) => kind === "proposed");
  if (
    without?.kind === "proposed" &&
    compareDecimals(without.draft.monthlySavings.list, draft.monthlySavings.list) >= 0
  )
    return abstain(`${without.draft.to} saves as much without sharing`, true);
  const summary = `The ${used.length} GPUs that ${machine.name} uses are used lightly; ${sized.option.name} holds their work on ${cards.length} shared by ${mode.mode}`;
  const changed = { action: "share-gpus", effort: "medium", summary } as const;
  return proposeIfWorthwhile(context, { ...draft, ...changed });
}

const LOCAL_DISKS = {
  name: "local disks",
  reason:
    "they become smaller; how much of them is used is not measured, and what they hold is lost on the change",
};

function aloneWith(load: MachineLoad, index: number): MachineLoad {
  const none = new Uint8Array(load.cpu.length);
  // Memory bandwidth and network of the host are the same machine's before and after.
  return { ...load, gpus: load.gpus.slice(index, index + 1), cpu: none, memory: 0, network: [none, none] };
}

/** What one shared card carries, against a card of the same model. */
function computeOf(card: readonly OneGpu[], gpu: MachineGpu, context: RuleContext): Requirement<MachineType> {
  const { sizing } = context.policy;
  const loads = card.map(({ load }) => load);
  return {
    dimension: "gpu-compute",
    unit: `% of one ${gpuLabel(gpu)}`,
    demand: demandIn(
      sumOf(loads.flatMap(({ gpus }) => gpus.map(({ activity }) => activity))),
      loads,
      { percentile: sizing.gpuPercentile, headroom: sizing.gpuHeadroom, capacity: 100 },
      context,
    ),
    capacityOf: (machine) => (machine.gpu?.name === gpu.name ? 100 : null),
    isTodayEnough: card.length === 1,
  };
}

/** Types with fewer of the same whole GPUs. */
function candidates(
  { policy }: RuleContext,
  now: GpuMachine,
  cards: number,
): readonly Candidate<MachineType>[] {
  const { gpu } = now.machine;
  return now.types().flatMap((machine) => {
    const isCandidate =
      machine.gpu.name === gpu.name &&
      machine.gpu.share === gpu.share &&
      machine.gpu.memoryGib === gpu.memoryGib &&
      machine.gpu.count >= cards &&
      machine.gpu.count < gpu.count &&
      machine.architecture === now.machine.architecture &&
      isAllowed(now.machine, machine, policy.candidates) &&
      (now.machine.localNvmeGb === 0 || machine.localNvmeGb > 0);
    if (!isCandidate) return [];
    const hourly = now.priceOf(machine);
    if (hourly.kind === "unknown") return [];
    return [{ machine, name: machine.name, hourly: hourly.value, effort: "low" as const }];
  });
}
