/** A share of the percentiles of foreign Parquet, in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { percentilesOfShare, type SeriesShare } from "./percentiles-foreign.ts";

parentPort?.postMessage(percentilesOfShare(workerData as SeriesShare));
