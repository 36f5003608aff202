import fc from "fast-check";
import { expect, test } from "vitest";
import { slotsOfLanes } from "./lanes.ts";

test.each([
  [{ slots: 4, slotCores: 0.25 }, [4]],
  [{ slots: 10, slotCores: 0.1 }, [10]],
  [{ slots: 1, slotCores: 1 }, [1]],
  [{ slots: 4, slotCores: 0.5 }, [2, 2]],
  [{ slots: 3, slotCores: 0.6 }, [1, 1, 1]],
  [{ slots: 7, slotCores: 0.34 }, [2, 2, 2, 1]],
])("%j runs in lanes of %j", (slots, expected) => {
  expect(slotsOfLanes(slots)).toEqual(expected);
});

test("every slot has a lane, and no lane needs more than its thread's core", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 512 }),
      fc.double({ min: 1e-4, max: 1, noNaN: true }),
      (slots, slotCores) => {
        const lanes = slotsOfLanes({ slots, slotCores });
        expect(lanes.reduce((sum, lane) => sum + lane, 0)).toBe(slots);
        for (const lane of lanes) expect(lane === 1 || lane * slotCores <= 1 + 1e-6).toBe(true);
      },
    ),
  );
});
