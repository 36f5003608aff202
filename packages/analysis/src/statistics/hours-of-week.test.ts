import { DAY_MS } from "@apex/core";
import { describe, expect, test } from "vitest";
import { series, WINDOW } from "../testing/builders.ts";
import { quietHours } from "./hours-of-week.ts";

type Level = Parameters<typeof series>[1];

const of = (level: Level, limit = 5, window = WINDOW) =>
  quietHours([{ ...series("cpu_percent", level, { window }), limit }], window, 2);

/** The window begins on a Monday; the week of hours on a Thursday. */
const MONDAY = 4 * 24;

describe("quiet hours of the week", () => {
  test("an hour is quiet only when it was in every week", () => {
    const { isQuiet, repeats } = of(({ day, hour }) => (hour === 9 && day < 7 ? 50 : 1));
    expect(isQuiet.filter(Boolean)).toHaveLength(168 - 7);
    expect(isQuiet[MONDAY + 9]).toBe(false);
    expect(repeats).toBe(1);
  });

  test("one sample above the limit makes its hour busy, at the limit it is quiet", () => {
    expect(of(({ index }) => (index === 3 ? 5.01 : 1)).isQuiet[MONDAY]).toBe(false);
    expect(of(5).isQuiet.every(Boolean)).toBe(true);
  });

  test("an hour that was hardly seen in one of two weeks is not quiet", () => {
    const { isQuiet } = of(({ day, hour }) => (hour === 3 && day < 1 ? undefined : 1));
    expect(isQuiet[MONDAY + 3]).toBe(false);
    expect(isQuiet.filter(Boolean)).toHaveLength(167);
  });

  test("one week shows no hour twice", () => {
    const window = { startMs: WINDOW.endMs - 7 * DAY_MS, endMs: WINDOW.endMs };
    expect(of(0, 5, window)).toMatchObject({ repeats: 0, repeatsLately: 1 });
    expect(of(0, 5, window).isQuiet.some(Boolean)).toBe(false);
  });

  test("the parts of hours at the ends of the window count against quiet", () => {
    const window = { startMs: WINDOW.startMs + 1_800_000, endMs: WINDOW.endMs };
    expect(of(({ index }) => (index === 0 ? 50 : 1), 5, window).isQuiet[MONDAY]).toBe(false);
  });

  test("all kinds must be quiet, and samples longer than an hour say nothing of hours", () => {
    const cpu = { ...series("cpu_percent", 1), limit: 5 };
    const busy = { ...series("network_in_bytes_per_second", 9000), limit: 1000 };
    const coarse = { ...series("cpu_percent", 1, { periodMs: 7_200_000 }), limit: 5 };
    expect(quietHours([cpu, busy], WINDOW, 2).isQuiet.some(Boolean)).toBe(false);
    expect(quietHours([cpu, coarse], WINDOW, 2).isQuiet.some(Boolean)).toBe(false);
    expect(quietHours([], WINDOW, 2).isQuiet.some(Boolean)).toBe(false);
  });

  test("a new pattern shows in the last days", () => {
    const night = ({ day, hour }: { day: number; hour: number }) =>
      (hour >= 7 && hour < 17) || day >= 12 ? 60 : 1;
    // Of the last 72 hours 42 were quiet a week before, of which the nights of two days, 28, are busy now.
    expect(of(night).repeatsLately).toBeCloseTo(1 - 28 / 42);
    expect(of(night).repeats).toBeCloseTo(1 - 28 / 98);
  });
});
