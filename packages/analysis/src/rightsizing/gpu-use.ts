import type { MachineGpu } from "@apex/catalog";
import type { MetricName, TimeWindow, UtilizationProfile } from "@apex/core";
import type { Policy } from "../policy/policy.ts";
import { distributionOf, maximumOf } from "../statistics/distribution.ts";
import { mapReading, type MetricReading, partsOf, readMetric } from "../utilization/series.ts";

/** What each GPU of a machine was seen to do; every list has one entry per used GPU, in the unit of its name. */
export interface GpuUse {
  readonly usedParts: readonly string[];
  readonly unusedParts: readonly string[];
  /** The metric that compute is judged by. */
  readonly computeMetric: MetricName;
  /** Whether the tensor cores of any used GPU did anything, as far as is known. */
  readonly usesTensor: boolean;
  /** Percent of the device, per used GPU. */
  readonly compute: readonly MetricReading[];
  readonly bandwidth: readonly MetricReading[];
  readonly memoryGib: readonly MetricReading[];
  /** The most that each GPU held, unused ones too. */
  readonly highestGib: ReadonlyMap<string, number>;
}

/** The use of the GPUs, or which of the facts that it takes is missing. */
export type MeasuredGpus =
  | { readonly kind: "measured"; readonly use: GpuUse }
  | { readonly kind: "unknown"; readonly reason: string };

const BYTES_PER_GIB = 1024 ** 3;

/** Whole-device series, where a source does not tell the GPUs of a one-GPU machine apart. */
const WHOLE = "";

/** What the use of GPUs is read from. */
export interface GpuSource {
  readonly profile: UtilizationProfile;
  readonly window: TimeWindow;
  readonly policy: Policy;
}

/**
 * Reads what every GPU did. Unused is a GPU without activity and without content; all GPUs of the machine must be
 * measured.
 */
export function measureGpus(gpu: MachineGpu, source: GpuSource): MeasuredGpus {
  const { profile } = source;
  const has = (metric: MetricName): boolean => profile.series.some((series) => series.metric === metric);
  const computeMetric: MetricName = has("gpu_sm_active_percent")
    ? "gpu_sm_active_percent"
    : "gpu_busy_percent";
  if (!has(computeMetric))
    return { kind: "unknown", reason: "neither SM activity nor GPU utilisation is measured" };
  const named = partsOf(profile, computeMetric);
  const parts = named.length === 0 ? [WHOLE] : named;
  const mismatch = whyNotEveryGpu(gpu, named.length === 0 ? [WHOLE] : named);
  if (mismatch !== undefined) return { kind: "unknown", reason: mismatch };
  const read = (metric: MetricName, part: string): MetricReading =>
    readMetric(
      profile,
      part === WHOLE ? { metric } : { metric, part },
      source.window,
      source.policy.lookBack,
    );
  const usedParts: string[] = [];
  const unusedParts: string[] = [];
  const highestGib = new Map<string, number>();
  for (const part of parts) {
    const activity = read(computeMetric, part);
    const memory = memoryOf(gpu, (metric) => read(metric, part));
    if (activity.kind === "unusable") return { kind: "unknown", reason: activity.reason };
    if (memory.kind === "unusable") return { kind: "unknown", reason: `GPU memory: ${memory.reason}` };
    highestGib.set(part, highest(memory));
    const isUnused =
      highest(activity) <= source.policy.idle.gpuMaximumPercent &&
      highest(memory) <= (gpu.memoryGib ?? 0) * source.policy.idle.gpuUnusedMemoryShare;
    (isUnused ? unusedParts : usedParts).push(part);
  }
  return {
    kind: "measured",
    use: {
      usedParts,
      unusedParts,
      computeMetric,
      usesTensor: usedParts.some(
        (part) => highest(read("gpu_tensor_active_percent", part)) > source.policy.idle.gpuMaximumPercent,
      ),
      compute: usedParts.map((part) => read(computeMetric, part)),
      bandwidth: usedParts.map((part) => read("gpu_dram_active_percent", part)),
      memoryGib: usedParts.map((part) => memoryOf(gpu, (metric) => read(metric, part))),
      highestGib,
    },
  };
}

/**
 * Fewer series than GPUs leave some unseen; more mean slices of GPUs (MIG), for which activity does not add up to
 * the card's.
 */
export function whyNotEveryGpu(gpu: MachineGpu, parts: readonly string[]): string | undefined {
  const measured = parts.length;
  if (parts.some((part) => part.includes("-mig-")))
    return "its GPUs are partitioned (MIG): what their slices do says nothing of whole cards";
  if (measured < gpu.count) return `GPUs measured: ${measured} of ${gpu.count}`;
  return measured > gpu.count
    ? `${measured} GPU series for ${gpu.count} GPUs: they are partitioned (MIG) or were replaced`
    : undefined;
}

function memoryOf(gpu: MachineGpu, read: (metric: MetricName) => MetricReading): MetricReading {
  const bytes = read("gpu_memory_used_bytes");
  if (bytes.kind === "measured") {
    return { kind: "measured", reading: mapReading(bytes.reading, (value) => value / BYTES_PER_GIB) };
  }
  const percent = read("gpu_memory_used_percent");
  if (percent.kind === "unusable") return percent;
  const { memoryGib } = gpu;
  if (memoryGib === undefined)
    return { kind: "unusable", reason: `the memory of a ${gpu.name} is not in the catalogue` };
  return { kind: "measured", reading: mapReading(percent.reading, (value) => (value * memoryGib) / 100) };
}

function highest(metric: MetricReading): number {
  const distribution = metric.kind === "measured" ? distributionOf(metric.reading.values) : undefined;
  return distribution === undefined ? Number.POSITIVE_INFINITY : maximumOf(distribution);
}
