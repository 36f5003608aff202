import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noiseAt } from "../testing/builders.ts";
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

  test("of a month is found by a guess or without one, whatever its shape", () => {
    const shapes: readonly ((index: number, noise: number) => number)[] = [
      (_, noise) => 100 * noise,
      (index) => index,
      (index) => -index,
      () => 5,
      (index) => (index % 2 === 0 ? 1 : 2),
      (index) => Math.sin(index / 45.8),
      // Nothing but in the places that are looked at first, and nothing there.
      (index) => (index % 67 === 0 ? 90 : 1),
      (index) => (index % 67 === 0 ? 1 : 90 + (index % 5)),
      (index, noise) => (noise < 0.004 ? 1e12 : noise),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.integer({ min: 2_048, max: 9_000 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (shape, length, share) => {
          const values = Float64Array.from({ length }, (_, index) => shape(index, noiseAt(index)));
          const rank = Math.floor(share * length);
          expect(samplesFromRank(values, rank)).toEqual(values.slice().sort().subarray(rank));
        },
      ),
      { numRuns: 120 },
    );
    const broken = Float64Array.from({ length: 4_000 }, (_, index) => (index === 3_001 ? Number.NaN : index));
    expect(() => samplesFromRank(broken, 3_800)).toThrow("not a finite number");
    broken[3_001] = Number.POSITIVE_INFINITY;
    expect(() => samplesFromRank(broken, 3_800)).toThrow("not a finite number");
  });

  test("that none has is a bug", () => {
    expect(() => sampleAtRank(Float64Array.of(1, 2), 2)).toThrow("no sample at 2 of 2");
    expect(() => sampleAtRank(Float64Array.of(1, Number.NaN), 0)).toThrow("not a finite number");
  });
});
