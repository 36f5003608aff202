import type { MetricName } from "@apex/core";

/** What a source's metric becomes: a metric of ours, or a part that one is computed from. */
export type Component = MetricName | "gpu_memory_free_bytes" | "gpu_memory_total_bytes";

/**
 * How a source's number becomes ours. A `level` is true at any moment and only scaled. A `count` is an amount per
 * period and becomes a rate: `of: "samples"` when every statistic is an amount per sample (EC2's network),
 * `of: "events"` when only the sum is one (EBS: the average is the size of an operation). The rate is per second, or per
 * `perSeconds`: what is counted anew every minute and summed is, per 60 seconds, how many there were on average.
 */
export type Scale =
  | { readonly kind: "level"; readonly factor: number }
  | { readonly kind: "count"; readonly of: "samples" | "events"; readonly perSeconds?: number };

/** One row of a table from a source's metric to ours. */
export interface MetricRule {
  readonly component: Component;
  readonly scale: Scale;
  /** The part of the resource that this metric speaks of, where the metric's name alone tells it. */
  readonly part?: string;
}

/** Bytes in a MiB, the unit of nvidia-smi and DCGM. */
export const MEBIBYTE = 1024 ** 2;

/** A level, multiplied by a factor to reach our unit. */
export function level(component: Component, factor = 1): MetricRule {
  return { component, scale: { kind: "level", factor } };
}

/** An amount per period. */
export function count(component: MetricName, of: "samples" | "events", part?: string): MetricRule {
  const rule = { component, scale: { kind: "count", of } } as const;
  return part === undefined ? rule : { ...rule, part };
}

/** What is counted anew every minute, as open connections are: its sum per minute is their average number. */
export function countedEveryMinute(component: MetricName): MetricRule {
  return { component, scale: { kind: "count", of: "events", perSeconds: 60 } };
}

/** More than any GPU has, 16 TiB; DCGM's blank value of whole numbers, just below 2^63 MiB, is far above. */
const GPU_MEMORY_MAX_BYTES = 16 * 1024 ** 4;

/** The largest value a component can have: 100 for a percentage. */
export function maximumOf(component: Component): number {
  if (component.endsWith("_percent")) return 100;
  return /^gpu_memory_.*_bytes$/.test(component) ? GPU_MEMORY_MAX_BYTES : Number.MAX_VALUE;
}
