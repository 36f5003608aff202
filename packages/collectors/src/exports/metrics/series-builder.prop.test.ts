import fc from "fast-check";
import { expect, it } from "vitest";
import { count, level } from "./metric-rule.ts";
import { MetricNotes } from "./metric-notes.ts";
import { Points } from "./points.ts";
import { buildSeries } from "./series-builder.ts";

const PERIOD_MS = 300_000;

/** Samples on a grid with repeats, gaps, any order and values that cannot be. */
const samples = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 40 }).map((step) => 1.76e12 + step * PERIOD_MS),
    fc.oneof(
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.constantFrom(-1, 100.4, 101, Number.NaN, Number.POSITIVE_INFINITY, -0),
    ),
  ),
  { maxLength: 80 },
);

function pointsOf(pairs: readonly (readonly [number, number])[]): Points {
  const points = new Points();
  for (const [time, value] of pairs) points.push(time, value);
  return points;
}

function build(pairs: readonly (readonly [number, number])[], rule = level("cpu_percent")) {
  const statistic = rule.scale.kind === "count" ? "sum" : "average";
  const raw = {
    resourceId: "i-1",
    rule,
    part: undefined,
    statistic,
    periodMs: PERIOD_MS,
    points: pointsOf(pairs),
  } as const;
  return buildSeries(raw, new MetricNotes("a.csv"));
}

it("a series ascends strictly and holds, for each time, the last finite possible value and nothing else", () => {
  fc.assert(
    fc.property(samples, (pairs) => {
      const last = new Map<number, number>();
      for (const [time, value] of pairs) if (Number.isFinite(value)) last.set(time, value);
      const expected = [...last]
        .filter(([, value]) => value >= 0 && value <= 100.5)
        .toSorted(([a], [b]) => a - b);
      const series = build(pairs);
      expect([...(series?.timestampsMs ?? [])]).toEqual(expected.map(([time]) => time));
      expect([...(series?.values ?? [])]).toEqual(expected.map(([, value]) => Math.min(value, 100)));
    }),
  );
});

it("the order in which distinct samples come changes nothing", () => {
  fc.assert(
    fc.property(samples, (pairs) => {
      const distinct = [...new Map(pairs)];
      expect(build(distinct.toReversed())).toEqual(build(distinct));
    }),
  );
});

it("a sum becomes the rate that adds up to it again", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1, maxLength: 30 }), (sums) => {
      const pairs = sums.map((sum, index) => [1.76e12 + index * PERIOD_MS, sum] as const);
      const series = build(pairs, count("network_in_bytes_per_second", "samples"));
      const total = series!.values.reduce((sum, rate) => sum + rate * (PERIOD_MS / 1000), 0);
      const expected = sums.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(total - expected)).toBeLessThanOrEqual(expected * 1e-9);
    }),
  );
});
