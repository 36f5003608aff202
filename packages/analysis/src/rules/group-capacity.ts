import type { MachineType } from "@apex/catalog";
import { assert, type DimensionEvidence, type UtilizationProfile } from "@apex/core";
import type { ScalingGroup } from "../fleet/group.ts";
import { confidenceCap, confidenceOf } from "../rightsizing/confidence.ts";
import { demandFor } from "../rightsizing/demand-for.ts";
import { highestRisk, riskOf, UNCHECKED_RISK } from "../rightsizing/risk.ts";
import type { KnownDemand } from "../rightsizing/requirement.ts";
import { historyShortfall } from "../rightsizing/rightsize.ts";
import { distributionOf } from "../statistics/distribution.ts";
import type { Demand } from "../utilization/demand.ts";
import { type MetricReading, readMetric } from "../utilization/series.ts";
import { type GroupIo, groupIo } from "./group-io.ts";
import type { RuleContext } from "./rule.ts";

/** How many instances a group needs at its busiest, or why that cannot be said. */
export type GroupNeed =
  | {
      readonly kind: "needed";
      /** Whole instances that hold the demand with headroom. */
      readonly instances: number;
      /** Fewest and most that were in service in the look-back. */
      readonly inService: { readonly fewest: number; readonly most: number };
      readonly cpu: Demand;
      readonly memory: Demand | undefined;
      readonly io: GroupIo;
      readonly unknowns: readonly string[];
      readonly notes: readonly string[];
    }
  | { readonly kind: "unknown"; readonly reason: string };

type Group = ScalingGroup & { readonly kind: "group" };

/**
 * The work of a group in instances: its CPU share times the instances in service, and its memory likewise, as if
 * all of it moved with the work, which is the careful reading. Where memory is not measured no more than half of
 * the instances may go.
 */
export function groupNeed(context: RuleContext, group: Group): GroupNeed {
  const { profile, window, policy } = context;
  const { sizing, lookBack, autoscaling } = policy;
  const sizeReading = readMetric(profile, { metric: "asg_in_service_instances" }, window, lookBack);
  const fewestReading = readMetric(
    profile,
    { metric: "asg_in_service_instances", extreme: "low" },
    window,
    lookBack,
  );
  const inService = rangeOf(sizeReading, fewestReading);
  if (inService === undefined) {
    return {
      kind: "unknown",
      reason: sizeReading.kind === "unusable" ? sizeReading.reason : "its size is not measured",
    };
  }
  const inInstances = (percent: number): number => (percent * inService.most) / 100;
  const question = { capacity: inService.most, change: inInstances };
  const cpuTarget = group.cpuTargetPercent === undefined ? 1 : group.cpuTargetPercent / 100;
  const cpu = demandFor(
    // The mean over the members is exact for the work of the whole, unlike their maximum.
    readMetric(withoutMaxima(context), { metric: "cpu_percent" }, window, lookBack),
    { ...question, percentile: sizing.cpuPercentile, headroom: Math.max(sizing.cpuHeadroom, 1 - cpuTarget) },
    context,
  );
  if (cpu.kind !== "measured")
    return { kind: "unknown", reason: cpu.kind === "unknown" ? cpu.reason : cpu.note };
  const shortfall = historyShortfall(cpu.demand, policy);
  if (shortfall !== undefined) return { kind: "unknown", reason: shortfall };
  const memory = demandFor(
    readMetric(withoutMaxima(context), { metric: "memory_used_percent" }, window, lookBack),
    { ...question, percentile: 100, headroom: sizing.memoryHeadroom },
    context,
  );
  const memoryNeed = memory.kind === "measured" ? memory.demand.need : inService.most / 2;
  const io = groupIo(context, group, inService.most);
  const instances = Math.max(
    autoscaling.minimumInstances,
    Math.ceil(cpu.demand.need),
    Math.ceil(memoryNeed),
    io.instances,
    1,
  );
  return {
    kind: "needed",
    instances,
    inService,
    cpu: cpu.demand,
    memory: memory.kind === "measured" ? memory.demand : undefined,
    io,
    unknowns: unknownsOf(memory, io),
    notes: notesOf(cpu.demand, group),
  };
}

/**
 * Why the sizes of a group do not tell its need: fewer than its floor were seen at a time, so some are not measured, or were never
 * there to be saved. `undefined` when all were.
 */
