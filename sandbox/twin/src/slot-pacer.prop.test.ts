import fc from "fast-check";
import { expect, test } from "vitest";
import { idealEnds } from "./testing/ideal-queue.ts";
import { type Simulation, simulateLane, type SimulatedTask } from "./testing/simulated-lane.ts";

const TASKS = fc
  .array(fc.record({ gapUs: fc.nat(20_000), workUs: fc.integer({ min: 1, max: 30_000 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((gaps) => {
    let arrivalUs = 0;
    return gaps.map(({ gapUs, workUs }): SimulatedTask => {
      arrivalUs += gapUs;
      return { arrivalUs, workUs };
    });
  });

/** Lanes whose slots fit their thread. */
const LANES = fc
  .record({
    slots: fc.integer({ min: 1, max: 8 }),
    load: fc.double({ min: 0.05, max: 1, noNaN: true }),
  })
  .map(
    ({ slots, load }): Simulation => ({
      slots,
      slotCores: load / slots,
      quantumUs: 500,
      leadUs: 8000,
      catchUpUs: 4000,
      stalls: [],
    }),
  );

/** Six tasks at nearly the same moment: a small one that is due first came behind larger ones. */
const MANY_AT_ONCE: Simulation = {
  slots: 8,
  slotCores: 0.0285,
  quantumUs: 500,
  leadUs: 8000,
  catchUpUs: 4000,
  stalls: [],
};
const SMALL_BEHIND_LARGE: SimulatedTask[] = [
  { arrivalUs: 0, workUs: 1034 },
  { arrivalUs: 18_795, workUs: 1 },
  { arrivalUs: 31_036, workUs: 500 },
  { arrivalUs: 31_036, workUs: 500 },
  { arrivalUs: 31_036, workUs: 500 },
  { arrivalUs: 31_036, workUs: 1 },
];

const STALLS = fc.array(fc.record({ atUs: fc.nat(200_000), forUs: fc.nat(100_000) }), { maxLength: 5 });

test("all work is burned, whatever stalls the thread, and never more slots are busy than there are", () => {
  fc.assert(
    fc.property(LANES, STALLS, TASKS, (lane, stalls, tasks) => {
      const { runs, busyMax } = simulateLane({ ...lane, stalls }, tasks);
      expect(runs.map((run) => Math.round(run.burnedUs * 1e3))).toEqual(
        tasks.map((task) => task.workUs * 1e3),
      );
      expect(busyMax).toBeLessThanOrEqual(lane.slots);
    }),
  );
});

test("tasks start in the order in which they came", () => {
  fc.assert(
    fc.property(LANES, STALLS, TASKS, (lane, stalls, tasks) => {
      const starts = simulateLane({ ...lane, stalls }, tasks).runs.map((run) => run.startedUs);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    }),
  );
});

test("on a thread of its own a lane is the queue of the modelled machine: each task ends when it does there, up to two quanta", () => {
  fc.assert(
    fc.property(LANES, TASKS, (lane, tasks) => {
      const { runs } = simulateLane(lane, tasks);
      const ideal = idealEnds(
        tasks.map((task) => task.arrivalUs),
        tasks.map((task) => task.workUs / lane.slotCores),
        lane.slots,
      );
      const toleranceUs = 2 * lane.quantumUs;
      for (const [i, run] of runs.entries()) {
        expect(run.endedUs).toBeGreaterThanOrEqual((ideal[i] ?? 0) - toleranceUs);
        expect(run.endedUs).toBeLessThanOrEqual((ideal[i] ?? 0) + toleranceUs);
      }
    }),
    { examples: [[MANY_AT_ONCE, SMALL_BEHIND_LARGE]] },
  );
});

test("no slot burns faster than its cores, but for its lead and what it may make up", () => {
  fc.assert(
    fc.property(LANES, STALLS, TASKS, (lane, stalls, tasks) => {
      const { burns } = simulateLane({ ...lane, stalls }, tasks);
      for (const [task] of tasks.entries()) {
        const own = burns.filter((burn) => burn.task === task);
        for (const [first, from] of own.entries()) {
          let burnedUs = 0;
          for (const burn of own.slice(first)) {
            burnedUs += burn.us;
            const wallUs = burn.fromUs + burn.us - from.fromUs;
            expect(burnedUs).toBeLessThanOrEqual(
              (wallUs + lane.leadUs + lane.catchUpUs) * lane.slotCores + lane.quantumUs + 1e-3,
            );
          }
        }
      }
    }),
    { numRuns: 50 },
  );
});
