import type { Component } from "./metric-rule.ts";
import type { BuiltSeries } from "./series-builder.ts";

/**
 * The share of GPU memory that is used, in percent, computed where the source gives only amounts: used ÷ total, or
 * used ÷ (used + free), which takes the driver's reserve as used up and so errs upwards. Only at times that both have.
 */
export function gpuMemoryPercent(series: readonly BuiltSeries[]): readonly BuiltSeries[] {
  return series.flatMap((used) => {
    if (used.component !== "gpu_memory_used_bytes") return [];
    const beside = (component: Component) =>
      series.find((other) => other.component === component && isBeside(used, other));
    if (beside("gpu_memory_used_percent") !== undefined) return [];
    // A total is a constant, whatever statistic it was exported with.
    const total = series.find(
      (other) => other.component === "gpu_memory_total_bytes" && other.part === used.part,
    );
    const free = beside("gpu_memory_free_bytes");
    if (total !== undefined) return percentOf(used, total, (_used, size) => size);
    // The maximum of what is used and the maximum of what is free belong to different moments.
    if (free !== undefined && used.statistic === "average")
      return percentOf(used, free, (busy, rest) => busy + rest);
    return [];
  });
}

function isBeside(a: BuiltSeries, b: BuiltSeries): boolean {
  return a.part === b.part && a.statistic === b.statistic;
}

function percentOf(
  used: BuiltSeries,
  other: BuiltSeries,
  totalOf: (used: number, other: number) => number,
): readonly BuiltSeries[] {
  const others = new Map([...other.timestampsMs].map((time, index) => [time, other.values[index]] as const));
  const times: number[] = [];
  const values: number[] = [];
  for (const [index, time] of used.timestampsMs.entries()) {
    const busy = used.values[index];
    const rest = others.get(time);
    if (busy === undefined || rest === undefined) continue;
    const total = totalOf(busy, rest);
    if (!(total > 0) || busy > total) continue;
    times.push(time);
    values.push((100 * busy) / total);
  }
  if (times.length === 0) return [];
  return [
    {
      ...used,
      component: "gpu_memory_used_percent",
      timestampsMs: Float64Array.from(times),
      values: Float64Array.from(values),
    },
  ];
}
