import { expect, test } from "vitest";
import { changedLines, hunksBetween } from "./text-lines.ts";

const lines = (text: string): string[] => text.split("");

test.each([
  ["abc", "abc", []],
  ["abc", "abxc", [{ from: 2, to: 2, lines: ["x"] }]],
  ["abc", "ac", [{ from: 1, to: 2, lines: [] }]],
  [
    "abcd",
    "axcy",
    [
      { from: 1, to: 2, lines: ["x"] },
      { from: 3, to: 4, lines: ["y"] },
    ],
  ],
  ["", "ab", [{ from: 0, to: 0, lines: ["a", "b"] }]],
])("%s becomes %s", (before, after, hunks) => {
  expect(hunksBetween(lines(before), lines(after))).toEqual(hunks);
});

test("a changed line is one that goes and one that comes, and a file that is new is all added", () => {
  expect(changedLines({ "a.tf": "1\n2\n3" }, { "a.tf": "1\nx\n3" })).toBe(2);
  expect(changedLines({ "a.tf": "1" }, { "a.tf": "1", "b.tf": "1\n2" })).toBe(3);
});
