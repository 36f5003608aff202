import { Worker } from "node:worker_threads";
import { AdapterError, type ResourceRange } from "@apex/core";
import type { SampleSource } from "@apex/store/samples";
import type { FromThread, PlainInput, ThreadJudged } from "./thread-messages.ts";

/** What threads get, and who hears of them. */
export interface ThreadWork {
  readonly threads: number;
  readonly data: { readonly source: SampleSource; readonly input: PlainInput };
  readonly signal: AbortSignal;
  readonly onProfiles: (count: number) => void;
}

/**
 * A thread's nursery: most of what is made for a machine dies with it. Of the default size, two threads held 240 MiB more on
 * 10,000 machines.
 */
const YOUNG_MIB = 4;

/** Judges ranges of resources in threads; the parts come back in the order of the ranges. The first failure ends all threads. */
export async function judgeInThreads(
  ranges: readonly ResourceRange[],
  { threads, data, signal, onProfiles }: ThreadWork,
): Promise<readonly ThreadJudged[]> {
  signal.throwIfAborted();
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL("./judge-thread.ts", import.meta.url), {
        workerData: data,
        execArgv: [],
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
      }),
  );
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const parts = new Map<number, ThreadJudged>();
  const queue = ranges.entries();
  async function serve(worker: Worker): Promise<void> {
    for (const [index, range] of queue) parts.set(index, await judgedBy(worker, range, onProfiles));
  }
  try {
    await Promise.race([Promise.all(workers.map(serve)), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return ranges.flatMap((_, index) => parts.get(index) ?? []);
}

function judgedBy(
  worker: Worker,
  range: ResourceRange,
  onProfiles: (count: number) => void,
): Promise<ThreadJudged> {
  const { promise, resolve, reject } = Promise.withResolvers<ThreadJudged>();
  const onMessage = (message: FromThread): void => {
    if (message.kind === "progress") onProfiles(message.profiles);
    else if (message.kind === "judged") resolve(message.part);
    else reject(asThrown(message));
  };
  const onExit = (code: number): void =>
    reject(new Error(`a thread of the analysis ended with code ${code}`));
  worker.on("message", onMessage).on("error", reject).on("exit", onExit).postMessage(range);
  return promise.finally(() => worker.off("message", onMessage).off("error", reject).off("exit", onExit));
}

function asThrown({ error, adapterErrorKind }: FromThread & { readonly kind: "failed" }): Error {
  return adapterErrorKind === undefined
    ? error
    : new AdapterError(adapterErrorKind, error.message, { cause: error });
}
