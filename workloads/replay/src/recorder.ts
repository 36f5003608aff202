import type { ReplayFailure, ReplayInterval, ReplayProgress, ReplayResult } from "@apex/core";
import { DurationHistogram } from "./distribution.ts";

/** What the connections of a replay count. */
export interface Traffic {
  receivedBytes: number;
  sentBytes: number;
  connectionsOpened: number;
  waitedForConnection: number;
}

/** What a recorder has to know of its replay. */
export interface RecorderOptions {
  readonly scheduled: number;
  readonly durationMs: number;
  readonly timeoutMs: number;
}

const STATUS_COUNT = 600;

/** Fine enough to see a queue grow in a replay of a few seconds, coarse enough for hours. */
function intervalLengthMs(durationMs: number): number {
  if (durationMs <= 60_000) return 250;
  return durationMs <= 600_000 ? 500 : 1_000;
}

/** Counts what happens to requests, over all and by interval. Times are milliseconds since the start. Constant memory per interval. */
export class Recorder {
  readonly traffic: Traffic = {
    receivedBytes: 0,
    sentBytes: 0,
    connectionsOpened: 0,
    waitedForConnection: 0,
  };
  readonly #options: RecorderOptions;
  readonly #intervalMs: number;
  readonly #intervals: ReplayInterval[] = [];
  readonly #latency: DurationHistogram;
  readonly #lateness: DurationHistogram;
  readonly #senderLateness: DurationHistogram;
  readonly #intervalLatency: DurationHistogram;
  readonly #statuses = new Uint32Array(STATUS_COUNT);
  readonly #failures: Record<ReplayFailure, number> = { timeout: 0, refused: 0, reset: 0, "bad-response": 0 };
  #sent = 0;
  #completed = 0;
  #failed = 0;
  #dropped = 0;
  /** As they stood at the end of the last closed interval. */
  #closed = { sent: 0, completed: 0, failed: 0 };

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#intervalMs = intervalLengthMs(options.durationMs);
    this.#latency = new DurationHistogram(options.timeoutMs);
    this.#lateness = new DurationHistogram(options.timeoutMs);
    this.#senderLateness = new DurationHistogram(options.timeoutMs);
    this.#intervalLatency = new DurationHistogram(options.timeoutMs);
  }

  /** Taken from the schedule: from now on it is answered or fails. */
  sent(atMs: number, latenessMs: number): void {
    this.#closeIntervals(atMs);
    this.#sent++;
    this.#senderLateness.record(latenessMs);
  }

  dropped(): void {
    this.#dropped++;
  }

  /** Handed to the network, or given up before it could be. */
  late(latenessMs: number): void {
    this.#lateness.record(latenessMs);
  }

  completed(atMs: number, latencyMs: number, status: number): void {
    this.#closeIntervals(atMs);
    this.#completed++;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#latency.record(latencyMs);
    this.#intervalLatency.record(latencyMs);
  }

  failed(atMs: number, failure: ReplayFailure): void {
    this.#closeIntervals(atMs);
    this.#failed++;
    this.#failures[failure]++;
    if (failure !== "timeout") return;
    this.#latency.record(this.#options.timeoutMs);
    this.#intervalLatency.record(this.#options.timeoutMs);
  }

  progress(atMs: number): ReplayProgress {
    this.#closeIntervals(atMs);
    return {
      elapsedMs: atMs,
      durationMs: this.#options.durationMs,
      sent: this.#sent,
      completed: this.#completed,
      failed: this.#failed,
      inFlight: this.#inFlight,
      p99Ms: this.#intervals.at(-1)?.p99Ms ?? null,
    };
  }

  result(atMs: number, senderCpuMs: number): ReplayResult {
    this.#closeIntervals(atMs);
    if (atMs > this.#intervals.length * this.#intervalMs) this.#closeInterval();
    return {
      scheduled: this.#options.scheduled,
      sent: this.#sent,
      completed: this.#completed,
      dropped: this.#dropped,
      failures: this.#failures,
      statuses: Object.fromEntries(
        [...this.#statuses].flatMap((count, status) => (count === 0 ? [] : [[String(status), count]])),
      ),
      latency: this.#latency.distribution(),
      lateness: this.#lateness.distribution(),
      senderLateness: this.#senderLateness.distribution(),
      durationMs: atMs,
      intervals: this.#intervals,
      intervalMs: this.#intervalMs,
      ...this.traffic,
      senderCpuMs,
    };
  }

  get #inFlight(): number {
    return this.#sent - this.#completed - this.#failed;
  }

  #closeIntervals(atMs: number): void {
    while (atMs >= (this.#intervals.length + 1) * this.#intervalMs) this.#closeInterval();
  }

  #closeInterval(): void {
    const { sent, completed, failed } = this.#closed;
    this.#intervals.push({
      startMs: this.#intervals.length * this.#intervalMs,
      sent: this.#sent - sent,
      completed: this.#completed - completed,
      failed: this.#failed - failed,
      inFlight: this.#inFlight,
      p50Ms: this.#intervalLatency.percentile(50),
      p99Ms: this.#intervalLatency.percentile(99),
    });
    this.#closed = { sent: this.#sent, completed: this.#completed, failed: this.#failed };
    this.#intervalLatency.reset();
  }
}
