import type { MachineGpu, MachineType } from "@apex/catalog";
import type { MetricName, SampleStatistic, UtilizationProfile } from "@apex/core";
import { distributionOf, percentileOf } from "../statistics/distribution.ts";
import { extremesOf } from "../statistics/sort-samples.ts";
import {
  lookBackWindow,
  type MetricQuery,
  type MetricReading,
  type Reading,
  readMetric,
} from "../utilization/series.ts";
import { type GpuSource, measureGpus } from "./gpu-use.ts";
import { networkMbps } from "./machine-capacity.ts";

/** Five minutes, as clouds measure. */
export const SLOT_MS = 300_000;

/**
 * Percent of a capacity over the look-back in halves of a percent, rounded up, one for every {@link SLOT_MS}: a fleet of them fits
 * in memory. Where there is no sample stands the largest that there is.
 */
export type Levels = Uint8Array;

/** Halves of a percent in a percent. */
export const LEVELS_PER_PERCENT = 2;

/** The highest of levels, in percent. */
export function highestOf(levels: Levels): number {
  return levels.reduce((most, level) => Math.max(most, level), 0) / LEVELS_PER_PERCENT;
}

/** What one GPU was seen to do. */
export interface GpuLoad {
  readonly activity: Levels;
  readonly bandwidth: Levels | undefined;
  /** Share of the time in which anything ran: what time-slicing has to share out. */
  readonly busy: Levels | undefined;
  /** The percentile of the highest moments within the slots, percent; `undefined` where only averages are known. */
  readonly burst: number | undefined;
  /** The maximum. */
  readonly memoryGib: number;
}

/** What a machine with GPUs was seen to do, in percent of itself: plain data, small enough to keep of a whole fleet. */
export interface MachineLoad {
  readonly gpus: readonly GpuLoad[];
  readonly computeMetric: MetricName;
  readonly statistic: SampleStatistic;
  readonly cpu: Levels;
  readonly memory: number;
  readonly network: readonly Levels[] | undefined;
  readonly coverage: number;
  readonly days: number;
}

/** A load, or which of the facts that it takes is missing. */
export type MeasuredLoad =
  | { readonly kind: "measured"; readonly load: MachineLoad }
  | { readonly kind: "unknown"; readonly reason: string };

/** Reads the load of a machine. GPU activity, GPU memory, CPU and memory have to be known: what is not cannot be moved together. */
export function machineLoad(
  machine: MachineType & { readonly gpu: MachineGpu },
  source: GpuSource,
): MeasuredLoad {
  const measured = measureGpus(machine.gpu, source);
  if (measured.kind === "unknown") return measured;
  const { use } = measured;
  const { read, levels } = readerOf(source);
  const gpus = [...use.highestGib].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const activities = gpus.map(([part]) => read(use.computeMetric, part));
  const cpu = read("cpu_percent");
  const memory = read("memory_used_percent");
  if (cpu === undefined) return { kind: "unknown", reason: "CPU is not measured" };
  if (memory === undefined) return { kind: "unknown", reason: "memory is not measured" };
  const network = [read("network_in_bytes_per_second"), read("network_out_bytes_per_second")];
  const capacity = networkMbps(machine);
  const perByte = capacity === null || capacity <= 0 ? undefined : (BITS_PER_BYTE * 100) / (capacity * 1e6);
  const readings = [cpu, memory, ...activities].flatMap((reading) => reading ?? []);
  return {
    kind: "measured",
    load: {
      gpus: gpus.map(([part, memoryGib]) => gpuLoad({ source, metric: use.computeMetric, part, memoryGib })),
      computeMetric: use.computeMetric,
      statistic: activities[0]?.statistic ?? "average",
      cpu: levels(cpu),
      memory: extremesOf(memory.values).maximum,
      network:
        perByte === undefined || network.includes(undefined)
          ? undefined
          : network.flatMap((reading) => (reading === undefined ? [] : [levels(reading, perByte)])),
      coverage: Math.min(...readings.map(({ coverage }) => coverage)),
      days: Math.min(...readings.map(({ days }) => days)),
    },
  };
}

const BITS_PER_BYTE = 8;

function gpuLoad({
  source,
  metric,
  part,
  memoryGib,
}: {
  readonly source: GpuSource;
  readonly metric: MetricName;
  readonly part: string;
  readonly memoryGib: number;
}): GpuLoad {
  const { read, levels } = readerOf(source);
  const optional = (name: MetricName): Levels | undefined => {
    const reading = read(name, part);
    return reading === undefined ? undefined : levels(reading);
  };
  const peaks = readMetric(source.profile, queryOf(metric, part), source.window, source.policy.lookBack);
  return {
    activity: optional(metric) ?? new Uint8Array(0),
    bandwidth: optional("gpu_dram_active_percent"),
    busy: optional("gpu_busy_percent"),
    burst: burstOf(peaks, source.policy.sizing.gpuPercentile),
    memoryGib,
  };
}

/** Reads averages, and what else there is only where there are none. */
function readerOf({ profile, window, policy }: GpuSource) {
  const span = lookBackWindow(window, policy.lookBack.days);
  const averages = averagesOf(profile);
  return {
    read: (metric: MetricName, part?: string): Reading | undefined => {
      const from = (one: UtilizationProfile) =>
        usable(readMetric(one, queryOf(metric, part), window, policy.lookBack));
      return (metric === "memory_used_percent" ? undefined : from(averages)) ?? from(profile);
    },
    levels: (reading: Reading, scale = 1): Levels => levelsOf(reading, span, scale),
  };
}

function queryOf(metric: MetricName, part: string | undefined): MetricQuery {
  return part === undefined || part === "" ? { metric } : { metric, part };
}

/** Work that comes together is the sum of averages; the sum of maxima counts peaks together that never met. */
function averagesOf(profile: UtilizationProfile): UtilizationProfile {
  return { ...profile, series: profile.series.filter(({ statistic }) => statistic === "average") };
}

function usable(metric: MetricReading): Reading | undefined {
  return metric.kind === "measured" ? metric.reading : undefined;
}

function burstOf(metric: MetricReading, percentile: number): number | undefined {
  const reading = usable(metric);
  const distribution =
    reading === undefined || reading.statistic === "average" ? undefined : distributionOf(reading.values);
  return distribution === undefined ? undefined : percentileOf(distribution, percentile);
}

function levelsOf(
  reading: Reading,
  span: { readonly startMs: number; readonly endMs: number },
  scale: number,
): Levels {
  const levels = new Uint8Array(Math.ceil((span.endMs - span.startMs) / SLOT_MS));
  const isKnown = new Uint8Array(levels.length);
  const slots = Math.max(1, Math.round(reading.periodMs / SLOT_MS));
  let largest = 0;
  for (const [index, atMs] of reading.timestampsMs.entries()) {
    const value = reading.values[index] ?? 0;
    const level = Math.min(255, Math.ceil(value * scale * LEVELS_PER_PERCENT));
    largest = Math.max(largest, level);
    const first = Math.floor((atMs - span.startMs) / SLOT_MS);
    for (let slot = first; slot < Math.min(levels.length, first + slots); slot += 1) {
      levels[slot] = Math.max(levels[slot] ?? 0, level);
      isKnown[slot] = 1;
    }
  }
  for (const [slot, known] of isKnown.entries()) if (known === 0) levels[slot] = largest;
  return levels;
}
