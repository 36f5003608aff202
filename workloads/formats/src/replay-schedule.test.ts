import { seededRng, TWIN_DEMAND_US_MAX, type Workload } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexOfDispersion, secondCounts } from "./burstiness.ts";
import { replaySchedule, type ReplayScheduleOptions } from "./replay-schedule.ts";
import { csvOf, workloadOf } from "./testing/read-text.ts";

const START_MS = 1_715_933_100_000;

/** Arrivals whose rate changes every second, so that their index of dispersion is well above 1. */
function burstyTimes(seconds: number, rate: number, seed = 5): readonly number[] {
  const rng = seededRng(seed);
  const times: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const count = Math.round(rate * (rng() < 0.2 ? 3 : 0.5) * (0.5 + rng()));
    for (let index = 0; index < count; index += 1)
      times.push(START_MS + second * 1000 + Math.floor(rng() * 1000));
  }
  return times.toSorted((a, b) => a - b);
}

const bursty = await workloadOf(csvOf(burstyTimes(300, 40)));
const windowMs = bursty.window.endMs - bursty.window.startMs;
const recordedRate = (bursty.timesMs.length * 1000) / windowMs;

function schedule(options: Partial<ReplayScheduleOptions> = {}, workload: Workload = bursty) {
  return replaySchedule(workload, { durationMs: 10_000, rateFactor: 1, seed: 1, ...options });
}

const dispersion = (offsetsMs: Float64Array) => indexOfDispersion(secondCounts(offsetsMs));

