import type {
  Distribution,
  MetricComparison,
  ReplayInterval,
  RunMeasurement,
  Side,
  Validation,
  Verdict,
} from "@apex/core";

/** A distribution of `count` durations that rise from `fromMs` to `toMs`, most of them near `fromMs`. */
export function aDistribution(fromMs: number, toMs: number, count = 400): Distribution {
  const at = (share: number) => fromMs + (toMs - fromMs) * share ** 6;
  const buckets = Array.from({ length: 40 }, (_, index) => [at((index + 1) / 40), count / 40] as const);
  return {
    count,
    meanMs: at(0.6),
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    p999Ms: at(0.999),
    maxMs: toMs,
    buckets,
  };
}

function intervalsOf(latency: Distribution, growth: number): ReplayInterval[] {
  return Array.from({ length: 6 }, (_, index) => ({
    startMs: index * 1000,
    sent: latency.count / 8,
    completed: latency.count / 8,
    failed: 0,
    inFlight: 3 + growth * index,
    p50Ms: latency.p50Ms,
    p99Ms: (latency.p99Ms ?? 0) * (1 + (growth * index) / 10),
  }));
}

/** One replay; `slowestMs` is its slowest answer. */
export function aRun(
  side: Side,
  ordinal: number,
  changes: Partial<RunMeasurement> & { readonly slowestMs?: number; readonly growth?: number } = {},
): RunMeasurement {
  const { slowestMs = 90, growth = 0, ...rest } = changes;
  const latency = aDistribution(43, slowestMs);
  return {
    side,
    ordinal,
    loadFactor: 1,
    latency,
    lateness: aDistribution(0.05, 0.9),
    senderLateness: aDistribution(0.04, 0.3),
    scheduled: 400,
    sent: 400,
    dropped: 0,
    errorShare: 0,
    errors: 0,
    durationMs: 6_000,
    achievedShare: 1,
    cpuShare: side === "baseline" ? 0.352 : 0.611,
    cpuSecondsPerRequest: 0.00625,
    throttledPeriodShare: 0.012,
    memoryPeakShare: 0.41,
    majorFaults: 0,
    oomKills: 0,
    exitedContainers: 0,
    intervals: intervalsOf(latency, growth),
    intervalMs: 1_000,
    senderCpuShare: 0.08,
    foreignCpuShare: 0.01,
    stealShare: 0,
    unfit: [],
    ...rest,
  };
}

/** A comparison of the 99th percentile that holds. */
export function aComparison(changes: Partial<MetricComparison> = {}): MetricComparison {
  return {
    metric: "p99",
    unit: "ms",
    baseline: 91.4,
    candidate: 138.25,
    ratio: { estimate: 1.513, low: 1.42, high: 1.6 },
    candidateInterval: { low: 129, high: 149 },
    confidence: 0.95,
    bound: { value: 310, origin: "1.25 × recorded" },
    outcome: "holds",
    requests: 2_000,
    ...changes,
  };
}

const VERDICT: Verdict = {
  kind: "pass",
  reasons: [
    { code: "no-worse", kind: "pass", summary: "Every objective holds in 5 faithful runs of each side." },
    { code: "headroom", kind: "pass", summary: "It still holds at 1.25 times the recorded load." },
  ],
  comparisons: [
    aComparison({
      metric: "p50",
      baseline: 44.1,
      candidate: 45.02,
      ratio: { estimate: 1.02, low: 0.99, high: 1.05 },
      candidateInterval: { low: 44, high: 46 },
      bound: null,
      outcome: "not-judged",
    }),
    aComparison({
      metric: "p90",
      baseline: 64,
      candidate: 78,
      ratio: { estimate: 1.22, low: 1.15, high: 1.29 },
      candidateInterval: { low: 74, high: 82 },
      bound: null,
      outcome: "not-judged",
    }),
    aComparison({
      metric: "p95",
      baseline: 71,
      candidate: 92,
      bound: { value: 186, origin: "1.25 × recorded" },
    }),
    aComparison(),
    aComparison({
      metric: "error-share",
      unit: "share",
      baseline: 0,
      candidate: 0,
      ratio: null,
      candidateInterval: { low: 0, high: 0.0015 },
      bound: { value: 0.001, origin: "baseline + 0.1 %" },
    }),
    aComparison({
      metric: "cpu-share",
      unit: "share",
      baseline: 0.352,
      candidate: 0.611,
      ratio: null,
      candidateInterval: null,
      bound: { value: 0.95, origin: "limit" },
    }),
  ],
  objectives: {
    origin: "derived",
    p90Ms: 160,
    p95Ms: 186,
    p99Ms: 310,
    errorShareMax: 0.001,
    cpuShareMax: 0.95,
    relativeToleranceShare: 0.25,
  },
  runs: { baseline: 5, candidate: 5, unfit: 1 },
  headroom: [
    { loadFactor: 1.25, holds: true, p99Ms: 201, cpuShare: 0.76, errorShare: 0 },
    { loadFactor: 1.5, holds: false, p99Ms: 1_210, cpuShare: 0.93, errorShare: 0.02 },
  ],
  headroomFactor: 1.25,
};

