/** Reads a share of a Parquet file's batches, in a thread of its own: the next one that nobody has taken, until none is left. */
import { parentPort, workerData } from "node:worker_threads";
import { scanBatches } from "./scan-batches.ts";
import type { ThreadTask } from "./scan-samples.ts";

const { scan, limits, taken } = workerData as ThreadTask;
parentPort?.postMessage(scanBatches(scan, limits, () => Atomics.add(taken, 0, 1)));
