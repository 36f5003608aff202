import { parentPort, workerData } from "node:worker_threads";
import { WorkQueue } from "../work-queue.ts";

/** Takes from a shared queue until it meets work of zero, then tells what it took. */
function take(): readonly number[] {
  const { memory, capacity } = workerData as { memory: SharedArrayBuffer; capacity: number };
  const queue = WorkQueue.attach(memory, capacity);
  const taken: number[] = [];
  for (;;) {
    const pushes = queue.pushes;
    const work = queue.take();
    if (!work) queue.sleep(pushes, 100_000);
    else if (work.workUs === 0) return taken;
    else taken.push(work.workUs);
  }
}

parentPort?.postMessage(take());
