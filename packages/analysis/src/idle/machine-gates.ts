import type { MetricName, UtilizationProfile } from "@apex/core";
import type { IdlePolicy } from "../policy/policy.ts";
import type { Gate } from "./gate.ts";

/** Decimal megabytes, as traffic is billed. */
const BYTES_PER_MB = 1e6;

/** CPU, network and disk of a machine. Without disk metrics it may still be idle, with that said. */
export function machineGates(policy: IdlePolicy): readonly Gate[] {
  return [
    {
      dimension: "cpu",
      metrics: ["cpu_percent"],
      judgedBy: "worst-sample",
      limit: policy.cpuMaximumPercent,
      unit: "%",
      isEssential: true,
    },
    {
      dimension: "network",
      metrics: ["network_in_bytes_per_second", "network_out_bytes_per_second"],
      judgedBy: "worst-day",
      limit: policy.networkMaximumBytesPerDay / BYTES_PER_MB,
      unit: "MB a day",
      divisor: BYTES_PER_MB,
      isEssential: true,
    },
    {
      dimension: "ebs-iops",
      metrics: ["disk_read_ops_per_second", "disk_write_ops_per_second"],
      judgedBy: "worst-sample",
      limit: policy.diskMaximumOpsPerSecond,
      unit: "operations/s",
      isEssential: false,
    },
  ];
}

/** Nobody is connected to a database. */
export const NO_CONNECTION: Gate = {
  dimension: "connections",
  metrics: ["database_connections"],
  judgedBy: "worst-sample",
  limit: 0,
  unit: "connections",
  isEssential: true,
};

/**
 * In order of preference: what really ran on the chip, and last whether anything ran at all. Memory that is read or written without
 * a kernel is a copy: something is in use.
 */
const GPU_ACTIVITY_METRICS: readonly MetricName[] = [
  "gpu_sm_active_percent",
  "gpu_tensor_active_percent",
  "gpu_dram_active_percent",
  "gpu_busy_percent",
];
/** One of these says whether anything runs; bandwidth alone does not. */
const ESSENTIAL: ReadonlySet<MetricName> = new Set(["gpu_sm_active_percent", "gpu_busy_percent"]);

/**
 * GPU activity over every GPU of the machine; at least one activity metric must be known. Memory that is only held
 * is no activity.
 */
export function gpuGates(policy: IdlePolicy, profile: UtilizationProfile): readonly Gate[] {
  const measured = GPU_ACTIVITY_METRICS.filter((metric) =>
    profile.series.some((series) => series.metric === metric),
  );
  const judged: readonly MetricName[] = measured.some((metric) => ESSENTIAL.has(metric))
    ? measured
    : ["gpu_sm_active_percent", ...measured];
  return judged.map((metric) => ({
    dimension: "gpu-compute",
    metrics: [metric],
    judgedBy: "worst-sample",
    limit: policy.gpuMaximumPercent,
    unit: "%",
    isEssential: true,
    isPerPart: profile.series.some((series) => series.metric === metric && series.part !== undefined),
  }));
}
