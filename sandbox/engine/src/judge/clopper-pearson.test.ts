import { expect, test } from "vitest";
import { clopperPearson } from "./clopper-pearson.ts";

/** P(X ≤ hits) of a binomial variable, term by term. */
function atMost(hits: number, trials: number, share: number): number {
  let term = (1 - share) ** trials;
  let sum = term;
  for (let k = 0; k < hits; k += 1) {
    term *= ((trials - k) / (k + 1)) * (share / (1 - share));
    sum += term;
  }
  return sum;
}

test.each([
  [0, 10],
  [1, 40],
  [5, 50],
  [39, 40],
  [300, 1_000],
])("%i of %i: each end is where the binomial tail has its share", (hits, trials) => {
  const { low, high } = clopperPearson(hits, trials, 0.025);
  expect(atMost(hits, trials, high)).toBeCloseTo(0.025, 8);
  expect(hits === 0 ? 0.025 : 1 - atMost(hits - 1, trials, low)).toBeCloseTo(0.025, 8);
});

test("nothing seen in n requests leaves three in n", () => {
  for (const trials of [300, 3_000, 3_000_000]) {
    const { low, high } = clopperPearson(0, trials, 0.05);
    expect(low).toBe(0);
    expect(high * trials).toBeCloseTo(2.996, 1);
  }
});

test("everything, nothing and no trial at all", () => {
  expect(clopperPearson(7, 7, 0.05).high).toBe(1);
  expect(clopperPearson(0, 0, 0.05)).toEqual({ low: 0, high: 1 });
  expect(clopperPearson(50_000, 100_000, 0.025).low).toBeCloseTo(0.4969, 4);
});
