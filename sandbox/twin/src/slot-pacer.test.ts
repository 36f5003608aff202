import { expect, test } from "vitest";
import { type Simulation, simulateLane } from "./testing/simulated-lane.ts";

const QUARTERS: Simulation = {
  slots: 4,
  slotCores: 0.25,
  quantumUs: 500,
  catchUpUs: 4000,
  overheadUs: 0,
  stalls: [],
};

test("a request alone takes its work divided by the slot's cores", () => {
  const { runs } = simulateLane(QUARTERS, [{ arrivalUs: 0, workUs: 10_000 }]);
  expect(runs[0]?.endedUs).toBeCloseTo(40_000, 6);
});

test("it burns evenly on the way", () => {
  const { burns } = simulateLane(QUARTERS, [{ arrivalUs: 0, workUs: 2000 }]);
  expect(burns.map((burn) => burn.fromUs + burn.us)).toEqual([2000, 4000, 6000, 8000]);
});

test("what the program itself spent holds the slot too", () => {
  const { runs, burns } = simulateLane({ ...QUARTERS, overheadUs: 100 }, [{ arrivalUs: 0, workUs: 900 }]);
  expect(runs[0]?.endedUs).toBeCloseTo(4000, 6);
  expect(burns.reduce((sum, burn) => sum + burn.us, 0)).toBe(900);
});

test("four slots of a quarter fill a core and no request is later for it", () => {
  const tasks = Array.from({ length: 4 }, () => ({ arrivalUs: 0, workUs: 10_000 }));
  const { runs } = simulateLane(QUARTERS, tasks);
  for (const run of runs) expect(run.endedUs).toBeLessThanOrEqual(40_000 + 2000);
});

test("a fifth request waits for the first slot that is free", () => {
  const tasks = [8000, 1000, 8000, 8000, 1000].map((workUs) => ({ arrivalUs: 0, workUs }));
  const { runs } = simulateLane(QUARTERS, tasks);
  expect(runs[4]?.startedUs).toBeGreaterThanOrEqual(4000 - 1);
  expect(runs[4]?.endedUs).toBeGreaterThanOrEqual(8000 - 1);
  expect(runs[4]?.endedUs).toBeLessThanOrEqual(8000 + 2000);
});

test("a short stall is made up for", () => {
  const { runs } = simulateLane({ ...QUARTERS, stalls: [{ atUs: 10_000, forUs: 2000 }] }, [
    { arrivalUs: 0, workUs: 10_000 },
  ]);
  expect(runs[0]?.endedUs).toBeCloseTo(40_000, 6);
});

test("a long stall delays, but for what may be made up, and never shortens the work", () => {
  const { runs } = simulateLane({ ...QUARTERS, stalls: [{ atUs: 10_000, forUs: 100_000 }] }, [
    { arrivalUs: 0, workUs: 10_000 },
  ]);
  expect(runs[0]?.burnedUs).toBe(10_000);
  expect(runs[0]?.endedUs).toBeGreaterThan(40_000 + 90_000);
  expect(runs[0]?.endedUs).toBeLessThanOrEqual(40_000 + 100_000);
});

test("slots that ask for more than the thread has slow each other down alike", () => {
  const tasks = Array.from({ length: 2 }, () => ({ arrivalUs: 0, workUs: 10_000 }));
  const { runs } = simulateLane({ ...QUARTERS, slots: 2, slotCores: 1 }, tasks);
  for (const run of runs) expect(run.endedUs).toBeGreaterThanOrEqual(19_000);
});
