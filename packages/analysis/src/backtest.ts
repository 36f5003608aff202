import { decimal, type MetricSeries, type TimeWindow } from "@apex/core";
import type { Policy } from "./policy/policy.ts";
import { type Candidate } from "./rightsizing/choose.ts";
import { demandFor } from "./rightsizing/demand-for.ts";
import { rightsize } from "./rightsizing/rightsize.ts";
import { coverageOf } from "./statistics/coverage.ts";
import { distributionOf, exceedanceOf, maximumOf } from "./statistics/distribution.ts";
import { readMetric } from "./utilization/series.ts";

/** The recorded CPU of one machine: a `cpu_percent` series over the look-back and the time after. */
export interface RecordedMachine {
  readonly id: string;
  readonly vcpu: number;
  readonly series: MetricSeries;
}

/** What is replayed. */
export interface BacktestInput {
  readonly machines: Iterable<RecordedMachine>;
  readonly policy: Policy;
  /** What the policy sees. */
  readonly lookBack: TimeWindow;
  /** What it is judged by. */
  readonly later: TimeWindow;
  /** Sizes that can be chosen, in vCPU; they cost by the vCPU. */
  readonly sizes: readonly number[];
}

/** How one machine fared. */
export interface BacktestedMachine {
  readonly id: string;
  readonly vcpuBefore: number;
  readonly vcpuAfter: number;
  /** Share of the later samples above the chosen size, 0–1. */
  readonly shortShare: number;
  /** Whether the later peak was above it. */
  readonly peakIsAbove: boolean;
}

/** What a policy would have saved and how often the later time would have run short. */
export interface BacktestResult {
  /** Machines with enough samples in both parts, the judged ones. */
  readonly machines: readonly BacktestedMachine[];
  /** Machines left out for too few samples. */
  readonly incomplete: number;
  readonly changed: number;
  readonly vcpuBefore: number;
  readonly vcpuAfter: number;
  /** Changed machines that were short in more than 0.5 % and 0.05 % of the later samples. */
  readonly shortOverHalfPercent: number;
  readonly shortOverTwentiethPercent: number;
  readonly laterPeakAbove: number;
  /** Of the worst machine. */
  readonly worstShortShare: number;
}

/**
 * Replays a policy on recorded machines with the same engine that sizes live ones, on CPU alone: the look-back
 * decides, the later part judges. A machine needs the policy's coverage in both parts.
 */
export function backtest(input: BacktestInput): BacktestResult {
  const machines: BacktestedMachine[] = [];
  let incomplete = 0;
  for (const machine of input.machines) {
    const later = laterValues(machine.series, input);
    const judged = later === undefined ? undefined : replay(machine, later, input);
    if (judged === undefined) incomplete += 1;
    else machines.push(judged);
  }
  const changed = machines.filter((machine) => machine.vcpuAfter !== machine.vcpuBefore);
  const count = (isBad: (machine: BacktestedMachine) => boolean): number => changed.filter(isBad).length;
  return {
    machines,
    incomplete,
    changed: changed.length,
    vcpuBefore: machines.reduce((sum, machine) => sum + machine.vcpuBefore, 0),
    vcpuAfter: machines.reduce((sum, machine) => sum + machine.vcpuAfter, 0),
    shortOverHalfPercent: count((machine) => machine.shortShare > 0.005),
    shortOverTwentiethPercent: count((machine) => machine.shortShare > 0.0005),
    laterPeakAbove: count((machine) => machine.peakIsAbove),
    worstShortShare: changed.reduce((worst, machine) => Math.max(worst, machine.shortShare), 0),
  };
}

function replay(
  machine: RecordedMachine,
  later: Float64Array,
  { policy, lookBack, sizes }: BacktestInput,
): BacktestedMachine | undefined {
  const profile = { resourceId: machine.id, window: lookBack, series: [machine.series] };
  const cpu = readMetric(profile, { metric: "cpu_percent" }, lookBack, policy.lookBack);
  if (cpu.kind === "unusable") return undefined;
  const toVcpu = (percent: number): number => (percent * machine.vcpu) / 100;
  const sized = rightsize<number>({
    now: { machine: machine.vcpu, name: String(machine.vcpu), hourly: decimal(machine.vcpu) },
    candidates: sizes.map((size): Candidate<number> => {
      return { machine: size, name: String(size), hourly: decimal(size), effort: "very-low" };
    }),
    requirements: [
      {
        dimension: "cpu",
        unit: "vCPU",
        demand: demandFor(
          cpu,
          {
            percentile: policy.sizing.cpuPercentile,
            headroom: policy.sizing.cpuHeadroom,
            capacity: machine.vcpu,
            change: toVcpu,
          },
          { policy, window: lookBack },
        ),
        capacityOf: (size) => size,
      },
    ],
    policy,
  });
  const vcpuAfter = sized.kind === "sized" ? sized.option.machine : machine.vcpu;
  const distribution = distributionOf(later.map(toVcpu));
  if (distribution === undefined) return undefined;
  return {
    id: machine.id,
    vcpuBefore: machine.vcpu,
    vcpuAfter,
    shortShare: exceedanceOf(distribution, vcpuAfter),
    peakIsAbove: maximumOf(distribution) > vcpuAfter,
  };
}

/** The finite samples of the later part; `undefined` when too few are there. */
function laterValues(series: MetricSeries, { later, policy }: BacktestInput): Float64Array | undefined {
  const kept = [...series.timestampsMs.keys()].filter((index) => {
    const timestampMs = series.timestampsMs[index] ?? Number.NaN;
    return timestampMs >= later.startMs && timestampMs < later.endMs && Number.isFinite(series.values[index]);
  });
  const timestampsMs = Float64Array.from(kept, (index) => series.timestampsMs[index] ?? 0);
  const coverage = coverageOf(timestampsMs, series.periodMs, later);
  if (coverage.share < policy.lookBack.minimumCoverage) return undefined;
  return Float64Array.from(kept, (index) => series.values[index] ?? 0);
}
