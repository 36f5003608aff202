import { Worker } from "node:worker_threads";
import { threadCpuUs } from "./clocks.ts";
import { LoopLane } from "./loop-lane.ts";
import { LANE_FIELDS, type ThreadLaneData } from "./thread-lane.ts";
import type { WorkQueue } from "./work-queue.ts";

/** The machine's slots, and how fast each is. */
export interface Slots {
  readonly slots: number;
  /** Cores that one slot may burn, over 0 and at most 1. */
  readonly slotCores: number;
}

/** CPU of one thread that burns, microseconds since the start. */
export interface LaneUsage {
  readonly burnedUs: number;
  readonly cpuUs: number;
}

/** All slots, on as many threads as they need. */
export interface Lanes {
  /** Something has been queued. */
  wake(): void;
  usage(): readonly LaneUsage[];
}

/** Rounding of decimal shares: 10 slots of 0.1 are one core. */
const CORES_EPSILON = 1e-9;

/** How many slots each thread gets: all on one up to one core in total, else so few that no thread needs more than a core. */
export function slotsOfLanes({ slots, slotCores }: Slots): readonly number[] {
  const perLane = Math.max(1, Math.floor(1 / slotCores + CORES_EPSILON));
  const lanes = Math.ceil(slots / perLane);
  return Array.from(
    { length: lanes },
    (_, lane) => Math.floor(slots / lanes) + (lane < slots % lanes ? 1 : 0),
  );
}

/** Starts the lanes. `onFinished` gets the ticket of a task that has had its CPU. */
export function startLanes(slots: Slots, queue: WorkQueue, onFinished: (ticket: number) => void): Lanes {
  const counts = slotsOfLanes(slots);
  return counts.length === 1 ? onThisThread(slots, queue, onFinished) : onThreads(slots, queue, onFinished);
}

function onThisThread(slots: Slots, queue: WorkQueue, onFinished: (ticket: number) => void): Lanes {
  const looped = new LoopLane({ ...slots, queue, onFinished });
  return {
    wake: () => looped.wake(),
    usage: () => [{ burnedUs: looped.lane.burnedUs, cpuUs: threadCpuUs() }],
  };
}

function onThreads(slots: Slots, queue: WorkQueue, onFinished: (ticket: number) => void): Lanes {
  const counts = slotsOfLanes(slots);
  const counters = new SharedArrayBuffer(counts.length * LANE_FIELDS.count * 8);
  const fields = new Float64Array(counters);
  let seenUs = threadCpuUs();
  for (const [index, slotCount] of counts.entries()) {
    const data: ThreadLaneData = {
      queueMemory: queue.memory,
      queueCapacity: queue.capacity,
      slots: slotCount,
      slotCores: slots.slotCores,
      counters,
      index,
    };
    const worker = new Worker(new URL("./thread-lane.ts", import.meta.url), { workerData: data });
    worker.on("message", onFinished);
    worker.on("error", (error) => {
      throw new Error("a thread that burns has died", { cause: error });
    });
  }
  return {
    // Threads wait on the queue itself; here they are only told what their requests have cost this one.
    wake: () => {
      const nowUs = threadCpuUs();
      queue.addSpent(Math.round(nowUs - seenUs));
      seenUs = nowUs;
    },
    usage: () =>
      counts.map((_, lane) => ({
        burnedUs: fields[lane * LANE_FIELDS.count + LANE_FIELDS.burnedUs] ?? 0,
        cpuUs: fields[lane * LANE_FIELDS.count + LANE_FIELDS.cpuUs] ?? 0,
      })),
  };
}