function runsOf(candidateSlowestMs: number, growth: number): RunMeasurement[] {
  const sides: readonly Side[] = ["baseline", "candidate", "candidate", "baseline"];
  return Array.from({ length: 10 }, (_, index) => {
    const side = sides[index % 4] ?? "baseline";
    const slowestMs = (side === "baseline" ? 92 : candidateSlowestMs) * (1 + 0.03 * ((index * 7) % 5));
    return aRun(side, index + 1, { slowestMs, growth: side === "candidate" ? growth : 0 });
  });
}

const CALIBRATION: NonNullable<Validation["calibration"]> = {
  recordedCpuShare: 0.35,
  measuredCpuShare: 0.3572,
  errorShare: 0.0206,
  demandSecondsPerRequest: 0.04957,
  workUsPerRequest: 6_050,
  overheadUsPerRequest: 146,
  recordedMemoryShare: 0.29,
  notes: ["CPU time of a request by the utilisation law: 35.0 % of 8 vCPUs at 56.5 requests a second."],
};

const WORKLOAD: Validation["workload"] = {
  files: ["web-1-peak.log.gz"],
  windowStart: "2026-10-14T17:15:00Z",
  windowEnd: "2026-10-14T17:25:00Z",
  requests: 33_906,
  recordedRate: 56.51,
  replayedRequests: 400,
  replaySeconds: 6,
};

const READING: NonNullable<Validation["reading"]> = {
  runId: "val-3f9a1c20",
  seq: 14,
  at: 1_795_255_330_000,
  monotonicMs: 812_000,
  bootId: "0f8fad5b-d9cb-469f-a165-70867728950e",
  cpuNs: 45_000_000_000n,
  memoryReservedByteMs: 257_698_037_760_000n,
  gpuMs: 0n,
  networkBytes: 18_400_000n,
  blockBytes: 0n,
};

const HOST: Validation["host"] = {
  cpus: 2,
  memoryBytes: 25_769_803_776,
  gpus: 0,
  cpuModel: "Intel Xeon",
  kernel: "6.18.0",
  engineVersion: "20.10.24",
  cgroupVersion: 1,
};

/** A validation of web-1 that passes. */
export function aValidation(
  changes: Partial<Validation> & { readonly candidateSlowestMs?: number; readonly growth?: number } = {},
): Validation {
  const { candidateSlowestMs = 140, growth = 0, ...rest } = changes;
  const machine = (machineType: string, vcpus: number, vcpuSpeed: number) => ({
    service: {
      address: 'aws_instance.web["web-1"]',
      type: "aws_instance" as const,
      machineType,
      vcpus,
      memoryGib: vcpus * 4,
      gpus: 0,
      count: 1,
      vcpuSpeed,
    },
    replicas: 1,
    cpusPerReplica: vcpus / 8,
    memoryBytesPerReplica: vcpus * 2 ** 29,
    loadShare: 1,
  });
  return {
    runId: "val-3f9a1c20",
    startedAt: "2026-11-21T10:00:00Z",
    endedAt: "2026-11-21T10:02:10Z",
    target: 'aws_instance.web["web-1"]',
    fit: {
      scale: 0.125,
      cpuset: [1],
      baseline: machine("m5.2xlarge", 8, 14_474),
      candidate: machine("m6i.xlarge", 4, 16_685),
      notes: ["One core of the host stands for eight vCPUs."],
    },
    calibration: CALIBRATION,
    image: "apex/twin:1",
    workload: WORKLOAD,
    runs: [
      ...runsOf(candidateSlowestMs, growth),
      aRun("candidate", 11, { unfit: ["foreign-load"], foreignCpuShare: 0.4, slowestMs: 900 }),
      aRun("candidate", 12, { loadFactor: 1.25, slowestMs: 201 }),
    ],
    verdict: VERDICT,
    reading: READING,
    host: HOST,
    limits: [
      "Network and disk credits of the machines are not emulated.",
      "The twin's processor is this host's, not the machine's.",
    ],
    ...rest,
  };
}

/** A validation of a machine that is too small, with the judge's words for it. */
export function aFailedValidation(): Validation {
  const validation = aValidation({ candidateSlowestMs: 4_800, growth: 40 });
  return {
    ...validation,
    verdict: {
      ...VERDICT,
      kind: "fail",
      reasons: [
        {
          code: "does-not-hold-the-load",
          kind: "fail",
          summary: "Requests in flight grew throughout every candidate run: r5.large does not hold the load.",
        },
      ],
      comparisons: [
        aComparison({ candidate: 4_520, ratio: { estimate: 49.5, low: 44, high: 55 }, outcome: "violated" }),
      ],
      headroom: [],
      headroomFactor: null,
    },
  };
}

/** A validation that passes by a lower percentile: for want of requests, or because the user's file names no other. */
export function judgedBy(percentile: "p90" | "p95", origin: "derived" | "user"): Validation {
  const comparisons = VERDICT.comparisons.map((comparison) => {
    if (comparison.unit === "share") return comparison;
    if (comparison.metric !== percentile)
      return { ...comparison, bound: null, outcome: "not-judged" as const };
    return { ...comparison, bound: { value: 160, origin: "1.25 × recorded" }, outcome: "holds" as const };
  });
  return aValidation({
    verdict: { ...VERDICT, comparisons, objectives: { ...VERDICT.objectives, origin } },
  });
}
