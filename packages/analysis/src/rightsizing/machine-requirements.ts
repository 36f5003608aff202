import type { MachineType } from "@apex/catalog";
import type { Dimension, UtilizationProfile } from "@apex/core";
import type { Policy } from "../policy/policy.ts";
import type { VolumePerformance } from "../fleet/volume.ts";
import { demandOf } from "../utilization/demand.ts";
import {
  mapReading,
  type MetricQuery,
  type MetricReading,
  type Reading,
  readMetric,
  sumReadings,
} from "../utilization/series.ts";
import type { TimeWindow } from "@apex/core";
import {
  comparableVcpu,
  diskIops,
  diskMbps,
  diskPeakIops,
  diskPeakMbps,
  networkMbps,
  networkPeakMbps,
} from "./machine-capacity.ts";
import type { KnownDemand, Requirement } from "./requirement.ts";

/** What a machine's requirements are read from. */
export interface MachineMeasurements {
  readonly machine: MachineType;
  readonly profile: UtilizationProfile;
  readonly window: TimeWindow;
  readonly policy: Policy;
  /** What its volumes can deliver at most, where that is known: a bound where nothing is measured. */
  readonly volumes: VolumePerformance | undefined;
}

/** A rise below this share of the present capacity is no new level. */
const MATERIAL_SHARE = 0.05;

const BITS_PER_BYTE = 8;

/** The requirements of a machine without GPUs in vCPU, GiB, Mbit/s, IOPS and MB/s. */
export function machineRequirements(measured: MachineMeasurements): readonly Requirement<MachineType>[] {
  const { machine, policy } = measured;
  const io = { percentile: policy.sizing.ioPercentile, headroom: policy.sizing.ioHeadroom };
  const toMbps = (value: number): number => (value * BITS_PER_BYTE) / 1e6;
  const network = (metric: "network_in_bytes_per_second" | "network_out_bytes_per_second") => ({
    dimension: "network" as const,
    unit: "Mbit/s",
    demand: demandFor(measured, read(measured, { metric }), {
      ...io,
      scale: networkMbps(machine),
      change: toMbps,
    }),
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
    unit: "vCPU",
    demand: demandFor(measured, read(measured, { metric: "cpu_percent" }), {
      percentile: policy.sizing.cpuPercentile,
      headroom: policy.sizing.cpuHeadroom,
      scale: machine.vcpu,
      change: (percent) => (percent * machine.vcpu) / 100,
    }),
    capacityOf: (other) => comparableVcpu(machine, other),
  };
}

/** Memory in GiB; its demand is the maximum, whatever the preset. */
export function memoryRequirement(measured: MachineMeasurements): Requirement<MachineType> {
  const { machine, policy } = measured;
  return {
    dimension: "memory",
    unit: "GiB",
    demand: demandFor(measured, read(measured, { metric: "memory_used_percent" }), {
      percentile: 100,
      headroom: policy.sizing.memoryHeadroom,
      scale: machine.memoryGib,
      change: (percent) => (percent * machine.memoryGib) / 100,
    }),
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
  const demand = demandFor(measured, readSum(measured, question.metrics), {
    percentile: sizing.ioPercentile,
    headroom: sizing.ioHeadroom,
    scale: question.capacityOf(measured.machine),
    change: (value) => value / question.divisor,
  });
  const { dimension, unit, capacityOf, burstOf, bound } = question;
  const isBounded = demand.kind === "unknown" && bound !== undefined;
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
    burstOf,
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

function demandFor(
  measured: MachineMeasurements,
  metric: MetricReading,
  options: {
    percentile: number;
    headroom: number;
    /** Present capacity, for what counts as a material rise. */
    scale: number | null;
    change: (value: number) => number;
  },
): KnownDemand {
  if (metric.kind === "unusable") return { kind: "unknown", reason: metric.reason };
  const reading: Reading = mapReading(metric.reading, options.change);
  const { minimumDays } = measured.policy.lookBack;
  if (reading.days < minimumDays) {
    return {
      kind: "unknown",
      reason: `${reading.metric} is known for ${reading.days.toFixed(1)} days, ${minimumDays} are needed`,
    };
  }
  return {
    kind: "measured",
    demand: demandOf(reading, {
      percentile: options.percentile,
      headroom: options.headroom,
      respectRecurringPeaks: measured.policy.sizing.respectRecurringPeaks,
      materialStep: (options.scale ?? 0) * MATERIAL_SHARE,
      endMs: measured.window.endMs,
    }),
  };
}
