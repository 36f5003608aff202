import { describe, expect, test } from "vitest";
import { coverageOf, hourMissingEveryWeek } from "./coverage.ts";

const PERIOD = 300_000;
const window = { startMs: 1000 * PERIOD, endMs: 1010 * PERIOD };

function at(...slots: number[]) {
  return Float64Array.from(slots, (slot) => (1000 + slot) * PERIOD);
}

describe("coverage", () => {
  test("every period present is full coverage without a gap", () => {
    expect(coverageOf(at(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), PERIOD, window)).toEqual({
      present: 10,
      expected: 10,
      share: 1,
      longestGapMs: 0,
    });
  });

  test("no sample is no coverage and one long gap", () => {
    expect(coverageOf(at(), PERIOD, window)).toEqual({
      present: 0,
      expected: 10,
      share: 0,
      longestGapMs: 10 * PERIOD,
    });
  });

  test("silence at the end counts: a machine that stopped reporting is not complete", () => {
    const coverage = coverageOf(at(0, 1, 2, 3, 4), PERIOD, window);
    expect(coverage.share).toBe(0.5);
    expect(coverage.longestGapMs).toBe(5 * PERIOD);
  });

  test("the longest gap is found in the middle", () => {
    expect(coverageOf(at(0, 1, 6, 7, 8, 9), PERIOD, window).longestGapMs).toBe(4 * PERIOD);
  });

  test("two samples in one period count once", () => {
    expect(coverageOf(at(0, 0.5, 1), PERIOD, window).present).toBe(2);
  });

  test("samples outside of the window do not count", () => {
    expect(coverageOf(at(-3, -1, 10, 12), PERIOD, window).present).toBe(0);
  });

  test("an empty window, a negative one and a period of zero cover nothing", () => {
    expect(coverageOf(at(0), PERIOD, { startMs: 5, endMs: 5 }).share).toBe(0);
    expect(coverageOf(at(0), PERIOD, { startMs: 10, endMs: 5 }).share).toBe(0);
    expect(coverageOf(at(0), 0, window).share).toBe(0);
  });

  test("timestamps off the grid still fill their periods", () => {
    const shifted = at(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).map((ms) => ms + 46_000);
    expect(coverageOf(shifted, PERIOD, window).share).toBe(1);
  });

  test("a clock that wavers by a few seconds loses nothing", () => {
    const wavering = at(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).map(
      (ms, index) => ms + (index % 2 === 0 ? 2000 : -2000),
    );
    const first = { startMs: wavering[0]!, endMs: window.endMs };
    expect(coverageOf(wavering, PERIOD, first).share).toBe(1);
  });
});

describe("an hour missing every week", () => {
  const HOUR = 3_600_000;
  const fortnight = { startMs: 168 * 2000 * HOUR, endMs: 168 * 2002 * HOUR };
  const without = (isGap: (hour: number) => boolean) =>
    Float64Array.from(
      Array.from({ length: 336 * 12 }, (_, index) => index).filter((index) => !isGap(Math.floor(index / 12))),
      (index) => fortnight.startMs + index * PERIOD,
    );

  test("is found when it is missing in both weeks", () => {
    expect(
      hourMissingEveryWeek(
        without((hour) => hour % 168 === 50),
        fortnight,
      ),
    ).toBe(50);
  });

  test("is none when one week has it, or a single sample of it is there", () => {
    expect(
      hourMissingEveryWeek(
        without((hour) => hour === 50),
        fortnight,
      ),
    ).toBeUndefined();
    const almost = without(() => false).filter((_, index) => index % 12 === 0);
    expect(hourMissingEveryWeek(almost, fortnight)).toBeUndefined();
  });

  test("takes two weeks to tell", () => {
    const week = { startMs: fortnight.startMs, endMs: fortnight.startMs + 168 * HOUR };
    expect(
      hourMissingEveryWeek(
        without((hour) => hour % 168 === 50),
        week,
      ),
    ).toBeUndefined();
    expect(hourMissingEveryWeek(new Float64Array(), { startMs: 5, endMs: 5 })).toBeUndefined();
  });
});
