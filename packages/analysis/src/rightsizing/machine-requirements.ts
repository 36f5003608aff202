import type { MachineType } from "@apex/catalog";
import type { Dimension, TimeWindow, UtilizationProfile } from "@apex/core";
import type { Policy } from "../policy/policy.ts";
import type { VolumePerformance } from "../fleet/volume.ts";
import { type MetricQuery, type MetricReading, readMetric, sumReadings } from "../utilization/series.ts";
import {
  comparableVcpu,
  diskIops,
  diskMbps,
  diskPeakIops,
  diskPeakMbps,
  networkMbps,
  networkPeakMbps,
  sustainedVcpu,
} from "./machine-capacity.ts";
import { demandFor } from "./demand-for.ts";
import type { KnownDemand, Requirement } from "./requirement.ts";
import type { Unchecked } from "./rightsize.ts";

/** What a machine's requirements are read from. */
export interface MachineMeasurements {
  readonly machine: MachineType;
  readonly profile: UtilizationProfile;
  readonly window: TimeWindow;
  readonly policy: Policy;
  /** What its volumes can deliver at most, where that is known: a bound where nothing is measured. */
  readonly volumes: VolumePerformance | undefined;
}

const BITS_PER_BYTE = 8;

interface KnownDemands {
  readonly measured: MachineMeasurements;
  readonly byName: Map<string, KnownDemand>;
}

/** The demands of the machine that a profile was read for last: rules that size it, renew it or move it ask for the same. */
const lastDemands = new WeakMap<UtilizationProfile, KnownDemands>();

function demandOnce(measured: MachineMeasurements, name: string, make: () => KnownDemand): KnownDemand {
  let demands = lastDemands.get(measured.profile);
  const { machine, window, policy } = demands?.measured ?? {};
  const isSame = machine === measured.machine && window === measured.window && policy === measured.policy;
  if (demands === undefined || !isSame) {
    demands = { measured, byName: new Map() };
    lastDemands.set(measured.profile, demands);
  }
  const known = demands.byName.get(name) ?? make();
  demands.byName.set(name, known);
  return known;
}

/** The requirements of a machine without GPUs in vCPU, GiB, Mbit/s, IOPS and MB/s. */
export function machineRequirements(measured: MachineMeasurements): readonly Requirement<MachineType>[] {
  const { machine, policy } = measured;
  const io = { percentile: policy.sizing.ioPercentile, headroom: policy.sizing.ioHeadroom };
  const toMbps = (value: number): number => (value * BITS_PER_BYTE) / 1e6;
  const network = (metric: "network_in_bytes_per_second" | "network_out_bytes_per_second") => ({
    dimension: "network" as const,
    unit: "Mbit/s",
    demand: demandOnce(measured, metric, () =>
      demandFor(
        read(measured, { metric }),
        { ...io, capacity: networkMbps(machine), change: toMbps },
        measured,
      ),
    ),
    capacityOf: networkMbps,
    burstOf: networkPeakMbps,
  });
  return [
    cpuRequirement(measured),
    memoryRequirement(measured),
    network("network_in_bytes_per_second"),
    network("network_out_bytes_per_second"),
    diskRequirement(measured, {
      dimension: "ebs-iops",
      unit: "IOPS",
      metrics: ["disk_read_ops_per_second", "disk_write_ops_per_second"],
      bound: measured.volumes?.iops,
      divisor: 1,
      capacityOf: diskIops,
      burstOf: diskPeakIops,
    }),
    diskRequirement(measured, {
      dimension: "ebs-throughput",
      unit: "MB/s",
      metrics: ["disk_read_bytes_per_second", "disk_write_bytes_per_second"],
      bound: measured.volumes?.throughputMbps,
      // Volumes and machines are sold in binary megabytes.
      divisor: 1024 * 1024,
      capacityOf: diskMbps,
      burstOf: diskPeakMbps,
    }),
  ];
}

/** CPU in vCPUs of the present machine. */
export function cpuRequirement(measured: MachineMeasurements): Requirement<MachineType> {
  const { machine, policy } = measured;
  return {
    dimension: "cpu",
    // Of today's kind: another type's vCPUs are counted by what they do, so that 4 of them can be 4.6 of these.
    unit: `${machine.family} vCPU`,
    demand: demandOnce(measured, "cpu_percent", () =>
      demandFor(
        read(measured, { metric: "cpu_percent" }),
        {
          percentile: policy.sizing.cpuPercentile,
          headroom: policy.sizing.cpuHeadroom,
          capacity: machine.vcpu,
          change: (percent) => (percent * machine.vcpu) / 100,
        },
        measured,
      ),
    ),
    capacityOf: (other) => comparableVcpu(machine, other),
    plainCapacityOf: sustainedVcpu,
  };
}

