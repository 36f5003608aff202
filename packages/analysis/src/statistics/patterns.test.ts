import { describe, expect, test } from "vitest";
import { findRise } from "./change-point.ts";
import { type HourlyMaxima, hourlyMaxima } from "./hourly.ts";
import { splitHalfStability } from "./stability.ts";
import { autocorrelation, recurringPeak } from "./weekly-pattern.ts";

function hours(count: number, level: (hour: number) => number): HourlyMaxima {
  return {
    hours: Float64Array.from({ length: count }, (_, hour) => hour),
    values: Float64Array.from({ length: count }, (_, hour) => level(hour)),
  };
}

const EMPTY: HourlyMaxima = hours(0, () => 0);

/** Deterministic noise in 0–1. */
function noise(index: number): number {
  const value = Math.sin(index * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}

describe("hourly maxima", () => {
  test("one value per clock hour that has samples, the largest", () => {
    const result = hourlyMaxima(
      Float64Array.of(0, 300_000, 3_600_000, 10_800_000),
      Float64Array.of(5, 9, 1, 2),
    );
    expect([...result.hours]).toEqual([0, 1, 3]);
    expect([...result.values]).toEqual([9, 1, 2]);
  });

  test("nothing in, nothing out", () => {
    expect(hourlyMaxima(new Float64Array(), new Float64Array()).hours).toHaveLength(0);
  });
});

describe("autocorrelation", () => {
  test("a daily rhythm shows at 24 hours", () => {
    const daily = hours(240, (hour) => (hour % 24 > 8 && hour % 24 < 18 ? 60 : 5));
    expect(autocorrelation(daily, 24)).toBeCloseTo(1);
  });

  test("a weekly rhythm shows at 168 hours and less at 24", () => {
    const weekly = hours(336, (hour) => (Math.floor(hour / 24) % 7 === 2 ? 80 : 5));
    expect(autocorrelation(weekly, 168)).toBeCloseTo(1);
    expect(autocorrelation(weekly, 24)!).toBeLessThan(0.2);
  });

  test("noise has none", () => {
    expect(
      Math.abs(
        autocorrelation(
          hours(336, (hour) => noise(hour)),
          24,
        )!,
      ),
    ).toBeLessThan(0.2);
  });

  test("a constant, an empty and a short series say nothing instead of NaN", () => {
    expect(
      autocorrelation(
        hours(336, () => 0.1),
        24,
      ),
    ).toBeUndefined();
    expect(autocorrelation(EMPTY, 24)).toBeUndefined();
    expect(
      autocorrelation(
        hours(1, () => 5),
        168,
      ),
    ).toBeUndefined();
    expect(autocorrelation(hours(160, noise), 168)).toBeUndefined();
  });
});

describe("recurring peak", () => {
  test("a peak in the same hour of both weeks is load", () => {
    expect(recurringPeak(hours(336, (hour) => (hour % 168 === 50 ? 90 : 5)))).toBe(90);
  });

  test("a peak of one week alone is not", () => {
    expect(recurringPeak(hours(336, (hour) => (hour === 50 ? 90 : 5)))).toBe(5);
  });

  test("a schedule in local time moves by an hour in UTC when clocks change, and still recurs", () => {
    // Monday 06:00 in Berlin: 04:00 UTC until 25 October 2026, 05:00 UTC from then on.
    const startHour = Date.UTC(2026, 9, 19) / 3_600_000;
    const shifted = hours(336, (hour) => (hour === 4 || hour === 168 + 5 ? 90 : 5));
    const at = (offset: number) => ({ ...shifted, hours: shifted.hours.map((hour) => hour + offset) });
    expect(recurringPeak(at(startHour))).toBe(90);
    // In July no clock changes: two different hours are two different hours.
    expect(recurringPeak(at(Date.UTC(2026, 6, 6) / 3_600_000))).toBe(5);
  });

  test("less than a week cannot recur", () => {
    expect(recurringPeak(hours(168, () => 50))).toBeUndefined();
    expect(recurringPeak(EMPTY)).toBeUndefined();
  });
});

describe("rise in the last quarter", () => {
  test("a lasting step up is found at its hour", () => {
    const rise = findRise(
      hours(336, (hour) => (hour < 280 ? 5 : 40) + noise(hour)),
      5,
    );
    expect(rise?.hour).toBeGreaterThanOrEqual(278);
    expect(rise?.hour).toBeLessThanOrEqual(282);
  });

  test("a daily rhythm is no rise", () => {
    expect(
      findRise(
        hours(336, (hour) => 20 + 20 * Math.sin((hour / 24) * 2 * Math.PI)),
        5,
      ),
    ).toBeUndefined();
  });

  test("working days after a weekend are no rise", () => {
    expect(
      findRise(
        hours(336, (hour) => (Math.floor(hour / 24) % 7 < 2 ? 3 : 50)),
        5,
      ),
    ).toBeUndefined();
  });

  test("a step down, a step too small and a step of half a day are no rise", () => {
    expect(
      findRise(
        hours(336, (hour) => (hour < 280 ? 40 : 5)),
        5,
      ),
    ).toBeUndefined();
    expect(
      findRise(
        hours(336, (hour) => (hour < 280 ? 5 : 7)),
        5,
      ),
    ).toBeUndefined();
    expect(
      findRise(
        hours(336, (hour) => (hour < 326 ? 5 : 40)),
        5,
      ),
    ).toBeUndefined();
  });

  test("empty, one hour and constant have none", () => {
    expect(findRise(EMPTY, 5)).toBeUndefined();
    expect(
      findRise(
        hours(1, () => 99),
        5,
      ),
    ).toBeUndefined();
    expect(
      findRise(
        hours(336, () => 99),
        0,
      ),
    ).toBeUndefined();
  });
});

describe("split-half stability", () => {
  test("equal halves agree fully", () => {
    expect(splitHalfStability(Float64Array.of(1, 2, 1, 2), 99.5, 100)).toBe(1);
  });

  test("the disagreement is measured against the proposed capacity", () => {
    expect(splitHalfStability(Float64Array.of(10, 10, 30, 30), 99.5, 50)).toBeCloseTo(0.6);
    expect(splitHalfStability(Float64Array.of(0, 0, 90, 90), 99.5, 50)).toBe(0);
  });

  test("nothing to compare is no agreement", () => {
    expect(splitHalfStability(new Float64Array(), 99.5, 100)).toBe(0);
    expect(splitHalfStability(Float64Array.of(5), 99.5, 100)).toBe(0);
    expect(splitHalfStability(Float64Array.of(5, 5), 99.5, 0)).toBe(0);
    expect(splitHalfStability(Float64Array.of(5, 5), 99.5, Number.NaN)).toBe(0);
  });
});
