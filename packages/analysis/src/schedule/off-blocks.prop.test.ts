import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BASE_POLICY } from "../policy/policy.ts";
import { offBlocks, switchTimesOf } from "./off-blocks.ts";

const HOURS = 168;

const policies = fc.record({
  marginBeforeHours: fc.nat(4),
  marginAfterHours: fc.nat(4),
  minimumBlockHours: fc.integer({ min: 1, max: 12 }),
});

/** Runs of quiet and busy hours, as work makes them, and single hours at random. */
const weeks = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.boolean()), { minLength: 1, maxLength: 60 })
  .map((runs) => {
    const hours = runs.flatMap(([length, isQuiet]) => Array.from({ length }, () => isQuiet));
    return Array.from({ length: HOURS }, (_, hour) => hours[hour % hours.length] === true);
  });

describe("whatever the week", () => {
  test("only quiet hours are off, with the margins kept quiet around them, and none twice", () => {
    fc.assert(
      fc.property(weeks, policies, (isQuiet, margins) => {
        const policy = { ...BASE_POLICY.schedule, ...margins };
        const off = new Set<number>();
        for (const { start, hours } of offBlocks(isQuiet, policy)) {
          expect(hours).toBeGreaterThanOrEqual(policy.minimumBlockHours);
          for (let hour = -policy.marginAfterHours; hour < hours + policy.marginBeforeHours; hour += 1) {
            expect(isQuiet[(start + hour + HOURS) % HOURS]).toBe(true);
          }
          for (let hour = 0; hour < hours; hour += 1) {
            expect(off.has((start + hour) % HOURS)).toBe(false);
            off.add((start + hour) % HOURS);
          }
        }
        expect(off.size).toBeLessThan(HOURS);
      }),
      { numRuns: 300 },
    );
  });

  test("the entries of a schedule stop and start as often, at few times of day", () => {
    fc.assert(
      fc.property(weeks, (isQuiet) => {
        const blocks = offBlocks(isQuiet, BASE_POLICY.schedule);
        const times = switchTimesOf(blocks);
        const count = (does: "stop" | "start"): number =>
          times.filter((one) => one.does === does).reduce((sum, { days }) => sum + days.length, 0);
        expect(count("stop")).toBe(blocks.length);
        expect(count("start")).toBe(blocks.length);
        expect(times.length).toBeLessThanOrEqual(4);
      }),
      { numRuns: 300 },
    );
  });
});
