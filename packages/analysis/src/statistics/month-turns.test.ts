import { expect, test } from "vitest";
import { monthTurns } from "./month-turns.ts";

const at = (text: string): number => Date.parse(`${text}Z`);
const turns = (from: string, to: string) =>
  monthTurns({ startMs: at(from), endMs: at(to) }).map(({ startMs, endMs }) => [
    new Date(startMs).toISOString().slice(0, 10),
    new Date(endMs).toISOString().slice(0, 10),
  ]);

test("the days around the turn of a month, of a year and of a leap February", () => {
  expect(turns("2026-05-20T00:00:00", "2026-06-10T00:00:00")).toEqual([["2026-05-31", "2026-06-02"]]);
  expect(turns("2026-12-30T12:00:00", "2027-01-02T00:00:00")).toEqual([["2026-12-31", "2027-01-02"]]);
  expect(turns("2028-02-20T00:00:00", "2028-03-20T00:00:00")).toEqual([["2028-02-29", "2028-03-02"]]);
});

test("a turn that is only half seen is none", () => {
  expect(turns("2026-06-01T00:00:00", "2026-06-15T00:00:00")).toEqual([]);
  expect(turns("2026-05-31T00:00:01", "2026-06-15T00:00:00")).toEqual([]);
  expect(turns("2026-05-20T00:00:00", "2026-06-01T23:59:59")).toEqual([]);
});

test("several months have as many turns, and an empty window none", () => {
  expect(turns("2026-01-10T00:00:00", "2026-04-10T00:00:00")).toHaveLength(3);
  expect(turns("2026-05-20T00:00:00", "2026-05-20T00:00:00")).toEqual([]);
  expect(turns("2026-06-10T00:00:00", "2026-05-20T00:00:00")).toEqual([]);
});
