import { expect, test } from "vitest";
import { type Simulation, simulateLane } from "./testing/simulated-lane.ts";

const QUARTERS: Simulation = {
  slots: 4,
  slotCores: 0.25,
  quantumUs: 500,
  leadUs: 8000,
  catchUpUs: 4000,
  stalls: [],
};

test("a request alone takes its work divided by the slot's cores", () => {
  const { runs } = simulateLane(QUARTERS, [{ arrivalUs: 0, workUs: 10_000 }]);
  expect(runs[0]?.endedUs).toBeCloseTo(40_000, 6);
});

test("it burns ahead, then rests, then keeps between all and half of its lead", () => {
  const { burns } = simulateLane(QUARTERS, [{ arrivalUs: 0, workUs: 20_000 }]);
  let burnedUs = 0;
  const leads = burns.map(({ fromUs, us }) => {
    burnedUs += us;
    return { fromUs, leadUs: (burnedUs - us) / QUARTERS.slotCores - fromUs };
  });
  expect(Math.max(...leads.map(({ leadUs }) => leadUs))).toBeLessThan(8000);
  // The first burns begin with no lead at all.
  const later = leads.filter(({ fromUs }) => fromUs > 8000);
  expect(Math.min(...later.map(({ leadUs }) => leadUs))).toBeGreaterThanOrEqual(4000 - 1e-6);
  const pauses = burns.filter((burn, i) => i > 0 && burn.fromUs > (burns[i - 1]?.fromUs ?? 0) + 500);
  // Every pause costs a wake-up: 80 ms in steps of half the lead, instead of one for each of 40 quanta.
  expect(pauses.length).toBeLessThanOrEqual(20);
});

test("four slots of a quarter fill a core and no request is later for it", () => {
  const tasks = Array.from({ length: 4 }, () => ({ arrivalUs: 0, workUs: 10_000 }));
  const { runs } = simulateLane(QUARTERS, tasks);
  for (const run of runs) expect(run.endedUs).toBeLessThanOrEqual(40_000 + 500);
});

test("a fifth request waits for the first slot that is free", () => {
  const tasks = [8000, 1000, 8000, 8000, 1000].map((workUs) => ({ arrivalUs: 0, workUs }));
  const { runs } = simulateLane(QUARTERS, tasks);
  expect(runs[4]?.startedUs).toBeGreaterThanOrEqual(4000 - 1);
  expect(runs[4]?.endedUs).toBeGreaterThanOrEqual(8000 - 1);
  expect(runs[4]?.endedUs).toBeLessThanOrEqual(8000 + 500);
});

test("a stall that the lead covers delays nothing", () => {
  const { runs } = simulateLane({ ...QUARTERS, stalls: [{ atUs: 10_000, forUs: 8000 }] }, [
    { arrivalUs: 0, workUs: 10_000 },
  ]);
  expect(runs[0]?.endedUs).toBeCloseTo(40_000, 6);
});

test("a long stall delays, but for lead and catching up, and never shortens the work", () => {
  const { runs } = simulateLane({ ...QUARTERS, stalls: [{ atUs: 10_000, forUs: 100_000 }] }, [
    { arrivalUs: 0, workUs: 10_000 },
  ]);
  expect(runs[0]?.burnedUs).toBe(10_000);
  expect(runs[0]?.endedUs).toBeGreaterThan(40_000 + 100_000 - 12_000);
  expect(runs[0]?.endedUs).toBeLessThanOrEqual(40_000 + 100_000);
});

test("slots that ask for more than the thread has slow each other down alike", () => {
  const tasks = Array.from({ length: 2 }, () => ({ arrivalUs: 0, workUs: 10_000 }));
  const { runs } = simulateLane({ ...QUARTERS, slots: 2, slotCores: 1 }, tasks);
  for (const run of runs) expect(run.endedUs).toBeGreaterThanOrEqual(19_000);
});
