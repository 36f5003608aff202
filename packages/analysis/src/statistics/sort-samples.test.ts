import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleAtRank, samplesFromRank, sortedSamples } from "./sort-samples.ts";

/** Samples as they come: spread, in few steps, beside outliers, and all manner of doubles; enough for the buckets. */
const samples = fc
  .oneof(
    fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 300 }),
    fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 300 }),
    fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(1e12)), {
      minLength: 64,
      maxLength: 300,
    }),
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 300 }),
  )
  // A zero below zero is a zero: which of the two comes first tells nothing.
  .map((values) => Float64Array.from(values, (value) => value + 0));

function ascending(values: Float64Array): number[] {
  return [...values].sort((a, b) => a - b);
}

describe("sorting samples", () => {
  test("is what a comparison sort makes of them", () => {
    fc.assert(
      fc.property(samples, (values) => {
        const before = values.slice();
        expect([...sortedSamples(values)]).toEqual(ascending(values));
        expect(values).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  test("does not take for ever where one outlier leaves all others in one bucket", () => {
    const values = Float64Array.from({ length: 20_000 }, (_, index) =>
      index === 7 ? 1e15 : (index * 7919) % 20_011,
    );
    expect([...sortedSamples(values)]).toEqual(ascending(values));
  });
});

describe("the sample at a rank", () => {
  test("is the one that stands there when all are sorted", () => {
    fc.assert(
      fc.property(samples, fc.nat(), (values, any) => {
        const rank = any % values.length;
        expect(sampleAtRank(values, rank)).toBe(ascending(values)[rank]);
        expect([...samplesFromRank(values, rank)]).toEqual(ascending(values).slice(rank));
      }),
      { numRuns: 300 },
    );
  });

  test("that none has is a bug", () => {
    expect(() => sampleAtRank(Float64Array.of(1, 2), 2)).toThrow("no sample at 2 of 2");
    expect(() => sampleAtRank(Float64Array.of(1, Number.NaN), 0)).toThrow("not a finite number");
  });
});
