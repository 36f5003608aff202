import fc from "fast-check";
import { expect, test } from "vitest";
import { timeBudget } from "./time-budget.ts";

const HOUR_MS = 3_600_000;

test("more minutes make longer replays, until they are long enough", () => {
  const lengths = [3, 5, 10, 60, 600].map((minutes) => {
    const outcome = timeBudget({ minutes, windowMs: HOUR_MS, isCalibrated: true });
    return outcome.kind === "planned" ? outcome.budget.replaySeconds : 0;
  });
  expect(lengths).toEqual([9.5, 18.5, 41.5, 120, 120]);
});

test("what is too short for probes still compares, and what is too short for that is refused with the least", () => {
  const short = timeBudget({ minutes: 1.8, windowMs: HOUR_MS, isCalibrated: true });
  expect(short).toMatchObject({ kind: "planned", budget: { probes: [], pairs: 5 } });
  expect(timeBudget({ minutes: 1, windowMs: HOUR_MS, isCalibrated: true })).toEqual({
    kind: "too-short",
    minutesMin: 1.6,
  });
});

test("a peak takes a replay of its own, for which the last probe goes first and the pairs never", () => {
  const budgetOf = (minutes: number, hasPeak: boolean) => {
    const outcome = timeBudget({ minutes, windowMs: HOUR_MS, isCalibrated: true, hasPeak });
    return outcome.kind === "planned" ? [outcome.budget.probes, outcome.budget.hasPeak] : outcome.minutesMin;
  };
  expect(budgetOf(2, false)).toEqual([[1.25, 1.5, 2], false]);
  expect(budgetOf(2, true)).toEqual([[1.25, 1.5], true]);
  expect(budgetOf(3, true)).toEqual([[1.25, 1.5, 2], true]);
  expect(budgetOf(1.6, false)).toEqual([[], false]);
  expect(budgetOf(1.6, true)).toBe(1.8);
});

test("the expected time fits into the minutes, for any window", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 500, noNaN: true }),
      fc.integer({ min: 1, max: HOUR_MS }),
      fc.boolean(),
      fc.boolean(),
      (minutes, windowMs, isCalibrated, hasPeak) => {
        const outcome = timeBudget({ minutes, windowMs, isCalibrated, hasPeak });
        if (outcome.kind === "too-short") return outcome.minutesMin >= Math.floor(minutes * 10) / 10;
        const { budget } = outcome;
        return (
          budget.expectedSeconds <= minutes * 60 + 1 && budget.replayMs <= windowMs && budget.replayMs > 0
        );
      },
    ),
  );
});
