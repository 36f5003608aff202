import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { threadCpuUs } from "./clocks.ts";
import { Lane } from "./lane.ts";
import { WorkQueue } from "./work-queue.ts";

/** What a thread needs to run a lane. */
export interface ThreadLaneData {
  readonly queueMemory: SharedArrayBuffer;
  readonly queueCapacity: number;
  readonly slots: number;
  readonly slotCores: number;
  /** One row of {@link LANE_FIELDS} for each lane. */
  readonly counters: SharedArrayBuffer;
  readonly index: number;
}

/** What a lane tells of itself, as 64-bit floats. */
export const LANE_FIELDS = { burnedUs: 0, cpuUs: 1, count: 2 } as const;

/** Runs a lane on a thread of its own, for ever. It serves nothing else, so it may sleep and burn as it needs. */
function run(data: ThreadLaneData, port: MessagePort): never {
  const queue = WorkQueue.attach(data.queueMemory, data.queueCapacity);
  const counters = new Float64Array(data.counters, data.index * LANE_FIELDS.count * 8, LANE_FIELDS.count);
  const never = new Int32Array(new SharedArrayBuffer(4));
  const onFinished = (ticket: number) => port.postMessage(ticket);
  const lane = new Lane({ ...data, queue, clockUs: threadCpuUs, onFinished });
  for (;;) {
    const pushes = queue.pushes;
    const { us: idleUs } = lane.turn();
    counters[LANE_FIELDS.burnedUs] = lane.burnedUs;
    counters[LANE_FIELDS.cpuUs] = threadCpuUs();
    if (idleUs === 0) continue;
    if (lane.hasFreeSlot) queue.sleep(pushes, idleUs);
    else Atomics.wait(never, 0, 0, idleUs / 1e3);
  }
}

if (parentPort) run(workerData as ThreadLaneData, parentPort);
