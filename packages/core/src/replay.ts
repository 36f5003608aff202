import type { StopSignal } from "./ports.ts";
import type { Endpoint } from "./sandbox.ts";
import type { InternedColumn } from "./workload.ts";

/**
 * What to send and when, by column, ready for an open-loop sender. All columns have the same length; `offsetsMs` rises.
 * Deterministic: the same schedule is sent to both sides.
 */
export interface ReplaySchedule {
  /** Intended send time after the start, milliseconds. */
  readonly offsetsMs: Float64Array;
  readonly methods: InternedColumn;
  readonly paths: InternedColumn;
  /** Bytes of request body to send. */
  readonly bodyBytes: Uint32Array;
  /** CPU work for the twin, microseconds of one core; absent for a user's own image. */
  readonly workUs?: Float64Array;
  /** Time the twin waits without CPU, microseconds. */
  readonly waitUs?: Float64Array;
  readonly durationMs: number;
  /** Requests per second over the whole schedule. */
  readonly rate: number;
}

/** How to send. */
export interface ReplayOptions {
  readonly targets: readonly Endpoint[];
  /** A request that takes longer is an error; measured from the intended send time. */
  readonly timeoutMs: number;
  /** Open connections at most, over all targets. Requests that find none free wait, and their latency counts the wait. */
  readonly connectionsMax: number;
  /** Requests in flight or waiting at most; beyond it they are dropped and counted: the run cannot be judged. */
  readonly inFlightMax: number;
  /** Which of the host's CPUs the sender keeps to, away from those of the services; absent: any. */
  readonly cpus?: readonly number[];
  /** Sent and thrown away before the first counted request, to warm sender and connections. */
  readonly warmupRequests: number;
  /** Called about twice a second. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  readonly signal?: StopSignal;
}

/** How far a replay is. */
export interface ReplayProgress {
  readonly elapsedMs: number;
  readonly durationMs: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Of the last interval. */
  readonly p99Ms: number | null;
}

/** A distribution of durations in milliseconds. Percentiles are `null` when nothing was recorded. */
export interface Distribution {
  readonly count: number;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly maxMs: number | null;
  /**
   * The whole of it, for plots and for pooling: ascending upper bounds in milliseconds and how many fell at or below each
   * and above the one before. At most a few hundred buckets, HdrHistogram's three significant digits behind them.
   */
  readonly buckets: readonly (readonly [upToMs: number, count: number])[];
}

/** Why a request did not get an answer. */
export type ReplayFailure = "timeout" | "refused" | "reset" | "bad-response";

/** One interval of a replay. */
export interface ReplayInterval {
  /** From the start of the replay. */
  readonly startMs: number;
  readonly sent: number;
  readonly completed: number;
  readonly failed: number;
  /** In flight or waiting at the end of the interval. */
  readonly inFlight: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What one replay measured. scheduled = sent + dropped, and sent = completed + Σ failures. */
export interface ReplayResult {
  readonly scheduled: number;
  readonly sent: number;
  readonly completed: number;
  /** Never sent because too many were in flight. */
  readonly dropped: number;
  readonly failures: Readonly<Record<ReplayFailure, number>>;
  /** Completed answers by status code. */
  readonly statuses: Readonly<Record<string, number>>;
  /** From the intended send time to the last byte of the answer, of completed requests; timeouts count as `timeoutMs`. */
  readonly latency: Distribution;
  /** Actual minus intended send time, whatever made it late. */
  readonly lateness: Distribution;
  /**
   * The sender's own part of it: until it turned to the request, before any wait for a connection. What `lateness` has
   * beyond is back-pressure of the service. Absent when a replayer cannot tell them apart.
   */
  readonly senderLateness?: Distribution;
  readonly durationMs: number;
  /** Of `interval` length each, the last may be shorter. */
  readonly intervals: readonly ReplayInterval[];
  readonly intervalMs: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly connectionsOpened: number;
  /** Requests that had to wait for a free connection. */
  readonly waitedForConnection: number;
  /** CPU time of the sending process (all threads), milliseconds. */
  readonly senderCpuMs: number;
}

/** Sends a schedule and measures. Throws the signal's reason when aborted and an AdapterError when no target can be reached. */
export interface Replayer {
  replay(schedule: ReplaySchedule, options: ReplayOptions): Promise<ReplayResult>;
}
