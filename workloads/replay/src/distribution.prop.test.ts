import fc from "fast-check";
import { expect, test } from "vitest";
import { DurationHistogram } from "./distribution.ts";

const MAX_MS = 60_000;
const durations = fc.array(fc.double({ min: 0, max: MAX_MS, noNaN: true }), { minLength: 1, maxLength: 200 });

function recorded(values: readonly number[]): DurationHistogram {
  const histogram = new DurationHistogram(MAX_MS);
  for (const value of values) histogram.record(value);
  return histogram;
}

test("percentiles are those of the values, to three digits or a microsecond", () => {
  fc.assert(
    fc.property(durations, (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const { p50Ms, p90Ms, p99Ms, maxMs, count } = recorded(values).distribution();
      expect(count).toBe(values.length);
      for (const [percent, got] of [
        [50, p50Ms],
        [90, p90Ms],
        [99, p99Ms],
        [100, maxMs],
      ] as const) {
        const want = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length - 1e-9) - 1)] ?? 0;
        expect(Math.abs((got ?? 0) - want)).toBeLessThanOrEqual(0.001 + want * 0.001);
      }
    }),
  );
});

test("buckets rise, hold every value, and each value lies in its bucket", () => {
  fc.assert(
    fc.property(durations, (values) => {
      const { buckets } = recorded(values).distribution();
      expect(buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(values.length);
      let below = 0;
      let seen = 0;
      for (const [upToMs, count] of buckets) {
        expect(upToMs).toBeGreaterThan(below);
        seen += count;
        below = upToMs;
        // A value may stand a thousandth above its bound: histogram and bounds round apart.
        const inside = values.filter((value) => value <= upToMs * 1.001 + 0.001).length;
        expect(inside).toBeGreaterThanOrEqual(seen);
      }
    }),
  );
});

test("the same bounds in every histogram, a few hundred of them", () => {
  const all = recorded(Array.from({ length: 200_000 }, (_, index) => 0.001 * 1.0001 ** index));
  const { buckets } = all.distribution();
  expect(buckets.length).toBeGreaterThan(250);
  expect(buckets.length).toBeLessThan(400);
  const bounds = new Set(buckets.map(([bound]) => bound));
  fc.assert(
    fc.property(durations, (values) => {
      for (const [bound] of recorded(values.map((value) => Math.max(0.01, value))).distribution().buckets)
        expect(bounds.has(bound)).toBe(true);
    }),
  );
});

test("nothing recorded is unknown, and what is beyond the limit counts as the limit", () => {
  expect(new DurationHistogram(10).distribution()).toEqual({
    count: 0,
    meanMs: null,
    p50Ms: null,
    p90Ms: null,
    p95Ms: null,
    p99Ms: null,
    p999Ms: null,
    maxMs: null,
    buckets: [],
  });
  const histogram = new DurationHistogram(10);
  histogram.record(99);
  histogram.record(-1);
  expect(histogram.percentile(100)).toBe(10);
  expect(histogram.percentile(50)).toBe(0);
});
