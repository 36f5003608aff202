import { expect, test } from "vitest";
import { monotonicUs, threadCpuUs } from "./clocks.ts";

test("the thread's CPU clock resolves far less than a timer tick, which the bare counter does not", () => {
  const steps: number[] = [];
  let last = threadCpuUs();
  const until = last + 30_000;
  while (last < until) {
    const now = threadCpuUs();
    if (now !== last) steps.push(now - last);
    last = now;
  }
  // 30 ms in steps of a tick would be 30 steps at most. A busy machine does not change that: this is CPU time.
  expect(steps.length).toBeGreaterThan(300);
});

test("CPU time never runs ahead of the wall", () => {
  const wallUs = monotonicUs();
  const cpuUs = threadCpuUs();
  while (monotonicUs() - wallUs < 20_000);
  const burnedUs = threadCpuUs() - cpuUs;
  expect(burnedUs).toBeLessThanOrEqual(monotonicUs() - wallUs + 2);
});
