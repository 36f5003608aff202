import { assert, type DimensionEvidence, type MetricName, type RiskLevel } from "@apex/core";
import type { Policy } from "../policy/policy.ts";
import { confidenceCap, confidenceOf } from "../rightsizing/confidence.ts";
import { demandFor } from "../rightsizing/demand-for.ts";
import { type Levels, type MachineLoad, SLOT_MS } from "../rightsizing/gpu-load.ts";
import { gpuLabel } from "../rightsizing/gpu-model.ts";
import { packMachines, sumOf } from "../rightsizing/gpu-packing.ts";
import { type ChosenMode, sharingMode } from "../rightsizing/gpu-sharing-mode.ts";
import { historyShortfall } from "../rightsizing/rightsize.ts";
import { highestRisk, riskOf, UNCHECKED_RISK } from "../rightsizing/risk.ts";
import { type Demand, seenOf } from "../utilization/demand.ts";
import { lookBackWindow, type Reading } from "../utilization/series.ts";
import type { PooledGpus } from "./gpu-pool.ts";
import type { RuleContext } from "./rule.ts";

/** What pools are judged by. */
export type PoolContext = Pick<RuleContext, "policy" | "window">;

/** A machine of a pool with its load. */
export interface PoolMachine<Item> {
  readonly item: Item;
  readonly load: MachineLoad;
}

/** Fewer machines that hold the work of all, with what that rests on; or why there are none. */
export type PoolSharing<Item> =
  | {
      readonly kind: "shared";
      /** Machines that stay, each with those whose work comes to it. */
      readonly carriers: readonly { readonly stays: Item; readonly moved: readonly Item[] }[];
      readonly freed: number;
      readonly mode: ChosenMode;
      readonly dimensions: readonly DimensionEvidence[];
      readonly risk: RiskLevel;
      readonly confidence: number;
      readonly confidenceFactors: Readonly<Record<string, number>>;
      readonly coverage: number;
      readonly days: number;
      readonly notes: readonly string[];
      readonly unknowns: readonly string[];
    }
  | { readonly kind: "not-shared"; readonly reason: string };

/** Judges the machines of one pool, all of one type. */
export function sharePool<Item>(
  machines: readonly PoolMachine<Item>[],
  { gpu, owner }: Pick<PooledGpus, "gpu" | "owner">,
  context: PoolContext,
): PoolSharing<Item> {
  const { policy } = context;
  const { memoryGib: gpuMemoryGib } = gpu;
  const [first] = machines;
  if (first === undefined || gpuMemoryGib === undefined)
    return notShared(`the memory of a ${gpuLabel(gpu)} is not in the catalogue`);
  const limits = { sizing: policy.sizing, gpuMemoryGib, itemsMax: policy.sharing.maximumPerGpu };
  const packed = packMachines(machines, limits).flatMap(({ items }) =>
    holdsWeekly(items, context) ? [items] : items.map((one) => [one]),
  );
  const bins = atLeast(fewestMachines(policy, owner), packed);
  const freed = machines.length - bins.length;
  if (freed === 0)
    return notShared(`no two of its pool's ${machines.length} machines hold each other's work with headroom`);
  const judged = evidenceOf(machines, bins, { gpuMemoryGib, label: gpuLabel(gpu) }, context);
  if (judged.kind === "unknown") return notShared(judged.reason);
  const shared = bins.filter(({ length }) => length > 1);
  const mode = sharingMode(gpu, cardsOf(shared), policy.sizing);
  const unknowns = unknownsOf(shared, first.load.computeMetric, mode);
  const risk = highestRisk([judged.risk, unknowns.unmeasured > 0 ? UNCHECKED_RISK : 0]);
  if (risk > policy.sizing.maximumRisk)
    return notShared(
      `${bins.length} of its pool's ${machines.length} machines would run short too often (risk ${risk})`,
    );
  const coverage = Math.min(...machines.map(({ load }) => load.coverage));
  const { confidence, factors } = confidenceOf({
    coverage,
    days: judged.days,
    knownDimensions: NEEDED_DIMENSIONS - unknowns.unmeasured,
    neededDimensions: NEEDED_DIMENSIONS,
    stability: judged.stability,
    cap: confidenceCap(risk),
  });
  return {
    kind: "shared",
    carriers: bins.map(([stays, ...moved]) => {
      assert(stays !== undefined, "a machine that carries nothing");
      return { stays: stays.item, moved: moved.map(({ item }) => item) };
    }),
    freed,
    mode,
    dimensions: judged.dimensions,
    risk,
    confidence,
    confidenceFactors: factors,
    coverage,
    days: judged.days,
    notes: [...judged.notes, `By ${mode.mode}: ${mode.reason}`],
    unknowns: unknowns.texts,
  };
}

/** SM activity, memory bandwidth, GPU memory, CPU, memory, network. */
const NEEDED_DIMENSIONS = 6;

