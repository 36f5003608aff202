import type { ComputeService } from "./compute-service.ts";
import type { Distribution, ReplayInterval } from "./replay.ts";
import type { CounterReading, HostFacts } from "./sandbox.ts";
import type { AnswerCounts } from "./validation-answers.ts";

/** Which configuration a measurement belongs to. */
export type Side = "baseline" | "candidate";

/** What must hold. Latencies in milliseconds from the intended send time, shares 0–1. */
export interface Objectives {
  /** Where the latency bounds come from: the user's file, or the recorded and measured baseline with a tolerance. */
  readonly origin: "user" | "derived";
  readonly p50Ms?: number;
  readonly p90Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  /** Failed requests (no answer, or 5xx) over all. */
  readonly errorShareMax: number;
  /** CPU used over the CPU limit during the replay. */
  readonly cpuShareMax: number;
  /** A candidate's percentile may exceed the baseline's by this share and still count as no worse. */
  readonly relativeToleranceShare: number;
}

/** How containers stand for machines. One scale factor for both sides. */
export interface Fit {
  /** Container cores per vCPU, and container bytes per byte of the machine's memory. */
  readonly scale: number;
  /** Which of the host's CPUs the services may use; the rest belongs to the sender. */
  readonly cpuset: readonly number[];
  readonly baseline: FittedService;
  readonly candidate: FittedService;
  /** Whole sentences: what the scale does to the result. */
  readonly notes: readonly string[];
}

/** One side's service as containers. */
export interface FittedService {
  readonly service: ComputeService;
  /** Containers that run, of `service.count` machines. */
  readonly replicas: number;
  readonly cpusPerReplica: number;
  readonly memoryBytesPerReplica: number;
  /** Share of the recorded load that these replicas carry: replicas / count. */
  readonly loadShare: number;
}

/** What the twin was told, and how well it reproduced the record. */
export interface Calibration {
  /** Mean CPU utilisation of the recorded window, 0–1 of the machine's vCPUs. */
  readonly recordedCpuShare: number;
  /** What the calibration run of the baseline measured. */
  readonly measuredCpuShare: number;
  /** |measured − recorded| / recorded */
  readonly errorShare: number;
  /** vCPU-seconds per request of the real service, by the utilisation law: utilisation × vCPUs / throughput. */
  readonly demandSecondsPerRequest: number;
  /**
   * Which way the demand can only be wrong, where the CPU samples are not those of the window: "low", they also tell of quieter times;
   * "high", a maximum or a busy hour stands for the mean. "exact" when absent.
   */
  readonly demandBias?: "low" | "exact" | "high";
  /** CPU-microseconds that the twin is asked for per request in the sandbox, and those that it was measured to spend beyond them. */
  readonly workUsPerRequest: number;
  readonly overheadUsPerRequest: number;
  /** Highest memory in use of all that is recorded, over the machine's memory; `null` is unknown. */
  readonly recordedMemoryShare: number | null;
  /** Whole sentences: where the figures come from and what was assumed. */
  readonly notes: readonly string[];
}

/** Why a replay cannot be used. */
export type Unfit =
  | "rate-not-reached"
  | "sender-late"
  | "requests-dropped"
  | "sender-busy"
  | "foreign-load"
  | "steal";

/** One replay on fresh containers: one vector of figures. The run is the unit of the statistics, never the request. */
export interface RunMeasurement {
  readonly side: Side;
  /** From 1, in the order in which they ran, over both sides. */
  readonly ordinal: number;
  /** Which pair it belongs to, from 0: both sides of a pair were sent the same stretch of the record. Absent: all were sent the same. */
  readonly pair?: number;
  /** Times the recorded rate. */
  readonly loadFactor: number;
  readonly latency: Distribution;
  readonly lateness: Distribution;
  /** As in the replay's result: the sender's own part of it. */
  readonly senderLateness?: Distribution;
  readonly scheduled: number;
  readonly sent: number;
  readonly dropped: number;
  /** Failed requests, 5xx answers included, over scheduled. */
  readonly errorShare: number;
  readonly errors: number;
  /** Completed answers by status code. Absent in journals of before they were kept. */
  readonly statuses?: Readonly<Record<string, number>>;
  /** Requests that had to wait for a free connection; absent where `statuses` is. */
  readonly waitedForConnection?: number;
  readonly durationMs: number;
  /** sent ÷ scheduled, in the scheduled time. */
  readonly achievedShare: number;
  /** CPU used over the limit of all containers, 0–1. */
  readonly cpuShare: number;
  readonly cpuSecondsPerRequest: number;
  readonly throttledPeriodShare: number | null;
  readonly memoryPeakShare: number | null;
  readonly majorFaults: number | null;
  readonly oomKills: number;
  readonly exitedContainers: number;
  readonly intervals: readonly ReplayInterval[];
  readonly intervalMs: number;
  /** The sender's CPU over one core. */
  readonly senderCpuShare: number;
  /** CPU of the host used by neither sender nor containers, and stolen, over all its CPUs. */
  readonly foreignCpuShare: number;
  readonly stealShare: number;
  /** Empty: the replay is faithful. */
  readonly unfit: readonly Unfit[];
}

/** The answer. */
export type VerdictKind = "pass" | "fail" | "inconclusive";

