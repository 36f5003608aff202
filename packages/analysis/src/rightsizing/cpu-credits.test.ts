import { machineType } from "@apex/catalog";
import { expect, test } from "vitest";
import { playCredits, settledCredits } from "./cpu-credits.ts";

const HOUR_MS = 3_600_000;
const NANO = machineType("aws", "t3.nano")!;

/** Hours at a CPU percentage of two vCPUs, five minutes a sample. */
function load(...spans: readonly (readonly [hours: number, percent: number])[]) {
  const values = spans.flatMap(([hours, percent]) => Array.from({ length: hours * 12 }, () => percent));
  return { values: Float64Array.from(values), periodMs: HOUR_MS / 12, vcpu: 2 };
}

// The worked example of the EC2 user guide, "Unlimited mode examples", T3: 144 credits a day.
test.each([
  ["a day without load fills the account", load([24, 0]), 144],
  ["below the baseline it stays full", load([24, 0], [12, 2.5]), 144],
  ["a day at 7 % spends 57.6 credits more than it earns", load([24, 0], [12, 2.5], [24, 7]), 86.4],
  ["12 hours at 2.5 % earn 36 back", load([24, 0], [12, 2.5], [24, 7], [12, 2.5]), 122.4],
  ["at the baseline nothing changes", load([24, 0], [12, 2.5], [24, 7], [12, 2.5], [24, 5]), 122.4],
])("%s", (_, use, balance) => {
  expect(playCredits(use, NANO, 0)).toMatchObject({
    end: expect.closeTo(balance),
    limit: 144,
    charged: 0,
  });
});

test("a debt of up to a day's credits is not charged, more is", () => {
  // Full CPU spends 120 an hour and earns 6.
  expect(playCredits(load([1, 100]), NANO, 0)).toMatchObject({
    end: expect.closeTo(-114),
    charged: 0,
    lowest: 0,
  });
  const two = playCredits(load([2, 100]), NANO, 0)!;
  expect(two.charged).toBeCloseTo(228 - 144);
  expect(two.end).toBeCloseTo(-144);
  expect(two.hoursEmpty).toBeCloseTo(2);
});

test("what is earned pays the debt back before anything is saved up", () => {
  expect(playCredits(load([1, 100], [19, 0]), NANO, 0)!.end).toBeCloseTo(0);
  expect(playCredits(load([1, 100], [20, 0]), NANO, 0)!.end).toBeCloseTo(6);
});

test("an empty account at first does not make a load look too heavy that pays for itself", () => {
  const daily = load(...Array.from({ length: 7 }, () => [[1, 50] as const, [23, 2] as const]).flat());
  expect(playCredits(daily, NANO, 0)!.lowest).toBe(0);
  const settled = settledCredits(daily, NANO)!;
  expect(settled.lowest).toBeGreaterThan(0);
  expect(settled.charged).toBe(0);
});

test("a load above the baseline never settles", () => {
  expect(settledCredits(load([48, 6]), NANO)).toMatchObject({ lowest: 0 });
});

test("no samples, and a machine that earns nothing known", () => {
  expect(playCredits(load(), NANO, 10)).toMatchObject({ end: 10, hours: 0, charged: 0 });
  expect(playCredits(load([1, 5]), {}, 10)).toBeUndefined();
});
