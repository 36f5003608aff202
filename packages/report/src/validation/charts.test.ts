import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { axisFor } from "./chart-axis.ts";
import { chartFile } from "./chart-frame.ts";
import { sideLabels } from "./chart-parts.ts";
import { latencyChart, pooledQuantiles } from "./latency-chart.ts";
import { aDistribution, aFailedValidation, aRun, aValidation } from "./testing.ts";
import { timeChart, timeSteps } from "./time-chart.ts";
import { validationCharts } from "./validation-charts.ts";

/** GitHub shows no picture above this in a comment's proxy; far below it a page loads at once. */
const FILE_LENGTH_MAX = 100_000;

/** Names of elements that are open at the end, or closed without being open. */
function unbalanced(markup: string): readonly string[] {
  const open: string[] = [];
  for (const [, closing, name = "", empty] of markup.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    if (empty === "/") continue;
    if (closing !== "/") open.push(name);
    else if (open.pop() !== name) return [name];
  }
  return open;
}

describe("an axis", () => {
  const values = fc.array(fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constant(0)), {
    maxLength: 20,
  });

  test("keeps order, stays in its drawing, and has few ticks that are in order too", () => {
    fc.assert(
      fc.property(values, (all) => {
        const axis = axisFor(all, 200, 20);
        const places = all.toSorted((a, b) => a - b).map(axis.position);
        for (const place of places) {
          expect(place).toBeGreaterThanOrEqual(20 - 1e-9);
          expect(place).toBeLessThanOrEqual(200 + 1e-9);
        }
        for (const [index, place] of places.slice(1).entries())
          expect(place).toBeLessThanOrEqual(places[index] ?? 0);
        expect(axis.ticks.length).toBeGreaterThanOrEqual(1);
        expect(axis.ticks.length).toBeLessThanOrEqual(8);
        expect(new Set(axis.ticks.map(({ label }) => label)).size).toBe(axis.ticks.length);
      }),
    );
  });

  test("is logarithmic only where small values would be flat", () => {
    expect(axisFor([40, 100], 0, 100).position(50)).toBe(50);
    expect(axisFor([10, 1_000], 0, 100).position(100)).toBeCloseTo(50);
  });
});

describe("pooled percentiles", () => {
  test("count every request of every run once, slowest last", () => {
    const slow = aRun("baseline", 1, { latency: aDistribution(10, 20, 40) });
    const fast = aRun("baseline", 2, { latency: aDistribution(1, 2, 40) });
    const points = pooledQuantiles([slow, fast]);
    expect(points).toHaveLength(80);
    expect(points.find(({ share }) => share >= 0.5)?.ms).toBe(2);
    expect(points.at(-1)).toEqual({ share: 79.5 / 80, ms: 20 });
    expect(pooledQuantiles([])).toEqual([]);
  });
});

describe("the drawings", () => {
  test.each([
    ["a pass", aValidation()],
    ["a fail", aFailedValidation()],
    ["one side only", aValidation({ runs: [aRun("baseline", 1)] })],
    ["no comparison", aValidation({ verdict: { ...aValidation().verdict, comparisons: [] } })],
    [
      "nothing completed",
      aValidation({
        runs: [
          aRun("baseline", 1, {
            latency: { ...aDistribution(1, 2, 40), count: 0, buckets: [] },
            intervals: [],
          }),
        ],
      }),
    ],
  ])("of %s are whole, named and described, with no figure that is none", (_, validation) => {
    for (const { chart } of validationCharts(validation)) {
      const file = chartFile(chart);
      expect(unbalanced(file)).toEqual([]);
      expect(file).toMatch(/<title>[^<]+<\/title><desc>[^<]+<\/desc>/);
      expect(file).not.toMatch(/NaN|Infinity|undefined/);
      expect(file).not.toMatch(/href|url\(|<script|<image/);
    }
  });

  test("stay small however long and many the replays are", () => {
    const intervals = Array.from({ length: 3_600 }, (_, index) => ({
      startMs: index * 1_000,
      sent: 100,
      completed: 100,
      failed: 0,
      inFlight: index % 17,
      p50Ms: 40,
      p99Ms: 80 + ((index * 37) % 50),
    }));
    const runs = Array.from({ length: 40 }, (_, index) =>
      aRun(index % 2 === 0 ? "baseline" : "candidate", index + 1, { intervals }),
    );
    const validation = aValidation({ runs });
    for (const { chart } of validationCharts(validation)) {
      expect(chartFile(chart).length).toBeLessThan(FILE_LENGTH_MAX);
    }
    expect(timeSteps(validation, "baseline").middle).toHaveLength(60);
  });

  test("keep the worst of what one step stands for", () => {
    const run = aRun("baseline", 1, {
      intervals: Array.from({ length: 120 }, (_, index) => ({
        startMs: index * 1_000,
        sent: 1,
        completed: 1,
        failed: 0,
        inFlight: index === 7 ? 900 : 1,
        p50Ms: 1,
        p99Ms: index === 6 ? 5_000 : null,
      })),
    });
    const { middle } = timeSteps(aValidation({ runs: [run] }), "baseline");
    expect(middle[3]).toEqual({ seconds: 7, p99Ms: 5_000, inFlight: 900 });
    expect(middle[4]?.p99Ms).toBeNull();
  });

  test("leave a gap where nothing was answered", () => {
    const { intervals } = aRun("baseline", 1);
    const gap = intervals.map((interval, index) => (index === 3 ? { ...interval, p99Ms: null } : interval));
    const { body } = timeChart(aValidation({ runs: [aRun("baseline", 1, { intervals: gap })] }));
    expect(/class="line baseline" d="([^"]*)"/.exec(body)?.[1]?.match(/M/g)).toHaveLength(2);
  });

  test("draw the bounds that were judged", () => {
    expect(latencyChart(aValidation()).body).toContain("p99 bound 310 ms");
    expect(latencyChart(aValidation()).body).not.toContain("p50 bound");
  });
});

test("labels beside a drawing never overlap and stay beside it", () => {
  const panel = { left: 0, right: 100, top: 40, bottom: 140 };
  fc.assert(
    fc.property(fc.array(fc.double({ min: 40, max: 140, noNaN: true }), { maxLength: 6 }), (places) => {
      const labels = places.map((y) => ({ text: "a", y, className: "" }));
      const drawn = [...sideLabels(labels, 0, panel).matchAll(/ y="([^"]+)"/g)].map(([, y]) => Number(y));
      for (const [index, y] of drawn.slice(1).entries())
        expect(y - (drawn[index] ?? 0)).toBeGreaterThan(12.8);
      for (const y of drawn) expect(y).toBeLessThanOrEqual(144.1);
    }),
  );
});
