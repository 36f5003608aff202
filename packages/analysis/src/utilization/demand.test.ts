import { DAY_MS } from "@apex/core";
import { describe, expect, test } from "vitest";
import { END_MS, type Level, PERIOD_MS, series } from "../testing/builders.ts";
import { demandOf } from "./demand.ts";
import type { Reading } from "./series.ts";

const DAYS = 32;

function reading(level: Level): Reading {
  const window = { startMs: END_MS - DAYS * DAY_MS, endMs: END_MS };
  const { timestampsMs, values } = series("cpu_percent", level, { window });
  return {
    metric: "cpu_percent",
    part: undefined,
    statistic: "average",
    periodMs: PERIOD_MS,
    timestampsMs,
    values,
    coverage: 1,
    days: DAYS,
  };
}

const options = {
  percentile: 99.5,
  headroom: 0.2,
  respectRecurringPeaks: true,
  materialStep: 5,
  rhythmCorrelation: 0.7,
  endMs: END_MS,
};

describe("demand", () => {
  test("need is demand over what headroom leaves", () => {
    const demand = demandOf(reading(40), options);
    expect([demand.demand, demand.need, demand.maximum, demand.label]).toEqual([40, 50, 40, "P99.5"]);
  });

  test("after a lasting rise the time since then counts, by itself and as history", () => {
    // Quiet but for 0.6 % of the samples; six days before the end the load rises and its peaks with it.
    const risen = demandOf(
      reading(({ day, index }) => (day < 8 ? 3 : index % 25 === 0 ? 60 : 40)),
      { ...options, percentile: 95 },
    );
    expect(risen.days).toBeCloseTo(6, 1);
    expect(risen.demand).toBe(40);
    const diluted = demandOf(
      reading(({ day }) => (day < 13 ? 3 : 40)),
      { ...options, percentile: 90, respectRecurringPeaks: false },
    );
    expect(diluted.demand).toBe(40);
    expect(diluted.notes.join()).toContain("rose around 2026-06-14");
  });

  test("peaks from before a rise still count", () => {
    const demand = demandOf(
      reading(({ day, index }) => (day < 8 ? (index % 50 === 0 ? 90 : 3) : 40)),
      options,
    );
    expect(demand.demand).toBe(90);
    expect(demand.exceedanceAt(50)).toBeGreaterThan(0.01);
  });

  test("recurring peaks can be left to the percentile", () => {
    const weekly: Level = ({ day }) => (((day % 7) + 7) % 7 < 0.02 ? 90 : 5);
    expect(demandOf(reading(weekly), options)).toMatchObject({ demand: 90, isRaised: true });
    expect(demandOf(reading(weekly), { ...options, respectRecurringPeaks: false })).toMatchObject({
      demand: 5,
      isRaised: false,
    });
  });

  test("a rhythm of hours is seen, a constant has none", () => {
    expect(
      demandOf(
        reading(({ hour }) => (((hour % 24) + 24) % 24 > 12 ? 50 : 5)),
        options,
      ).hasDailyRhythm,
    ).toBe(true);
    expect(demandOf(reading(5), options).hasDailyRhythm).toBe(false);
  });
});
