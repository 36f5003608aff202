import { describe, expect, test } from "vitest";
import { BASE_POLICY, type SchedulePolicy } from "../policy/policy.ts";
import { cronOf, offBlocks, switchTimesOf, switchTimeText } from "./off-blocks.ts";

const POLICY = BASE_POLICY.schedule;
const NO_MARGIN: SchedulePolicy = { ...POLICY, marginBeforeHours: 0, marginAfterHours: 0 };

/** The quiet hours of a week of busy spans, each [day as cron counts it, from hour, to hour]. */
function quietBut(...busy: readonly (readonly [number, number, number])[]): boolean[] {
  const isQuiet = Array.from({ length: 168 }, () => true);
  for (const [day, from, to] of busy) {
    // The epoch's week begins on Thursday.
    const start = ((day + 3) % 7) * 24;
    for (let hour = from; hour < to; hour += 1) isQuiet[start + hour] = false;
  }
  return isQuiet;
}

const WORKING_WEEK = quietBut(...[1, 2, 3, 4, 5].map((day) => [day, 7, 17] as const));

describe("hours off", () => {
  test("a working week is off at night and over the weekend, one hour later and two earlier than it is quiet", () => {
    const blocks = offBlocks(WORKING_WEEK, POLICY);
    // Four nights of 14 hours and a weekend of 62, each 3 hours shorter.
    expect(blocks.map(({ hours }) => hours).toSorted((a, b) => a - b)).toEqual([11, 11, 11, 11, 59]);
    const times = switchTimesOf(blocks);
    expect(times.map((time) => switchTimeText(time, "Etc/UTC"))).toEqual([
      "18:00 UTC on Mon, Tue, Wed, Thu, Fri",
      "05:00 UTC on Mon, Tue, Wed, Thu, Fri",
    ]);
    expect(times.map(cronOf)).toEqual(["0 18 * * 1,2,3,4,5", "0 5 * * 1,2,3,4,5"]);
  });

  test("load that keeps to local time stays inside the hours on when clocks change, either way", () => {
    const blocks = offBlocks(WORKING_WEEK, POLICY);
    for (const shift of [-1, 1]) {
      const isQuiet = WORKING_WEEK.map((_, hour) => WORKING_WEEK[(hour + shift + 168) % 168]);
      for (const { start, hours } of blocks) {
        for (let hour = 0; hour < hours; hour += 1) expect(isQuiet[(start + hour) % 168]).toBe(true);
      }
    }
  });

  test("a stretch that the margins leave too short is left on", () => {
    const everyDay = [0, 1, 2, 3, 4, 5, 6].map((day) => [day, 6, 24] as const);
    expect(offBlocks(quietBut(...everyDay), POLICY)).toEqual([]);
    expect(offBlocks(quietBut(...everyDay), NO_MARGIN)).toHaveLength(7);
  });

  test("neither a week without a busy hour nor one without a quiet one has hours to switch", () => {
    expect(offBlocks(quietBut(), POLICY)).toEqual([]);
    expect(
      offBlocks(
        Array.from({ length: 168 }, () => false),
        POLICY,
      ),
    ).toEqual([]);
  });

  test("switch times that nearly agree become one, and never make an hour quiet that is not", () => {
    const isQuiet = quietBut([1, 7, 17], [2, 8, 18], [3, 7, 19], [4, 9, 17], [5, 8, 16]);
    const blocks = offBlocks(isQuiet, NO_MARGIN);
    expect(switchTimesOf(blocks).map(({ hour }) => hour)).toEqual([18, 19, 7]);
    for (const { start, hours } of blocks) {
      for (let hour = 0; hour < hours; hour += 1) expect(isQuiet[(start + hour) % 168]).toBe(true);
    }
  });

  test("the shortest stretches stay on rather than make a schedule of many times", () => {
    const isQuiet = quietBut([0, 4, 5], [1, 9, 10], [2, 13, 14], [3, 17, 18], [4, 21, 22], [5, 0, 1]);
    const times = switchTimesOf(offBlocks(isQuiet, NO_MARGIN));
    expect(times.length).toBeLessThanOrEqual(4);
    expect(times.length).toBeGreaterThan(0);
  });

  test("a stretch across the end of the week is one", () => {
    // Busy on Monday only: off from Monday's end around to the next.
    expect(offBlocks(quietBut([1, 0, 24]), NO_MARGIN)).toEqual([{ start: 5 * 24, hours: 144 }]);
  });
});
