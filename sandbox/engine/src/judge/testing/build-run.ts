import type { Distribution, RunMeasurement } from "@apex/core";

/** The distribution of some durations; `values` need not be sorted. */
export function distributionOf(valuesMs: readonly number[] | Float64Array): Distribution {
  const sorted = Float64Array.from(valuesMs).toSorted();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return {
    count: sorted.length,
    meanMs: sorted.length === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    p999Ms: at(0.999),
    maxMs: at(1),
    buckets: [],
  };
}

/** A latency distribution of 2,500 requests with the given percentiles. */
export function latency(p50Ms: number | null, p95Ms = p50Ms, p99Ms = p95Ms): Distribution {
  return {
    count: 2_500,
    meanMs: p50Ms,
    p50Ms,
    p90Ms: p95Ms,
    p95Ms,
    p99Ms,
    p999Ms: p99Ms,
    maxMs: p99Ms,
    buckets: [],
  };
}

/** A quiet, faithful replay of 2,500 requests at 20, 30 and 42 ms. */
export function buildRun(overrides: Partial<RunMeasurement> = {}): RunMeasurement {
  return {
    side: "baseline",
    ordinal: 1,
    loadFactor: 1,
    latency: latency(20, 30, 42),
    lateness: latency(0.1, 0.2, 0.3),
    scheduled: 2_500,
    sent: 2_500,
    dropped: 0,
    errorShare: 0,
    errors: 0,
    durationMs: 6_000,
    achievedShare: 1,
    cpuShare: 0.5,
    cpuSecondsPerRequest: 0.001,
    throttledPeriodShare: null,
    memoryPeakShare: 0.6,
    majorFaults: 0,
    oomKills: 0,
    exitedContainers: 0,
    intervals: inFlight([4, 9, 7, 8, 10, 6, 9, 8, 7, 9, 8, 7]),
    intervalMs: 500,
    senderCpuShare: 0.2,
    foreignCpuShare: 0.01,
    stealShare: 0,
    unfit: [],
    ...overrides,
  };
}

/** Intervals of half a second with these requests in flight at their ends. */
export function inFlight(counts: readonly number[]): RunMeasurement["intervals"] {
  return counts.map((count, index) => ({
    startMs: index * 500,
    sent: 200,
    completed: 200,
    failed: 0,
    inFlight: count,
    p50Ms: 20,
    p99Ms: 42,
  }));
}

/** Values that replays differ by, five of them around 1. */
const WOBBLE = [0.97, 1.02, 1, 1.03, 0.99];

/** Five runs of each side in the order ABBA…; `baseline` and `candidate` give what they measured, by their `wobble` around 1. */
export function buildRuns(
  candidate: (wobble: number, index: number) => Partial<RunMeasurement>,
  baseline: (wobble: number, index: number) => Partial<RunMeasurement> = (wobble) => ({
    latency: latency(20 * wobble, 30 * wobble, 42 * wobble),
  }),
): readonly RunMeasurement[] {
  return WOBBLE.flatMap((wobble, index) => {
    const [first, second] = index % 2 === 0 ? [2 * index + 1, 2 * index + 2] : [2 * index + 2, 2 * index + 1];
    return [
      buildRun({ ...baseline(wobble, index), side: "baseline", ordinal: first }),
      buildRun({ ...candidate(WOBBLE[4 - index] ?? 1, index), side: "candidate", ordinal: second }),
    ];
  });
}