describe("a schedule", () => {
  test("has the rate of the window, whatever part of it is cut out, times the factor", () => {
    for (const rateFactor of [0.1, 0.25, 0.5, 1, 1.25, 1.5, 2, 7.5]) {
      const { rate, durationMs } = schedule({ rateFactor });
      expect(durationMs).toBe(10_000);
      expect(rate / (recordedRate * rateFactor)).toBeGreaterThan(0.93);
      expect(rate / (recordedRate * rateFactor)).toBeLessThan(1.07);
    }
  });

  test("is of another stretch for another part: of about the same rate, with few requests in common", () => {
    const parts = [0, 1, 2, 3, 4].map((part) => schedule({ part, work: { meanUs: 100 } }));
    for (const { rate } of parts) {
      expect(rate / recordedRate).toBeGreaterThan(0.94);
      expect(rate / recordedRate).toBeLessThan(1.06);
    }
    const gaps = ({ offsetsMs }: (typeof parts)[number]) => offsetsMs.slice(1, 9).join(" ");
    expect(new Set(parts.map(gaps)).size).toBe(5);
  });

  test("of a share of the load is of the same stretch as the whole", () => {
    for (const part of [0, 3]) {
      const whole = new Set(schedule({ part }).offsetsMs);
      for (const rateFactor of [0.14, 0.2, 0.5])
        expect(schedule({ part, rateFactor }).offsetsMs.every((at) => whole.has(at))).toBe(true);
    }
  });

  test("has parts for as long as there are stretches, and then the same again; a whole window is always the same", () => {
    for (const part of [7, 300, 10_000]) expect(schedule({ part }).offsetsMs.length).toBeGreaterThan(300);
    const all = schedule({ durationMs: windowMs });
    expect(schedule({ durationMs: windowMs, part: 5 }).offsetsMs).toEqual(all.offsetsMs);
  });

  test("is the same for the same workload, options and seed, and another for another seed", () => {
    expect(schedule({ rateFactor: 0.5 })).toEqual(schedule({ rateFactor: 0.5 }));
    expect(schedule({ rateFactor: 0.5 }).offsetsMs).not.toEqual(
      schedule({ rateFactor: 0.5, seed: 2 }).offsetsMs,
    );
  });

  test("rises, stays within its length, and has columns of one length, for any factor, length and compression", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 400_000 }),
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        (rateFactor, durationMs, timeCompression) => {
          const made = schedule({ rateFactor, durationMs, timeCompression, work: { meanUs: 100 } });
          const { offsetsMs, workUs } = made;
          const isRising = offsetsMs.every((at, row) => row === 0 || at >= (offsetsMs[row - 1] ?? 0));
          const isWithin = offsetsMs.every((at) => at >= 0 && at < made.durationMs);
          const lengths = [made.methods.codes, made.paths.codes, made.bodyBytes, workUs ?? []];
          return (
            isRising &&
            isWithin &&
            lengths.every(({ length }) => length === offsetsMs.length) &&
            made.durationMs <= durationMs + 1e-9
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test("keeps bursts when thinned and when copies are laid over each other", () => {
    const whole = dispersion(schedule({ durationMs: windowMs }).offsetsMs);
    expect(whole).toBeGreaterThan(10);
    for (const rateFactor of [0.25, 0.5, 1.25, 1.5, 2]) {
      const ratio = dispersion(schedule({ durationMs: windowMs, rateFactor }).offsetsMs) / whole;
      expect(ratio).toBeGreaterThan(0.75);
      expect(ratio).toBeLessThan(1.3);
    }
  });

  test("never sends the same request twice at the same moment when the window is all there is", () => {
    const { offsetsMs, paths } = schedule({ durationMs: windowMs, rateFactor: 3 });
    expect(paths.codes).toHaveLength(3 * bursty.timesMs.length);
    const distinct = new Set(bursty.timesMs).size;
    expect(new Set(offsetsMs).size).toBeGreaterThan(2.5 * distinct);
  });

  test("of more than 1 contains what the schedule of 1 sends", () => {
    const once = [...schedule().offsetsMs];
    const more = new Set(schedule({ rateFactor: 1.5 }).offsetsMs);
    expect(once.every((at) => more.has(at))).toBe(true);
  });

  test("compresses time: the rate rises, the requests stay", () => {
    const plain = schedule({ durationMs: 20_000 });
    const fast = schedule({ durationMs: 10_000, timeCompression: 2 });
    expect(fast.offsetsMs.length).toBe(plain.offsetsMs.length);
    expect(fast.rate).toBeCloseTo(2 * plain.rate);
    expect(fast.offsetsMs[7]).toBeCloseTo((plain.offsetsMs[7] ?? 0) / 2);
  });

  test("spreads stamps of whole seconds", async () => {
    const lines = Array.from({ length: 600 }, (_, index) => {
      const stamp = new Date(START_MS + Math.floor(index / 10) * 1000);
      const second = stamp.toISOString().slice(17, 19);
      return `::1 - - [17/May/2024:08:05:${second} +0000] "GET /${index % 7} HTTP/1.1" 200 1`;
    });
    const { offsetsMs } = schedule({}, await workloadOf(lines.join("\n")));
    expect(new Set(offsetsMs).size).toBe(offsetsMs.length);
  });
});

/** A request every 100 ms; every tenth takes 900 ms, the others 100. */
const uneven = await workloadOf(
  `timestamp,method,path,duration_ms,bytes\n${Array.from(
    { length: 600 },
    (_, index) => `${START_MS + index * 100},GET,/${index % 10},${index % 10 === 0 ? 900 : 100},5`,
  ).join("\n")}\n`,
);

describe("work of a request", () => {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test("is on average what was asked for, and in proportion to the recorded durations", () => {
    const { workUs = new Float64Array() } = schedule({ work: { meanUs: 500 } }, uneven);
    expect(mean(workUs)).toBeCloseTo(500);
    expect(Math.max(...workUs) / Math.min(...workUs)).toBeCloseTo(9);
  });

  test("is the same for all when nothing is known of them", () => {
    const { workUs = new Float64Array() } = schedule({ work: { meanUs: 500 } });
    expect(new Set(workUs)).toEqual(new Set([500]));
  });

  test("is bounded: no request is beyond ten times the average", () => {
    const durationsMs = Float64Array.from(uneven.timesMs, (_, row) => (row % 50 === 0 ? 1e6 : 1));
    const { workUs = new Float64Array() } = schedule({ work: { meanUs: 500 } }, { ...uneven, durationsMs });
    expect(mean(workUs)).toBeCloseTo(500);
    expect(Math.max(...workUs)).toBeLessThan(500 * 11);
  });

  test("comes with waits for what the duration exceeds the CPU time", () => {
    const made = schedule({ work: { meanUs: 500, recordedCpuUs: 45_000 } }, uneven);
    // The mean duration is 180 ms, of which 45 ms were CPU; a request of 100 ms had its share of them, 25 ms.
    expect(Math.min(...(made.waitUs ?? []))).toBeCloseTo(75_000);
    expect(Math.max(...(made.waitUs ?? []))).toBeCloseTo(675_000);
  });

  test("comes with no wait that the twin refuses: a connection that was held for an hour waits as long as any may", () => {
    const durationsMs = Float64Array.from(uneven.timesMs, (_, row) => (row % 50 === 0 ? 3_600_000 : 100));
    const made = schedule({ work: { meanUs: 500, recordedCpuUs: 10 } }, { ...uneven, durationsMs });
    expect(Math.max(...(made.waitUs ?? []))).toBe(TWIN_DEMAND_US_MAX);
    expect(Math.min(...(made.waitUs ?? []))).toBeCloseTo(100_000, -2);
  });
});

test("bodies are sent where there were some, within reason", async () => {
  const workload = await workloadOf(csvOf([START_MS, START_MS + 1, START_MS + 2]));
  const posted = {
    ...workload,
    methods: { values: ["GET", "POST"], codes: Uint32Array.from([0, 1, 1]) },
    requestBytes: Float64Array.from([10, 20, 1e12]),
  };
  expect([...schedule({ durationMs: 60_000 }, posted).bodyBytes]).toEqual([0, 20, 2 ** 20]);
});

test("nothing to send is a schedule of nothing; mistakes of the caller are found", () => {
  const empty = { ...bursty, timesMs: new Float64Array(), files: new Uint16Array() };
  expect(schedule({}, empty)).toMatchObject({ rate: 0, durationMs: 10_000 });
  for (const rateFactor of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => schedule({ rateFactor })).toThrow("rate factor");
  expect(() => schedule({ rateFactor: 1e9 })).toThrow("requests");
});
