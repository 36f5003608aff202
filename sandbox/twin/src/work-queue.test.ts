import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { WorkQueue } from "./work-queue.ts";

test("first in, first out, over the end of the ring", () => {
  const queue = WorkQueue.create(4);
  for (let round = 0; round < 10; round += 1) {
    for (let i = 0; i < 3; i += 1) queue.push(round * 3 + i, 0);
    for (let i = 0; i < 3; i += 1) expect(queue.take()?.workUs).toBe(round * 3 + i);
  }
  expect(queue.take()).toBeUndefined();
});

test("a full queue refuses and loses nothing", () => {
  const queue = WorkQueue.create(2);
  expect([queue.push(1, 0), queue.push(2, 0), queue.push(3, 0)]).toEqual([0, 1, null]);
  expect(queue.length).toBe(2);
  expect(queue.take()?.workUs).toBe(1);
  expect(queue.push(4, 0)).toBe(2);
});

test("a capacity that is no power of two is our bug", () => {
  for (const capacity of [0, 3, -2]) expect(() => WorkQueue.create(capacity)).toThrow("power of two");
});

test("counts what is in slots, and the most at once", () => {
  const queue = WorkQueue.create(4);
  for (let i = 0; i < 3; i += 1) queue.push(1, 0);
  queue.take();
  queue.take();
  queue.left();
  queue.take();
  expect([queue.inSlot, queue.inSlotMax]).toEqual([2, 2]);
  queue.left();
  queue.resetMax();
  expect([queue.inSlot, queue.inSlotMax]).toEqual([1, 1]);
});

test("threads that take at once get each task once, each thread in order", async () => {
  const tasks = 20_000;
  const queue = WorkQueue.create(64);
  const takers = Array.from({ length: 3 }, () => {
    const worker = new Worker(new URL("./testing/queue-taker.ts", import.meta.url), {
      workerData: { memory: queue.memory, capacity: queue.capacity },
    });
    return new Promise<readonly number[]>((resolve, reject) => {
      worker.on("message", resolve);
      worker.on("error", reject);
    });
  });
  let pushed = 0;
  while (pushed < tasks + takers.length) {
    // Work of zero tells a taker to stop.
    if (queue.push(pushed < tasks ? pushed + 1 : 0, 0) === null) await new Promise(setImmediate);
    else pushed += 1;
  }
  const taken = await Promise.all(takers);
  for (const own of taken) expect(own).toEqual(own.toSorted((a, b) => a - b));
  expect(taken.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: tasks }, (_, i) => i + 1));
});
