/** A share of the percentiles, in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { percentilesOf, type SegmentShare } from "./percentiles-readers.ts";

parentPort?.postMessage(await percentilesOf(workerData as SegmentShare));
