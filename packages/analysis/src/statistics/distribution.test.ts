import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distributionOf, exceedanceOf, percentileOf } from "./distribution.ts";

const samples = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
  minLength: 1,
  maxLength: 400,
});

function of(...values: number[]) {
  return distributionOf(Float64Array.from(values))!;
}

describe("distribution", () => {
  test("nothing measured has no distribution", () => {
    expect(distributionOf(new Float64Array())).toBeUndefined();
  });

  test("NaN and infinities never enter", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => of(1, bad, 2)).toThrow("not a finite number");
    }
  });

  test("the samples handed in stay in their order", () => {
    const values = Float64Array.of(3, 1, 2);
    distributionOf(values);
    expect([...values]).toEqual([3, 1, 2]);
  });

  test("one sample is every percentile", () => {
    for (const percent of [0, 0.1, 50, 99.5, 100]) expect(percentileOf(of(7), percent)).toBe(7);
  });

  test("a constant series is its constant and never exceeds itself", () => {
    const constant = of(...Array.from({ length: 288 }, () => 4.2));
    expect(percentileOf(constant, 99.5)).toBe(4.2);
    expect(exceedanceOf(constant, 4.2)).toBe(0);
    expect(exceedanceOf(constant, 4.19)).toBe(1);
  });

  test("nearest rank, on the textbook example", () => {
    const five = of(15, 20, 35, 40, 50);
    expect([5, 30, 40, 50, 100].map((percent) => percentileOf(five, percent))).toEqual([15, 20, 20, 35, 50]);
  });

  test("P99.5 of 200 samples is the 199th, without a rounding slip", () => {
    expect(percentileOf(of(...Array.from({ length: 200 }, (_, index) => index + 1)), 99.5)).toBe(199);
  });

  test("numbers sort as numbers", () => {
    expect(of(9, 10, 100).maximum).toBe(100);
    expect(of(-1, -10, 3).minimum).toBe(-10);
  });

  test("a percentile outside 0–100 is a bug", () => {
    expect(() => percentileOf(of(1), 101)).toThrow("outside");
    expect(() => percentileOf(of(1), Number.NaN)).toThrow("outside");
  });

  test("at least p % of the samples are not above the p-th percentile, and fewer are below it", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 1000 }), (values, tenths) => {
        const distribution = of(...values);
        const percent = tenths / 10;
        const value = percentileOf(distribution, percent);
        expect(values).toContain(value);
        const notAbove = values.filter((sample) => sample <= value).length;
        const below = values.filter((sample) => sample < value).length;
        expect(notAbove * 100).toBeGreaterThanOrEqual(percent * values.length);
        expect(below === 0 || below * 100 < percent * values.length).toBe(true);
      }),
    );
  });

  test("exceedance equals the count by hand", () => {
    fc.assert(
      fc.property(samples, fc.double({ noNaN: true }), (values, limit) => {
        const above = values.filter((sample) => sample > limit).length;
        expect(exceedanceOf(of(...values), limit)).toBe(above / values.length);
      }),
    );
  });
});