export function whyPartlySeen(
  { inService }: GroupNeed & { readonly kind: "needed" },
  minimum: number,
  noun: "instances" | "nodes",
): string | undefined {
  return inService.most < minimum
    ? `only ${inService.most} of its ${minimum} ${noun} were measured in service at a time`
    : undefined;
}

function unknownsOf(memory: KnownDemand, { unchecked }: GroupIo): readonly string[] {
  const carried = `${unchecked.join(", ")}: not measured; what fewer instances have to carry each is not checked`;
  return [
    ...(memory.kind === "unknown" ? [`memory: ${memory.reason}; no more than half of the instances go`] : []),
    ...(unchecked.length === 0 ? [] : [carried]),
  ];
}

function notesOf(cpu: Demand, { cpuTargetPercent }: Group): readonly string[] {
  const target = `Its scaling policy holds CPU at ${cpuTargetPercent} %, so the floor leaves room below that`;
  return [...cpu.notes, ...(cpuTargetPercent === undefined ? [] : [target])];
}

/** The evidence of a group at a number of instances of its machine type, in vCPU and GiB of all of them together. */
export function groupEvidence(
  need: GroupNeed & { kind: "needed" },
  instances: number,
  machine: Pick<MachineType, "vcpu" | "memoryGib">,
) {
  const counts = { now: need.inService.most, after: instances };
  const inVcpu = { dimension: "cpu", unit: "vCPU in the group", each: machine.vcpu } as const;
  const inGib = { dimension: "memory", unit: "GiB in the group", each: machine.memoryGib } as const;
  const dimensions: DimensionEvidence[] = [
    evidence(need.cpu, counts, inVcpu),
    ...(need.memory === undefined ? [] : [evidence(need.memory, counts, inGib)]),
  ];
  const demands = [need.cpu, ...(need.memory === undefined ? [] : [need.memory])];
  const measured = highestRisk(dimensions.map((dimension) => dimension.risk));
  const hasUnchecked = need.memory === undefined || need.io.unchecked.length > 0;
  const risk = highestRisk([measured, hasUnchecked ? UNCHECKED_RISK : 0]);
  const { confidence, factors } = confidenceOf({
    coverage: Math.min(...demands.map((demand) => demand.reading.coverage)),
    days: Math.min(...demands.map((demand) => demand.days)),
    knownDimensions: demands.length + need.io.known.length,
    neededDimensions: 2 + need.io.known.length + need.io.unchecked.length,
    stability: Math.min(...demands.map((demand) => demand.stabilityAt(instances))),
    cap: confidenceCap(risk),
  });
  return {
    dimensions,
    confidence,
    factors,
    risk,
    coverage: Math.min(...demands.map((demand) => demand.reading.coverage)),
    days: Math.min(...demands.map((demand) => demand.days)),
  };
}

/** One dimension of the group; the demand is in instances, of which each has `each` of the unit. */
function evidence(
  demand: Demand,
  counts: { readonly now: number; readonly after: number },
  { dimension, unit, each }: { dimension: "cpu" | "memory"; unit: string; each: number },
): DimensionEvidence {
  const exceedance = demand.exceedanceAt(counts.after);
  return {
    dimension,
    metric: demand.reading.metric,
    statistic: demand.reading.statistic,
    percentile: demand.label,
    samples: demand.reading.values.length,
    demand: demand.demand * each,
    maximum: demand.maximum * each,
    unit,
    need: demand.need * each,
    headroom: demand.headroom,
    capacityNow: counts.now * each,
    capacityAfter: counts.after * each,
    exceedance,
    risk: riskOf(exceedance),
  };
}

function rangeOf(high: MetricReading, low: MetricReading): { fewest: number; most: number } | undefined {
  if (high.kind === "unusable" || low.kind === "unusable") return undefined;
  const highest = distributionOf(high.reading.values);
  const lowest = distributionOf(low.reading.values);
  assert(highest !== undefined && lowest !== undefined, "a size reading without samples");
  return { fewest: lowest.minimum, most: highest.maximum };
}

function withoutMaxima({ profile }: RuleContext): RuleContext["profile"] {
  return { ...profile, series: profile.series.filter((series) => series.statistic === "average") };
}

/** Whether the CPU of a group is known as the mean over its members alone, which hides how they differ. */
export function knowsOnlyMeans({ series }: UtilizationProfile): boolean {
  return !series.some(({ metric, statistic }) => metric === "cpu_percent" && statistic === "maximum");
}