/** The loads that share each card. */
export function cardsOf<Item>(shared: readonly (readonly PoolMachine<Item>[])[]) {
  return shared.flatMap((machines) =>
    (machines[0]?.load.gpus ?? []).map((_, index) => machines.flatMap(({ load }) => load.gpus[index] ?? [])),
  );
}

/** Whether peaks that come back every week, and levels that have risen lately, fit too. */
export function holdsWeekly<Item>(machines: readonly PoolMachine<Item>[], context: PoolContext): boolean {
  if (machines.length < 2) return true;
  return cardsOf([machines]).every((loads) => {
    const demand = demandIn(
      sumOf(loads.map(({ activity }) => activity)),
      machines.map(({ load }) => load),
      {
        percentile: context.policy.sizing.gpuPercentile,
        headroom: context.policy.sizing.gpuHeadroom,
        capacity: 100,
      },
      context,
    );
    return demand.kind === "measured" && demand.demand.need <= 100;
  });
}

interface Judged {
  readonly kind: "known";
  readonly dimensions: readonly DimensionEvidence[];
  readonly risk: RiskLevel;
  readonly stability: number;
  readonly days: number;
  readonly notes: readonly string[];
}

/** What the pool asks for as a whole, moment by moment, against what it has and what is left; the risk is that of the fullest GPU. */
function evidenceOf<Item>(
  machines: readonly PoolMachine<Item>[],
  bins: readonly (readonly PoolMachine<Item>[])[],
  { gpuMemoryGib, label }: { readonly gpuMemoryGib: number; readonly label: string },
  context: PoolContext,
): Judged | { readonly kind: "unknown"; readonly reason: string } {
  const { sizing } = context.policy;
  const loads = machines.map(({ load }) => load);
  const cards = loads[0]?.gpus.length ?? 1;
  const counts = { now: machines.length * cards, after: bins.length * cards };
  const activities = loads.flatMap(({ gpus }) => gpus.map(({ activity }) => activity));
  const question = {
    percentile: sizing.gpuPercentile,
    headroom: sizing.gpuHeadroom,
    capacity: 100 * counts.now,
  };
  const known = demandIn(sumOf(activities), loads, question, context);
  if (known.kind !== "measured")
    return { kind: "unknown", reason: known.kind === "unknown" ? known.reason : known.note };
  const { demand } = known;
  const shortfall = historyShortfall(demand, context.policy);
  if (shortfall !== undefined) return { kind: "unknown", reason: shortfall };
  const exceedance = Math.max(
    0,
    ...cardsOf(bins).map((card) => shareAbove(card.map(({ activity }) => activity))),
  );
  const compute = lineOf(demand, {
    dimension: "gpu-compute",
    unit: `% of one ${label}, in the pool`,
    capacityNow: 100 * counts.now,
    capacityAfter: 100 * counts.after,
    exceedance,
  });
  const memory = memoryLine(compute, loads, { sizing, gpuMemoryGib, ...counts });
  const dimensions = [compute, memory, ...cpuLine(machines, bins, context)];
  return {
    kind: "known",
    dimensions,
    risk: highestRisk(dimensions.map(({ risk }) => risk)),
    stability: demand.stabilityAt(100 * counts.after),
    days: demand.days,
    notes: [
      `${gpuText(counts.now, label)} did the work of ${(demand.demand / 100).toFixed(1)} at their busiest together (${demand.label} of the sum over time)`,
      ...demand.notes,
    ],
  };
}

/** GPU memory as the sum of what each held at most: what is full at different times is not told apart. */
function memoryLine(
  compute: DimensionEvidence,
  loads: readonly MachineLoad[],
  given: {
    readonly sizing: Policy["sizing"];
    readonly gpuMemoryGib: number;
    readonly now: number;
    readonly after: number;
  },
): DimensionEvidence {
  const { sizing, gpuMemoryGib, now, after } = given;
  const held = loads.flatMap(({ gpus }) => gpus.map((one) => one.memoryGib)).reduce((a, b) => a + b, 0);
  return {
    ...compute,
    dimension: "gpu-memory",
    metric: "gpu_memory_used_bytes",
    statistic: "maximum",
    percentile: "sum of the maxima",
    demand: held,
    maximum: held,
    unit: "GiB in the pool",
    need: held / (1 - sizing.gpuMemoryHeadroom),
    headroom: sizing.gpuMemoryHeadroom,
    capacityNow: gpuMemoryGib * now,
    capacityAfter: gpuMemoryGib * after,
    exceedance: 0,
    risk: 0,
  };
}

function cpuLine<Item>(
  machines: readonly PoolMachine<Item>[],
  bins: readonly (readonly PoolMachine<Item>[])[],
  context: PoolContext,
): readonly DimensionEvidence[] {
  const { sizing } = context.policy;
  const loads = machines.map(({ load }) => load);
  const cpu = demandIn(
    sumOf(loads.map((load) => load.cpu)),
    loads,
    { percentile: sizing.cpuPercentile, headroom: sizing.cpuHeadroom, capacity: 100 * machines.length },
    context,
  );
  if (cpu.kind !== "measured") return [];
  return [
    lineOf(cpu.demand, {
      dimension: "cpu",
      metric: "cpu_percent",
      unit: "% of one machine, in the pool",
      capacityNow: 100 * machines.length,
      capacityAfter: 100 * bins.length,
      exceedance: Math.max(0, ...bins.map((bin) => shareAbove(bin.map(({ load }) => load.cpu)))),
    }),
  ];
}

