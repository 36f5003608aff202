import { Worker } from "node:worker_threads";
import {
  AdapterError,
  assert,
  type Replayer,
  type ReplayOptions,
  type ReplayResult,
  type ReplaySchedule,
} from "@apex/core";
import { checkOptions, checkSchedule } from "./check-order.ts";
import { keepToCpus } from "./cpu-affinity.ts";
import type { SenderOrder, SenderReport } from "./sender-protocol.ts";

/** A replayer with a thread behind it. */
export interface OpenReplayer extends Replayer {
  /** Ends the thread, and with it whatever is still being sent. */
  close(): Promise<void>;
}

/**
 * Starts a thread that replays schedules, one at a time, and warms it up: a second or so, best spent while containers start.
 * The thread does not keep the process alive between replays.
 */
export function openReplayer(): OpenReplayer {
  return new ThreadedReplayer();
}

function throwIfAborted(signal: ReplayOptions["signal"]): void {
  if (signal?.aborted === true) throw signal.reason;
}

class ThreadedReplayer implements OpenReplayer {
  #worker: Worker | undefined;
  #isReplaying = false;
  /** Set while the process keeps to the CPUs of `#cpus`. */
  #letGo: (() => Promise<void>) | undefined;
  #cpus = "";

  constructor() {
    this.#start();
  }

  async replay(schedule: ReplaySchedule, options: ReplayOptions): Promise<ReplayResult> {
    assert(!this.#isReplaying, "a replayer replays one schedule at a time");
    checkSchedule(schedule);
    checkOptions(options);
    throwIfAborted(options.signal);
    this.#isReplaying = true;
    const worker = this.#worker ?? this.#start();
    worker.ref();
    try {
      await this.#keepTo(options.cpus ?? []);
      throwIfAborted(options.signal);
      return await replayIn(worker, schedule, options);
    } catch (error) {
      // Whatever was being sent ends with the thread. The next replay starts and warms another.
      if (!(error instanceof AdapterError)) await this.close();
      throw error;
    } finally {
      worker.unref();
      this.#isReplaying = false;
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    await this.#keepTo([]);
  }

  /** The sender shares its process with others that work for it: all of them stay away from the services. */
  async #keepTo(cpus: readonly number[]): Promise<void> {
    const wanted = cpus.join(",");
    // A new thread inherits the CPUs of the one that starts it, so once is enough.
    if (wanted === this.#cpus) return;
    this.#cpus = wanted;
    await this.#letGo?.();
    this.#letGo = wanted === "" ? undefined : await keepToCpus(cpus);
  }

  #start(): Worker {
    // Threads refuse some of the flags that a process may have been started with (--input-type).
    const worker = new Worker(new URL("./sender-thread.ts", import.meta.url), { execArgv: [] });
    // A thread that dies between replays has nobody to tell; the next replay starts another and hears why it dies.
    worker.on("error", () => undefined);
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}

function replayIn(worker: Worker, schedule: ReplaySchedule, options: ReplayOptions): Promise<ReplayResult> {
  const { onProgress, signal, ...rest } = options;
  const end = Promise.withResolvers<ReplayResult>();
  const onReport = (report: SenderReport) => {
    try {
      if (report.kind === "progress") onProgress?.(report.progress);
      else if (report.kind === "result") end.resolve(report.result);
      else end.reject(new AdapterError(report.errorKind, report.message));
    } catch (error) {
      end.reject(error);
    }
  };
  const onError = (error: unknown) => end.reject(error);
  const onExit = () => end.reject(new Error("the sender's thread ended before its replay"));
  const onAbort = () => end.reject(signal?.reason);
  worker.on("message", onReport).on("error", onError).on("exit", onExit);
  signal?.addEventListener("abort", onAbort, { once: true });
  worker.postMessage({ schedule: shared(schedule), options: rest } satisfies SenderOrder);
  return end.promise.finally(() => {
    worker.off("message", onReport).off("error", onError).off("exit", onExit);
    signal?.removeEventListener("abort", onAbort);
  });
}

/** The pacer and the sender walk the send times from two threads. */
function shared(schedule: ReplaySchedule): ReplaySchedule {
  const offsetsMs = new Float64Array(new SharedArrayBuffer(schedule.offsetsMs.byteLength));
  offsetsMs.set(schedule.offsetsMs);
  return { ...schedule, offsetsMs };
}
