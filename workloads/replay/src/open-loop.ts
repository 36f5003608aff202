import type { AdapterError, ReplayFailure, ReplayProgress, ReplaySchedule } from "@apex/core";
import { InFlight, type InFlightRequest } from "./in-flight.ts";
import { monotonicMs } from "./monotonic-clock.ts";
import { SPIN_MS } from "./pacer-cells.ts";
import type { Pacer } from "./pacer.ts";
import type { Recorder, Traffic } from "./recorder.ts";
import type { RequestWriter } from "./request-writer.ts";
import type { PoolOwner, TargetPool } from "./target-pool.ts";

/** Between the order to start and the first send: the pacer has received its schedule by then. */
const START_LEAD_MS = 20;
/** After so many sends in a row answers are read. */
const BURST_MAX = 64;
/** How often time limits, idle connections and progress are looked after. */
const HOUSEKEEPING_MS = 20;
const SWEEP_EVERY = 10;
const PROGRESS_MS = 500;

/** What an open loop works with. */
export interface OpenLoopParts {
  readonly schedule: ReplaySchedule;
  readonly pools: readonly TargetPool[];
  readonly writer: RequestWriter;
  readonly pacer: Pacer;
  readonly recorder: Recorder;
  readonly timeoutMs: number;
  readonly inFlightMax: number;
  readonly onProgress?: (progress: ReplayProgress) => void;
}

/** Sends a schedule on time whatever becomes of the requests, and waits for the last of them. */
export class OpenLoop implements PoolOwner {
  readonly #parts: OpenLoopParts;
  readonly #inFlight = new InFlight();
  readonly #end = Promise.withResolvers<number>();
  #startMs = 0;
  #next = 0;
  #housekeeping: NodeJS.Timeout | undefined;
  #looksAgain = false;
  #rounds = 0;
  #lastSettledMs = 0;
  #nextProgressMs = PROGRESS_MS;

  constructor(parts: OpenLoopParts) {
    this.#parts = parts;
    for (const pool of parts.pools) pool.attach(this);
  }

  get traffic(): Traffic {
    return this.#parts.recorder.traffic;
  }

  /** Resolves with the milliseconds it took, once the schedule's duration is over and every request settled. */
  run(): Promise<number> {
    const { pacer, schedule } = this.#parts;
    this.#startMs = monotonicMs() + START_LEAD_MS;
    pacer.start({ offsetsMs: schedule.offsetsMs, startMs: this.#startMs }, () => this.#pump());
    this.#housekeeping = setInterval(() => this.#keepHouse(), HOUSEKEEPING_MS);
    return this.#end.promise;
  }

  onWritten({ intendedMs }: InFlightRequest): void {
    this.#parts.recorder.late(monotonicMs() - intendedMs);
  }

  onAnswer(request: InFlightRequest, status: number): void {
    const nowMs = monotonicMs();
    this.#settle(request, nowMs);
    const latencyMs = nowMs - request.intendedMs;
    // Answered too late, only not yet noticed.
    if (latencyMs >= this.#parts.timeoutMs) this.#parts.recorder.failed(nowMs - this.#startMs, "timeout");
    else this.#parts.recorder.completed(nowMs - this.#startMs, latencyMs, status);
  }

  onFailure(request: InFlightRequest, failure: ReplayFailure): void {
    const nowMs = monotonicMs();
    this.#settle(request, nowMs);
    this.#parts.recorder.failed(nowMs - this.#startMs, failure);
  }

  onBroken(error: AdapterError): void {
    this.#stop();
    this.#end.reject(error);
  }

  /** Sends what is due and sleeps until more is. */
  #pump(): void {
    const { offsetsMs } = this.#parts.schedule;
    for (let burst = 0; burst < BURST_MAX; burst++) {
      if (this.#next >= offsetsMs.length) return;
      const elapsedMs = monotonicMs() - this.#startMs;
      if ((offsetsMs[this.#next] ?? 0) > elapsedMs) return this.#sleep(elapsedMs);
      this.#take(this.#next++, elapsedMs);
    }
    this.#lookAgain();
  }

  #sleep(elapsedMs: number): void {
    const nextMs = this.#parts.schedule.offsetsMs[this.#next] ?? 0;
    if (nextMs - elapsedMs > SPIN_MS) {
      this.#parts.pacer.rest();
      // Had the pacer passed this deadline before it knew that we sleep, nobody would wake us.
      if (nextMs - (monotonicMs() - this.#startMs) > SPIN_MS) return;
    }
    this.#lookAgain();
  }

  /** At most one look is planned at a time, whoever asks for it. */
  #lookAgain(): void {
    if (this.#looksAgain) return;
    this.#looksAgain = true;
    setImmediate(() => {
      this.#looksAgain = false;
      this.#pump();
    });
  }

  #take(index: number, elapsedMs: number): void {
    const { schedule, pools, writer, recorder, inFlightMax, timeoutMs } = this.#parts;
    if (this.#inFlight.size >= inFlightMax) return recorder.dropped();
    const offsetMs = schedule.offsetsMs[index] ?? 0;
    recorder.sent(elapsedMs, elapsedMs - offsetMs);
    if (elapsedMs - offsetMs >= timeoutMs) {
      recorder.late(timeoutMs);
      return recorder.failed(elapsedMs, "timeout");
    }
    const target = index % pools.length;
    const request: InFlightRequest = {
      intendedMs: this.#startMs + offsetMs,
      method: schedule.methods.values[schedule.methods.codes[index] ?? 0] ?? "",
      bytes: writer.bytes(index, target),
      isWritten: false,
      isSettled: false,
      abandon: undefined,
      older: undefined,
      newer: undefined,
    };
    this.#inFlight.add(request);
    pools[target]?.dispatch(request);
  }

  #keepHouse(): void {
    const { pools, recorder, schedule, onProgress } = this.#parts;
    const nowMs = monotonicMs();
    const elapsedMs = Math.max(0, nowMs - this.#startMs);
    this.#rounds++;
    // The pacer loses no deadline; if it did, this would bound the harm, and lateness would show it.
    if (elapsedMs >= (schedule.offsetsMs[this.#next] ?? Number.POSITIVE_INFINITY)) this.#lookAgain();
    this.#giveUpOverdue(nowMs);
    if (this.#rounds % SWEEP_EVERY === 0) for (const pool of pools) pool.sweep(nowMs);
    if (elapsedMs >= this.#nextProgressMs) {
      this.#nextProgressMs = elapsedMs + PROGRESS_MS;
      onProgress?.(recorder.progress(elapsedMs));
    }
    if (this.#next < schedule.offsetsMs.length || this.#inFlight.size > 0) return;
    if (elapsedMs < schedule.durationMs) return;
    this.#stop();
    this.#end.resolve(Math.max(schedule.durationMs, this.#lastSettledMs));
  }

  #giveUpOverdue(nowMs: number): void {
    const { recorder, timeoutMs } = this.#parts;
    for (;;) {
      const request = this.#inFlight.oldest;
      if (request === undefined || nowMs - request.intendedMs < timeoutMs) return;
      const { abandon } = request;
      this.#settle(request, nowMs);
      recorder.failed(nowMs - this.#startMs, "timeout");
      if (!request.isWritten) recorder.late(timeoutMs);
      abandon?.();
    }
  }

  #settle(request: InFlightRequest, nowMs: number): void {
    this.#inFlight.settle(request);
    this.#lastSettledMs = nowMs - this.#startMs;
  }

  #stop(): void {
    this.#next = this.#parts.schedule.offsetsMs.length;
    clearInterval(this.#housekeeping);
    this.#parts.pacer.stop();
  }
}
