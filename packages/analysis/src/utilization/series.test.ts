import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../policy/policy.ts";
import { PERIOD_MS, profile, series, WINDOW } from "../testing/builders.ts";
import { partsOf, type Reading, readMetric, sumReadings } from "./series.ts";

const { lookBack } = defaultPolicy();

function read(...all: Parameters<typeof profile>[1][]) {
  return readMetric(profile("i-1", ...all), { metric: "cpu_percent" }, WINDOW, lookBack);
}

function measured(...all: Parameters<typeof profile>[1][]): Reading {
  const found = read(...all);
  if (found.kind === "unusable") throw new Error(found.reason);
  return found.reading;
}

describe("reading a metric", () => {
  test("the statistic nearest to the extreme that matters wins", () => {
    const average = series("cpu_percent", 5);
    const maximum = series("cpu_percent", 90, { statistic: "maximum" });
    const minimum = series("cpu_percent", 1, { statistic: "minimum" });
    expect(measured(average, maximum, minimum).statistic).toBe("maximum");
    const low = readMetric(
      profile("i-1", average, maximum, minimum),
      { metric: "cpu_percent", extreme: "low" },
      WINDOW,
      lookBack,
    );
    expect(low).toMatchObject({ kind: "measured", reading: { statistic: "minimum" } });
  });

  test("a maximum with holes gives way to a complete average", () => {
    const holes = series("cpu_percent", ({ index }) => (index % 2 === 0 ? 90 : undefined), {
      statistic: "maximum",
    });
    expect(measured(holes, series("cpu_percent", 5)).statistic).toBe("average");
  });

  test("a minimum alone says nothing about peaks", () => {
    expect(read(series("cpu_percent", 5, { statistic: "minimum" }))).toEqual({
      kind: "unusable",
      reason: "cpu_percent has no usable statistic",
    });
  });

  test("of one statistic in several periods the finest complete one serves, in any order", () => {
    const hourly = series("cpu_percent", 90, { statistic: "maximum", periodMs: 3_600_000 });
    const fine = series("cpu_percent", 80, { statistic: "maximum" });
    const holes = series("cpu_percent", ({ index }) => (index % 2 === 0 ? 70 : undefined), {
      statistic: "maximum",
    });
    expect(measured(hourly, fine).periodMs).toBe(PERIOD_MS);
    expect(measured(fine, hourly).periodMs).toBe(PERIOD_MS);
    expect(measured(holes, hourly).periodMs).toBe(3_600_000);
  });

  test("a gap in the same hour of every week is no small gap: it may hide the peak", () => {
    const mondays = series("cpu_percent", ({ day, hour }) =>
      Math.floor(day) % 7 === 0 && hour === 6 ? undefined : 5,
    );
    expect(read(mondays)).toEqual({
      kind: "unusable",
      reason:
        "cpu_percent is missing in the same hour of every week (Monday 06:00 UTC), and what is not seen there may be its peak",
    });
    const once = series("cpu_percent", ({ day, hour }) =>
      Math.floor(day) === 0 && hour === 6 ? undefined : 5,
    );
    expect(read(once)).toMatchObject({ kind: "measured" });
  });

  test("only the look-back counts", () => {
    const short = readMetric(
      profile(
        "i-1",
        series("cpu_percent", ({ day }) => (day < 10 ? 90 : 5)),
      ),
      { metric: "cpu_percent" },
      WINDOW,
      { ...lookBack, days: 4 },
    );
    expect(short).toMatchObject({ kind: "measured", reading: { days: 4 } });
    expect(short.kind === "measured" && Math.max(...short.reading.values)).toBe(5);
  });

  test("what is not finite or negative is missing, not zero", () => {
    const dirty = series(
      "cpu_percent",
      ({ index }) => [7, Number.NaN, -1, Number.POSITIVE_INFINITY][index % 40] ?? 7,
    );
    const reading = measured(dirty);
    expect([...new Set(reading.values)]).toEqual([7]);
    expect(reading.coverage).toBeCloseTo(1 - 3 / 40, 2);
  });

  test("parts are read by name and listed once", () => {
    const gpus = profile(
      "i-1",
      series("gpu_busy_percent", 1, { part: "gpu-1" }),
      series("gpu_busy_percent", 1, { part: "gpu-0" }),
    );
    expect(partsOf(gpus, "gpu_busy_percent")).toEqual(["gpu-0", "gpu-1"]);
    expect(readMetric(gpus, { metric: "gpu_busy_percent" }, WINDOW, lookBack).kind).toBe("unusable");
  });
});

describe("sum of two readings", () => {
  const slots = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 100 });

  function reading(present: readonly number[]): Reading {
    const sorted = [...present].toSorted((a, b) => a - b);
    return {
      metric: "disk_read_ops_per_second",
      part: undefined,
      statistic: "average",
      periodMs: PERIOD_MS,
      timestampsMs: Float64Array.from(sorted, (slot) => slot * PERIOD_MS),
      values: Float64Array.from(sorted),
      coverage: 1,
      days: 14,
    };
  }

  test("holds the common timestamps and no others, each added up", () => {
    fc.assert(
      fc.property(slots, slots, (a, b) => {
        const sum = sumReadings(reading(a), reading(b));
        const common = a.filter((slot) => b.includes(slot)).toSorted((x, y) => x - y);
        expect([...sum.timestampsMs]).toEqual(common.map((slot) => slot * PERIOD_MS));
        expect([...sum.values]).toEqual(common.map((slot) => 2 * slot));
        expect(sum.coverage).toBeCloseTo(a.length === 0 ? 0 : common.length / a.length);
      }),
    );
  });
});