/** What is taken on trust where a machine has fewer vCPUs than the need with headroom: that they are as fast as CoreMark says. */
export function creditedSpeed(
  requirements: readonly Requirement<MachineType>[],
  now: MachineType,
): (after: MachineType) => readonly Unchecked[] {
  const cpu = requirements.find(({ dimension }) => dimension === "cpu")?.demand;
  return (after) => {
    const vcpu = sustainedVcpu(after);
    const comparable = comparableVcpu(now, after);
    if (cpu?.kind !== "measured" || vcpu === null || comparable === null) return [];
    if (vcpu >= cpu.demand.need) return [];
    const ratio = (comparable / vcpu).toFixed(2);
    const reason = `one vCPU of ${after.family} is counted as ${ratio} of ${now.family} by CoreMark; how this load takes to it is not measured`;
    return [{ name: "cpu speed", reason }];
  };
}

/** Memory in GiB; its demand is the maximum, whatever the preset. */
function memoryRequirement(measured: MachineMeasurements): Requirement<MachineType> {
  const { machine, policy } = measured;
  return {
    dimension: "memory",
    unit: "GiB",
    demand: demandOnce(measured, "memory_used_percent", () =>
      demandFor(
        read(measured, { metric: "memory_used_percent" }),
        {
          percentile: 100,
          headroom: policy.sizing.memoryHeadroom,
          capacity: machine.memoryGib,
          change: (percent) => (percent * machine.memoryGib) / 100,
        },
        measured,
      ),
    ),
    capacityOf: (other) => other.memoryGib,
  };
}

interface DiskQuestion {
  readonly dimension: Dimension;
  readonly unit: string;
  readonly metrics: readonly [MetricQuery["metric"], MetricQuery["metric"]];
  readonly bound: number | undefined;
  readonly divisor: number;
  readonly capacityOf: (machine: MachineType) => number | null;
  readonly burstOf: (machine: MachineType) => number | null;
}

function diskRequirement(measured: MachineMeasurements, question: DiskQuestion): Requirement<MachineType> {
  const { sizing } = measured.policy;
  const demand = demandOnce(measured, question.dimension, () =>
    demandFor(
      readSum(measured, question.metrics),
      {
        percentile: sizing.ioPercentile,
        headroom: sizing.ioHeadroom,
        capacity: question.capacityOf(measured.machine),
        change: (value) => value / question.divisor,
      },
      measured,
    ),
  );
  const { dimension, burstOf, bound } = question;
  const isBounded = demand.kind === "unknown" && bound !== undefined;
  // Our figures for Compute Engine are what all its machines reach at least; the true limits grow with the vCPUs.
  const isBlind = demand.kind === "unknown" && !isBounded && measured.machine.provider === "gcp";
  const unit = isBlind ? "vCPU, which its disk limits grow with" : question.unit;
  const capacityOf = isBlind ? (machine: MachineType): number => machine.vcpu : question.capacityOf;
  return {
    dimension,
    unit,
    demand: isBounded
      ? {
          kind: "bounded",
          bound,
          note: `${dimension}: not measured; its volumes deliver at most ${bound} ${unit}`,
        }
      : demand,
    capacityOf,
    ...(isBlind ? {} : { burstOf }),
  };
}

function read(measured: MachineMeasurements, query: MetricQuery): MetricReading {
  return readMetric(measured.profile, query, measured.window, measured.policy.lookBack);
}

function readSum(
  measured: MachineMeasurements,
  [first, second]: readonly [MetricQuery["metric"], MetricQuery["metric"]],
): MetricReading {
  const a = read(measured, { metric: first });
  if (a.kind === "unusable") return a;
  const b = read(measured, { metric: second });
  if (b.kind === "unusable") return b;
  const reading = sumReadings(a.reading, b.reading);
  if (reading.coverage >= measured.policy.lookBack.minimumCoverage) return { kind: "measured", reading };
  return { kind: "unusable", reason: `${first} and ${second} share too few timestamps` };
}