function gpuText(count: number, label: string): string {
  return `${count} ${label}${count === 1 ? "" : "s"}`;
}

/** What the sum of several loads asks for, in percent of what one of them has. */
export function demandIn(
  values: Float64Array,
  loads: readonly MachineLoad[],
  question: { readonly percentile: number; readonly headroom: number; readonly capacity: number },
  context: PoolContext,
) {
  const [load] = loads;
  const span = lookBackWindow(context.window, context.policy.lookBack.days);
  const reading: Reading = {
    metric: load?.computeMetric ?? "gpu_sm_active_percent",
    part: undefined,
    statistic: load?.statistic ?? "average",
    periodMs: SLOT_MS,
    timestampsMs: Float64Array.from(values, (_, slot) => span.startMs + slot * SLOT_MS),
    values,
    coverage: Math.min(...loads.map(({ coverage }) => coverage)),
    days: Math.min(...loads.map(({ days }) => days)),
  };
  return demandFor({ kind: "measured", reading }, { ...question, change: (value) => value }, context);
}

function lineOf(
  demand: Demand,
  over: Pick<DimensionEvidence, "dimension" | "unit" | "capacityNow" | "capacityAfter"> & {
    readonly exceedance: number;
    readonly metric?: MetricName;
  },
): DimensionEvidence {
  return {
    ...seenOf(demand),
    need: demand.need,
    headroom: demand.headroom,
    risk: riskOf(over.exceedance),
    ...over,
  };
}

/** The share of moments in which a sum is above what one has. */
function shareAbove(all: readonly Levels[]): number {
  const sum = sumOf(all);
  if (sum.length === 0) return 0;
  return sum.reduce((count, value) => (value > 100 ? count + 1 : count), 0) / sum.length;
}

/** CUDA's MPS documentation: clients of one device from Volta on. */
const MPS_CLIENTS_MAX = 48;

/** What was not seen or not considered, and how many of the dimensions were not. */
export function unknownsOf<Item>(
  shared: readonly (readonly PoolMachine<Item>[])[],
  computeMetric: MetricName,
  { mode }: ChosenMode,
): { readonly texts: readonly string[]; readonly unmeasured: number } {
  const loads = shared.flat().map(({ load }) => load);
  const bursts = cardsOf(shared).map((card) =>
    card.reduce((sum, { burst }) => sum + (burst ?? Number.NaN), 0),
  );
  const worst = Math.max(...bursts);
  const unmeasured = [
    ...(computeMetric === "gpu_busy_percent"
      ? [
          "SM activity: not measured; GPU utilisation stands in for it, which says that something ran, not how much",
        ]
      : []),
    ...(loads.some(({ gpus }) => gpus.some(({ bandwidth }) => bandwidth === undefined))
      ? ["memory bandwidth of the GPUs: not measured"]
      : []),
    ...(loads.some(({ network }) => network === undefined) ? ["network: not measured"] : []),
  ];
  return {
    unmeasured: unmeasured.length,
    texts: [
      ...unmeasured,
      ...(Number.isFinite(worst)
        ? [
            `latency: if the bursts within five minutes all met, they would ask for ${Math.round(worst)} % of a GPU`,
          ]
        : ["latency: bursts shorter than five minutes were not seen"]),
      mode === "MIG"
        ? "isolation: cutting a GPU takes it out of use for the time; a slice is fixed, and lends nothing to the others"
        : "isolation: whoever shares a GPU shares its faults and its memory, of which any one can take all",
      ...(mode === "MPS" ? [`CUDA MPS: ${MPS_CLIENTS_MAX} clients on one GPU at most, of one user`] : []),
      "locality: local disks, links between GPUs (NVLink) and what must not run together are not in the metrics",
    ],
  };
}

function notShared(reason: string): { readonly kind: "not-shared"; readonly reason: string } {
  return { kind: "not-shared", reason };
}

/** Takes from the fullest machines until there are so many, or as many as items. */
function atLeast<Item>(count: number, bins: readonly (readonly Item[])[]): readonly (readonly Item[])[] {
  const spread = bins.map((bin) => [...bin]);
  while (spread.length < count) {
    const fullest = spread.reduce((most, bin) => (bin.length > most.length ? bin : most), spread[0] ?? []);
    const moved = fullest.length > 1 ? fullest.pop() : undefined;
    if (moved === undefined) break;
    spread.push([moved]);
  }
  return spread;
}

/** How many machines a pool keeps at least: what somebody keeps several of may need them to fail over. */
function fewestMachines(policy: Policy, owner: PooledGpus["owner"]): number {
  return owner.kind === "nobody" ? 1 : policy.autoscaling.minimumInstances;
}
