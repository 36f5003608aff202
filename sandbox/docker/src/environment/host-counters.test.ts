import { expect, test } from "vitest";
import { hostCounters, parseHostCounters } from "./host-counters.ts";

test("steal and waiting are not busy, guests are counted once", () => {
  // From a virtual machine of two CPUs; user nice system idle iowait irq softirq steal guest guest_nice.
  const counters = parseHostCounters("cpu  903842 16 295897 1382524 4262 0 3747 775 11 0\ncpu0 1 2 3\n", 5);
  expect(counters).toEqual({
    atMs: 5,
    totalMs: (903842 + 16 + 295897 + 1382524 + 4262 + 3747 + 775) * 10,
    busyMs: (903842 + 16 + 295897 + 3747) * 10,
    stealMs: 7750,
  });
});

test("what is no such line is our bug", () => {
  expect(() => parseHostCounters("", 0)).toThrow("/proc/stat");
  expect(() => parseHostCounters("cpu0 1 2 3 4 5 6 7 8", 0)).toThrow("/proc/stat");
});

test("this host's counters only rise", async () => {
  const first = await hostCounters();
  const second = await hostCounters();
  expect(second.totalMs).toBeGreaterThanOrEqual(first.totalMs);
  expect(second.atMs).toBeGreaterThan(first.atMs);
  expect(first.busyMs).toBeLessThan(first.totalMs);
});
