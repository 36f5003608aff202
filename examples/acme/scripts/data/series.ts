import type { History, Load } from "../fleet/machine.ts";
import { randomFor } from "../random.ts";
import { type Signal, samplesOf } from "../signal.ts";
import { PERIOD_MS, SAMPLES, SAMPLES_PER_DAY } from "../time-grid.ts";

/** One metric as CloudWatch stores it. */
export interface CloudWatchSeries {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  readonly values: Float64Array;
  /** Which samples arrived. */
  readonly isPresent: (k: number) => boolean;
}

/** Which samples a history leaves. The share loses whole hours at a time, as agents do. */
function presence(history: History | undefined, name: string): (k: number) => boolean {
  if (history === undefined || history.kind === "full") return () => true;
  if (history.kind === "last-days") return (k) => k >= SAMPLES - history.days * SAMPLES_PER_DAY;
  const random = randomFor(`gaps ${name}`);
  const lossLength = 8;
  const isHeld: boolean[] = [];
  while (isHeld.length < SAMPLES) {
    const holds = random() < history.share;
    for (let i = 0; i < lossLength; i += 1) isHeld.push(holds);
  }
  return (k) => isHeld[k] === true;
}

const PERIOD_SECONDS = PERIOD_MS / 1000;

/** A rate per second as CloudWatch's Sum over a period. Three digits are kept: the rest is noise and only fills the file. */
export function sumsOf(signal: Signal, name: string): Float64Array {
  return samplesOf(signal, name).map((rate) => {
    const sum = rate * PERIOD_SECONDS;
    let scale = 1;
    while (sum / scale >= 1_000) scale *= 10;
    return Math.round(sum / scale) * scale;
  });
}

/** What a five-minute Average hides: the highest minute in it. */
function maximaOf(averages: Float64Array, name: string): Float64Array {
  const random = randomFor(`maximum ${name}`);
  return averages.map((average) => {
    const above = average * (1.05 + 0.25 * random()) + 0.2;
    return Math.round(Math.min(100, Math.max(average, above)) * 100) / 100;
  });
}

/** The EBS metrics that Nitro machines report for all their volumes together. */
function diskSeries(
  base: Pick<CloudWatchSeries, "namespace" | "dimensions" | "isPresent">,
  load: Load,
  name: string,
): CloudWatchSeries[] {
  if (load.disk === undefined) return [];
  const { bytesPerOperation } = load.disk;
  const reads = sumsOf(load.disk.reads, `${name} reads`);
  const writes = sumsOf(load.disk.writes, `${name} writes`);
  const shared = { ...base, statistic: "Sum" } as const;
  return [
    { ...shared, metric: "EBSReadOps", values: reads },
    { ...shared, metric: "EBSWriteOps", values: writes },
    { ...shared, metric: "EBSReadBytes", values: reads.map((count) => count * bytesPerOperation) },
    { ...shared, metric: "EBSWriteBytes", values: writes.map((count) => count * bytesPerOperation) },
  ];
}

/** The series of an EC2 instance: CPU, network, disks, and memory where an agent runs. */
export function instanceSeries(instanceId: string, load: Load): CloudWatchSeries[] {
  const dimensions = { InstanceId: instanceId };
  const isPresent = presence(load.history, instanceId);
  const cpu = samplesOf({ ceiling: 100, ...load.cpu }, `${instanceId} cpu`);
  const base = { dimensions, isPresent, namespace: "AWS/EC2" } as const;
  const series: CloudWatchSeries[] = [
    { ...base, metric: "CPUUtilization", statistic: "Average", values: cpu },
    {
      ...base,
      metric: "NetworkIn",
      statistic: "Sum",
      values: sumsOf(load.networkIn, `${instanceId} in`),
    },
    {
      ...base,
      metric: "NetworkOut",
      statistic: "Sum",
      values: sumsOf(load.networkOut, `${instanceId} out`),
    },
  ];
  if (load.withCpuMaximum === true) {
    series.push({
      ...base,
      metric: "CPUUtilization",
      statistic: "Maximum",
      values: maximaOf(cpu, instanceId),
    });
  }
  series.push(...diskSeries(base, load, instanceId));
  if (load.memory !== undefined) {
    series.push({
      ...base,
      namespace: "CWAgent",
      metric: "mem_used_percent",
      statistic: "Average",
      values: samplesOf(load.memory, `${instanceId} memory`),
    });
  }
  return series;
}
