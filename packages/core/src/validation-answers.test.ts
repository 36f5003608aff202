import { expect, test } from "vitest";
import { answerCounts, turnedAwayShare } from "./validation-answers.ts";

const counted = (byStatus: Readonly<Record<string, number>>) => answerCounts(Object.entries(byStatus));

test("answers are counted by class, in rising order, 304 by itself and unknown ones not at all", () => {
  const counts = counted({ "503": 2, "404": 3, "301": 4, "304": 5, "204": 6, "200": 7, "0": 8, "100": 0 });
  expect(Object.entries(counts)).toEqual([
    ["2xx", 13],
    ["not-modified", 5],
    ["3xx", 4],
    ["4xx", 3],
    ["5xx", 2],
  ]);
});

test("turned away is what is neither 2xx nor 304", () => {
  expect(turnedAwayShare(counted({ "200": 6, "304": 2, "302": 1, "500": 1 }))).toBeCloseTo(0.2, 12);
  expect(turnedAwayShare(counted({ "200": 6 }))).toBe(0);
  expect(turnedAwayShare(counted({ "401": 6 }))).toBe(1);
  expect(turnedAwayShare({})).toBeNull();
});
