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

/** Fewer rows are read sooner than a thread has started. */
const ROWS_PER_THREAD_MIN = 500_000;
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
  const threads = Math.min(
    availableParallelism(),
    scan.batches.length,
    Math.floor(scan.rows / ROWS_PER_THREAD_MIN),
  );
  if (threads < 2) {
    let taken = 0;
    const share = scanBatches(scan, limits, () => (signal.aborted ? undefined : taken++));
    return signal.aborted ? undefined : joinShares(scan, [share]);
  }
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const task: ThreadTask = { scan, limits, taken };
  const poll = setInterval(() => {
    if (signal.aborted) Atomics.store(taken, 0, scan.batches.length);
  }, CANCELLATION_POLL_MS);
  try {
    const shares = await Promise.all(Array.from({ length: threads }, () => inThread(task)));
    return signal.aborted ? undefined : joinShares(scan, shares);
  } finally {
    // Those that go on after one has failed.
    Atomics.store(taken, 0, scan.batches.length);
    clearInterval(poll);
  }
}

async function inThread(workerData: ThreadTask): Promise<ScannedShare> {
  const worker = new Worker(new URL("./scan-thread.ts", import.meta.url), { workerData, execArgv: [] });
  // A failure is the "error" that rejects this.
  const [share] = (await once(worker, "message")) as [ScannedShare];
  return share;
}
