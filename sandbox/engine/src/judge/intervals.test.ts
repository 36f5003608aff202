import { describe, expect, test } from "vitest";
import { medianInterval, medianOf, ratioInterval, shiftInterval } from "./intervals.ts";

/** Every way to call `size` of `values` the candidate's. */
function choices(values: readonly number[], size: number): [number[], number[]][] {
  if (size === 0) return [[[], [...values]]];
  const [first, ...rest] = values;
  if (first === undefined) return [];
  return [
    ...choices(rest, size - 1).map(([a, b]): [number[], number[]] => [[first, ...a], b]),
    ...choices(rest, size).map(([a, b]): [number[], number[]] => [a, [first, ...b]]),
  ];
}

const inverted = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x) => sum + b.filter((y) => x < y).length, 0);

/** The test that the interval inverts, by enumeration: is the candidate ÷ ratio too low or too high among the baseline's? */
function isRejected(candidate: readonly number[], baseline: readonly number[], ratio: number): boolean {
  const shrunk = candidate.map((value) => value / ratio);
  const all = choices([...shrunk, ...baseline], shrunk.length);
  const observed = inverted(shrunk, baseline);
  const mirrored = shrunk.length * baseline.length - observed;
  const share = (limit: number) => all.filter(([a, b]) => inverted(a, b) <= limit).length / all.length;
  return share(observed) <= 0.025 || share(mirrored) <= 0.025;
}

describe("the interval of a ratio", () => {
  test.each([
    [
      [1.9, 2.3, 2.05, 2.6, 2.2],
      [1.01, 0.93, 1.12, 1.07, 0.98],
    ],
    [
      [5.2, 4.4, 6.1, 4.9],
      [1.1, 1.3, 0.9, 1.05, 0.97, 1.21],
    ],
    [
      [0.5, 0.9, 0.45, 0.7],
      [1.6, 1.1, 1.3, 2.2],
    ],
  ])("is what a permutation test over all arrangements does not reject", (candidate, baseline) => {
    const interval = ratioInterval(candidate, baseline);
    expect(interval).not.toBeNull();
    const { low, high } = interval ?? { low: 0, high: 0 };
    const verdicts = [low * 0.9999, low * 1.0001, high * 0.9999, high * 1.0001].map((ratio) =>
      isRejected(candidate, baseline, ratio),
    );
    expect(verdicts).toEqual([true, false, false, true]);
  });

  test("of five and five runs leaves out two of the 25 pairs at each end", () => {
    expect(ratioInterval([11, 12, 13, 14, 15], [1, 1, 1, 1, 1])).toEqual({ low: 11, high: 15 });
    expect(shiftInterval([1, 2, 3, 4, 500], [0, 0, 0, 0, -900])?.high).toBe(903);
  });

  test("needs four runs of each side", () => {
    expect(ratioInterval([1, 1, 1], [1, 1, 1])).toBeNull();
    expect(ratioInterval([], [1])).toBeNull();
    expect(ratioInterval([1, 1, 1, 1], [1, 1, 1, 1])).toEqual({ low: 1, high: 1 });
  });

  test("does not exist where the baseline is 0; the difference does", () => {
    expect(ratioInterval([1, 2, 3, 4], [0, 0, 0, 0])).toBeNull();
    expect(shiftInterval([1, 2, 3, 4], [0, 0, 0, 0])).toEqual({ low: 1, high: 4 });
  });
});

describe("the interval of a median", () => {
  test("of five runs is their whole range, of fewer there is none, of eight the ends go", () => {
    expect(medianInterval([3, 1, 5, 2, 4])).toEqual({ low: 1, high: 5 });
    expect(medianInterval([3, 1, 5, 2])).toBeNull();
    expect(medianInterval([8, 1, 7, 2, 6, 3, 5, 4])).toEqual({ low: 2, high: 7 });
  });

  test("medians of odd, even and no values", () => {
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3]), medianOf([])]).toEqual([2, 2.5, null]);
  });
});
