import { seededRng } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexOfDispersion, secondCounts } from "./burstiness.ts";
import { busiestWindow, selectWindow } from "./select-window.ts";
import { spreadWholeSeconds } from "./spread-whole-seconds.ts";
import { csvOf, workloadOf } from "./testing/read-text.ts";
import { thin } from "./thin.ts";

const START_MS = 1_715_933_100_000;
const times = fc
  .array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 })
  .map((offsets) => offsets.map((offset) => START_MS + offset));

describe("windows", () => {
  test("no window of the length holds more requests than the busiest one, which lies in the log", async () => {
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 25_000 }), async (timesMs, durationMs) => {
        const workload = await workloadOf(csvOf(timesMs));
        const window = busiestWindow(workload, durationMs);
        const count = (from: number) =>
          timesMs.filter((time) => time >= from && time < from + durationMs).length;
        const most = Math.max(...timesMs.map(count));
        expect(selectWindow(workload, window).timesMs).toHaveLength(most);
        expect(window.startMs).toBeGreaterThanOrEqual(workload.window.startMs);
        expect(window.endMs).toBeLessThanOrEqual(workload.window.endMs);
      }),
      { numRuns: 60 },
    );
  });

  test("a window takes its start and leaves its end, and is cut to the log", async () => {
    const workload = await workloadOf(csvOf([0, 1, 2, 3].map((second) => START_MS + second * 1000 + 0.5)));
    const selected = selectWindow(workload, { startMs: START_MS + 1000.5, endMs: START_MS + 3000.5 });
    expect([...selected.timesMs]).toEqual([START_MS + 1000.5, START_MS + 2000.5]);
    expect(selected.paths.codes).toHaveLength(2);
    const wide = selectWindow(workload, { startMs: 0, endMs: Number.POSITIVE_INFINITY });
    expect(wide.window).toEqual(workload.window);
    const outside = selectWindow(workload, { startMs: 0, endMs: 1 });
    expect(outside.timesMs).toHaveLength(0);
    expect(outside.window.endMs).toBe(outside.window.startMs);
  });

  test("a window without length is a mistake of the caller", async () => {
    const workload = await workloadOf(csvOf([START_MS]));
    for (const durationMs of [0, -1, Number.NaN])
      expect(() => busiestWindow(workload, durationMs)).toThrow("window");
  });
});

describe("spreading", () => {
  const log = [0, 0, 0, 1, 1, 5]
    .map((second, line) => `::1 - - [17/May/2024:10:05:0${second} +0200] "GET /${line} HTTP/1.1" 200 1`)
    .join("\n");

  test("requests stay in their second and in the order of the log, and are spread once", async () => {
    const workload = await workloadOf(log);
    const spread = spreadWholeSeconds(workload, seededRng(1));
    expect([...spread.timesMs].map((time) => Math.floor(time / 1000) * 1000)).toEqual([...workload.timesMs]);
    expect(new Set(spread.timesMs).size).toBe(6);
    expect([...spread.paths.codes]).toEqual([...workload.paths.codes]);
    expect(spread.origin.isSpread).toBe(true);
    expect(spreadWholeSeconds(spread, seededRng(2))).toBe(spread);
    expect(spread.timesMs.at(-1)).toBeLessThan(spread.window.endMs);
  });

  test("offsets are even over the second", async () => {
    const line = '::1 - - [17/May/2024:10:05:03 +0200] "GET / HTTP/1.1" 200 1\n';
    const { timesMs } = spreadWholeSeconds(await workloadOf(line.repeat(4000)), seededRng(3));
    const offsets = timesMs.map((time) => time % 1000);
    for (const part of [0.1, 0.5, 0.9]) {
      expect(offsets.filter((offset) => offset < part * 1000).length / 4000).toBeCloseTo(part, 1);
    }
  });

  test("finer stamps stay as they are", async () => {
    const workload = await workloadOf(csvOf([START_MS + 0.5, START_MS + 1000]));
    expect(spreadWholeSeconds(workload, seededRng(1))).toBe(workload);
  });
});