/** One reason for a verdict, with the figures behind it. */
export interface VerdictReason {
  /** Stable, kebab-case: "latency-p99", "does-not-hold-the-load", "host-noise". */
  readonly code: string;
  readonly kind: VerdictKind;
  /** One whole sentence for a reviewer. */
  readonly summary: string;
}

/** A metric's comparison over runs. */
export interface MetricComparison {
  readonly metric:
    | "p50"
    | "p90"
    | "p95"
    | "p99"
    | "error-share"
    | "cpu-share"
    | "throttled-share"
    | "memory-peak-share";
  readonly unit: "ms" | "share";
  /** Medians over the faithful runs. */
  readonly baseline: number | null;
  readonly candidate: number | null;
  /** candidate / baseline, with its interval at `confidence`; `null` when the baseline is 0 or unknown. */
  readonly ratio: { readonly estimate: number; readonly low: number; readonly high: number } | null;
  /** Interval of the candidate's own value. */
  readonly candidateInterval: { readonly low: number; readonly high: number } | null;
  readonly confidence: number;
  /** The bound that applied, and its origin as a phrase: "SLO 250 ms", "1.1 × baseline". */
  readonly bound: { readonly value: number; readonly origin: string } | null;
  readonly outcome: "holds" | "violated" | "undecided" | "not-judged";
  /** Requests over all faithful runs of the smaller side: percentiles beyond what they support are not judged. */
  readonly requests: number;
}

/** How far beyond the recorded load the candidate still met the objectives. */
export interface HeadroomProbe {
  readonly loadFactor: number;
  readonly holds: boolean | null;
  readonly p99Ms: number | null;
  readonly cpuShare: number;
  readonly errorShare: number;
}

/** The busiest stretch of the record that is as long as a replay, and what the candidate did with it. */
export interface PeakProbe {
  /** When it was in the log, ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** Requests per second as recorded, of all machines. */
  readonly rate: number;
  /** Times the rate of the whole window, which is about that of the replays. */
  readonly factor: number;
  /** "covered": the replays of pairs send as much, so that none of its own was done. "not-measured": none of its own can be used. */
  readonly outcome: "covered" | "held" | "not-held" | "not-measured";
  /** What did not hold, as claims: "4.2 % of the requests failed (0.1 % allowed)". Empty unless "not-held". */
  readonly troubles: readonly string[];
  /** Of its one replay; `null` without one. No part of the comparisons. */
  readonly p99Ms: number | null;
  readonly cpuShare: number | null;
  readonly errorShare: number | null;
}

/** The judge's whole opinion. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** The deciding reasons first. Never empty. */
  readonly reasons: readonly VerdictReason[];
  readonly comparisons: readonly MetricComparison[];
  readonly objectives: Objectives;
  /** Faithful runs per side, and those that were thrown away. */
  readonly runs: { readonly baseline: number; readonly candidate: number; readonly unfit: number };
  readonly headroom: readonly HeadroomProbe[];
  /** The largest load factor that held; `null` when none was probed or none held. */
  readonly headroomFactor: number | null;
  /** Absent where the comparisons alone were no pass: then it was not looked for. */
  readonly peak?: PeakProbe;
}

/** One reading as it is kept: `seq` counts from 1 in its run, so that a duplicate or a gap shows. */
export interface Reading extends CounterReading {
  readonly runId: string;
  readonly seq: number;
}

/** A step in the life of a validation run; appended to its journal as it happens. */
export type RunEvent =
  | {
      readonly kind: "started";
      readonly runId: string;
      readonly at: number;
      readonly inputs: Readonly<Record<string, string>>;
    }
  | { readonly kind: "fitted"; readonly fit: Fit }
  | { readonly kind: "provisioning"; readonly environment: string }
  | { readonly kind: "calibrated"; readonly calibration: Calibration }
  | { readonly kind: "replayed"; readonly measurement: RunMeasurement }
  | { readonly kind: "peak-probed"; readonly peak: PeakProbe }
  | { readonly kind: "probed"; readonly probe: HeadroomProbe }
  | { readonly kind: "reading"; readonly reading: Reading }
  | { readonly kind: "judged"; readonly verdict: Verdict }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "ended"; readonly at: number };

/** Where a run's events are kept. `append` returns when the event would survive a crash of this process or machine. */
export interface RunJournal {
  append(event: RunEvent): Promise<void>;
  close(): Promise<void>;
}

/** The whole of a finished validation: what reports are made of. */
export interface Validation {
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly target: string;
  readonly fit: Fit;
  /** `null` with a user's own image. */
  readonly calibration: Calibration | null;
  readonly image: string;
  readonly workload: {
    readonly files: readonly string[];
    /** ISO 8601. */
    readonly windowStart: string;
    readonly windowEnd: string;
    readonly requests: number;
    /** Requests per second of the window as recorded. */
    readonly recordedRate: number;
    /** Of each replay. */
    readonly replayedRequests: number;
    readonly replaySeconds: number;
    /** The recorded answers of the window; empty where the log does not tell its statuses. */
    readonly answers?: AnswerCounts;
  };
  readonly runs: readonly RunMeasurement[];
  readonly verdict: Verdict;
  readonly reading: Reading | null;
  readonly host: HostFacts;
  /** What the sandbox does not emulate, and everything else a reviewer must know: whole sentences. */
  readonly limits: readonly string[];
}
