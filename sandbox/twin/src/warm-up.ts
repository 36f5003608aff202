import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { threadCpuUs } from "./clocks.ts";
import type { Twin } from "./twin.ts";
import type { WarmUpData, WarmUpPhase } from "./warm-up-client.ts";

/** Enough for the optimising compilers to have seen every function. */
const WARM = { connections: 8, requestsPerConnection: 150 };
/** As much work as a slot burns in this wall time, so that slow slots take no longer to warm up. */
const WARM_SERVICE_US = 100;
/** One at a time, as most requests of a service come. The smallest work, so that the slots take part. */
const MEASURED: WarmUpPhase = { connections: 1, requestsPerConnection: 60, workUs: 1 };
const BATCHES = 5;
/** Work off what the program has spent until now, so that the first real requests burn what they ask for. */
const SETTLING: WarmUpPhase = { connections: 8, requestsPerConnection: 1, workUs: 1000 };

/**
 * Sends the twin requests of its own until its code is compiled, then measures what one costs by itself: the
 * cheapest of several batches, since whatever else happens on the machine only adds. The sender is a thread of its own so
 * that its CPU is not the server's. Nothing is measured before `others` is done: what fills memory slows down what runs beside it.
 * Returns the cost, microseconds of CPU.
 */
export async function warmUp(twin: Twin, port: number, others: Promise<unknown>): Promise<number> {
  const { slotCores } = twin.statistics();
  const data: WarmUpData = { port };
  const sender = new Worker(new URL("./warm-up-client.ts", import.meta.url), { workerData: data });
  const run = async (phase: WarmUpPhase) => {
    const done = once(sender, "message");
    sender.postMessage(phase);
    await done;
  };
  await Promise.all([run({ ...WARM, workUs: Math.ceil(WARM_SERVICE_US * slotCores) }), others]);
  let ownCostUs = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const before = ownCpuUs(twin);
    await run(MEASURED);
    ownCostUs = Math.min(ownCostUs, (ownCpuUs(twin) - before) / MEASURED.requestsPerConnection);
  }
  await run(SETTLING);
  await sender.terminate();
  return Math.max(0, ownCostUs);
}

/** CPU of the server's and the burning threads beside what they burned. The sender's is neither. */
function ownCpuUs(twin: Twin): number {
  const { lanes, burnedUs } = twin.statistics();
  const laneCpuUs = lanes.length === 1 ? 0 : lanes.reduce((sum, lane) => sum + lane.cpuUs, 0);
  return threadCpuUs() + laneCpuUs - burnedUs;
}