/** Poisson arrivals whose rate switches at random between two levels: the classic model of bursty traffic. */
function arrivals(rates: readonly [number, number], seconds: number, rng: () => number): readonly number[] {
  const result: number[] = [];
  let isHigh = false;
  for (let second = 0; second < seconds; second += 1) {
    if (rng() < 0.3) isHigh = !isHigh;
    const rate = rates[isHigh ? 1 : 0];
    for (let at = -Math.log(1 - rng()) / rate; at < 1; at += -Math.log(1 - rng()) / rate) {
      result.push(START_MS + second * 1000 + at * 1000);
    }
  }
  return result;
}

describe("thinning", () => {
  const dispersionOf = (timesMs: Float64Array) => indexOfDispersion(secondCounts(timesMs));

  test.each([
    ["Poisson", [8, 8]],
    ["bursts", [3, 20]],
    ["strong bursts", [0.5, 40]],
  ] as const)("%s: the index of dispersion and the share hold within a tenth", async (_name, rates) => {
    const rng = seededRng(11);
    const workload = await workloadOf(csvOf(arrivals([rates[0], rates[1]], 8_000, rng)));
    const before = dispersionOf(workload.timesMs);
    for (const share of [0.75, 0.5, 0.25]) {
      const thinned = thin(workload, share, rng);
      expect(Math.abs(dispersionOf(thinned.timesMs) / before - 1)).toBeLessThan(0.1);
      expect(Math.abs(thinned.timesMs.length / workload.timesMs.length / share - 1)).toBeLessThan(0.1);
      expect(thinned.origin.share).toBe(share);
      expect(thinned.window).toEqual(workload.window);
    }
  });

  test("a toss for each request, which this is not, loses the bursts", async () => {
    const rng = seededRng(12);
    const { timesMs } = await workloadOf(csvOf(arrivals([0.5, 40], 8_000, rng)));
    const tossed = timesMs.filter(() => rng() < 0.25);
    expect(dispersionOf(tossed) / dispersionOf(timesMs)).toBeLessThan(0.4);
  });

  test("stamps of whole seconds are thinned as well as fine ones", async () => {
    const rng = seededRng(13);
    const whole = arrivals([3, 20], 8_000, rng).map((time) => Math.floor(time / 1000) * 1000);
    const workload = await workloadOf(csvOf(whole));
    const thinned = thin(workload, 0.5, rng);
    expect(Math.abs(dispersionOf(thinned.timesMs) / dispersionOf(workload.timesMs) - 1)).toBeLessThan(0.1);
  });

  test("rows stay whole and in order; one, two and many requests can be thinned", async () => {
    await fc.assert(
      fc.asyncProperty(times, fc.double({ min: 0.01, max: 1, noNaN: true }), async (timesMs, share) => {
        const workload = await workloadOf(csvOf(timesMs));
        const thinned = thin(workload, share, seededRng(timesMs.length));
        const sorted = [...thinned.timesMs].toSorted((a, b) => a - b);
        expect([...thinned.timesMs]).toEqual(sorted);
        for (const time of thinned.timesMs) expect(timesMs).toContain(time);
        expect(thinned.statuses).toHaveLength(thinned.timesMs.length);
      }),
      { numRuns: 60 },
    );
  });

  test("a share that is none is a mistake of the caller; a share of one changes nothing", async () => {
    const workload = await workloadOf(csvOf([START_MS]));
    for (const share of [0, -1, 1.01, Number.NaN])
      expect(() => thin(workload, share, seededRng(1))).toThrow("share");
    expect(thin(workload, 1, seededRng(1))).toBe(workload);
  });

  test("the index of dispersion is 1 for Poisson, 0 for a metronome, and unknown without two seconds", () => {
    const poisson = Float64Array.from(arrivals([10, 10], 8_000, seededRng(14)));
    expect(dispersionOf(poisson)).toBeCloseTo(1, 1);
    expect(dispersionOf(Float64Array.from({ length: 600 }, (_, index) => START_MS + index * 500))).toBe(0);
    expect(dispersionOf(Float64Array.of(START_MS))).toBeNaN();
  });
});
