import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Cancellation } from "@apex/core";
import type { SampleScan } from "./plan-scan.ts";
import { type ScanLimits, type ScannedShare, scanBatches } from "./scan-batches.ts";
import { joinShares, type SortedSamples } from "./sorted-samples.ts";

/** What a thread is told. `taken` counts the batches that somebody reads, across threads. */
export interface ThreadTask {
  readonly scan: SampleScan;
  readonly limits: ScanLimits;
  readonly taken: Int32Array;
}

const CANCELLATION_POLL_MS = 100;

/**
 * Reads the samples of one pass, on all cores where there are enough; `undefined` when `signal` is aborted. Throws what
 * {@link scanBatches} throws.
 */
export async function scanSamples(
  scan: SampleScan,
  limits: ScanLimits,
  signal: Cancellation,
): Promise<SortedSamples | undefined> {
  // One batch is read sooner than threads have started; of several, this thread would hear no Ctrl-C, on a single core too.
  if (scan.batches.length < 2) {
    let next = 0;
    const share = scanBatches(scan, limits, () => (signal.aborted ? undefined : next++));
    return signal.aborted ? undefined : joinShares(scan, limits, [share]);
  }
  const threads = Math.min(availableParallelism(), scan.batches.length);
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const task: ThreadTask = { scan, limits, taken };
  const poll = setInterval(() => {
    if (signal.aborted) Atomics.store(taken, 0, scan.batches.length);
  }, CANCELLATION_POLL_MS);
  try {
    const shares = await Promise.all(Array.from({ length: threads }, () => inThread(task)));
    return signal.aborted ? undefined : joinShares(scan, limits, shares);
  } finally {
    // Those that go on after one has failed.
    Atomics.store(taken, 0, scan.batches.length);
    clearInterval(poll);
  }
}

async function inThread(workerData: ThreadTask): Promise<ScannedShare> {
  const worker = new Worker(new URL("./scan-thread.ts", import.meta.url), { workerData, execArgv: [] });
  // A failure is the "error" that rejects this. One that ends without a word has said nothing until its exit.
  const ended = once(worker, "exit").then(([code]) => {
    throw new Error(`a thread ended with code ${String(code)}`);
  });
  const [share] = (await Promise.race([once(worker, "message"), ended])) as [ScannedShare];
  return share;
}
