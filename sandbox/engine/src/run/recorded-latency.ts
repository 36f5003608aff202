import type { Workload } from "@apex/core";
import type { RecordedLatency } from "../judge/objectives.ts";

/** Requests whose duration must be known before percentiles of them mean anything; a p99 of fewer is its maximum. */
const DURATIONS_MIN = 100;

function percentile(sorted: Float64Array, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** The latencies that the log recorded over the window; empty when it recorded too few. */
export function recordedLatency(workload: Workload): RecordedLatency {
  const sorted = (workload.durationsMs ?? new Float64Array()).filter((value) => value >= 0).sort();
  if (sorted.length < DURATIONS_MIN) return {};
  return {
    p50Ms: percentile(sorted, 0.5),
    p90Ms: percentile(sorted, 0.9),
    p95Ms: percentile(sorted, 0.95),
    p99Ms: percentile(sorted, 0.99),
  };
}
