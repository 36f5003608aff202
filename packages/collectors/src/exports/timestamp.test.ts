import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMsOf, parseTimestamp } from "./timestamp.ts";

describe("timestamps", () => {
  it.each([
    ["2026-10-12T01:02:03Z", "2026-10-12T01:02:03.000Z", false],
    ["2026-10-12T01:02:03.456789Z", "2026-10-12T01:02:03.456Z", false],
    ["2026-10-12 01:02:03", "2026-10-12T01:02:03.000Z", true],
    ["2026-10-12T01:02:03+05:30", "2026-10-11T19:32:03.000Z", false],
    ["2026-10-12T01:02:03-0800", "2026-10-12T09:02:03.000Z", false],
    ["2026-10-12 01:02:03 UTC", "2026-10-12T01:02:03.000Z", false],
    ["2026-10-12T01:02", "2026-10-12T01:02:00.000Z", true],
    ["2026-10-12", "2026-10-12T00:00:00.000Z", true],
    [" 2028-02-29 ", "2028-02-29T00:00:00.000Z", true],
  ])("reads %s", (text, expected, zoneAssumed) => {
    expect(parseTimestamp(text)).toEqual({ epochMs: Date.parse(expected), zoneAssumed });
  });

  it.each([
    "",
    "yesterday",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "0026-10-12T00:00:00Z",
    "2026-10-12T25:00:00Z",
    "2026-10-12T10:60:00Z",
    "12/10/2026",
    "2026-10-12T01:02:03Zulu",
    "NULL",
  ])("refuses %j", (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it("reads back every instant it could have been given", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1971-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
        (date) => {
          expect(parseTimestamp(date.toISOString())?.epochMs).toBe(date.getTime());
        },
      ),
    );
  });

  it("tells seconds from milliseconds, and neither from other numbers", () => {
    expect(epochMsOf(1_760_227_200)).toBe(1_760_227_200_000);
    expect(epochMsOf(1_760_227_200.5)).toBe(1_760_227_200_500);
    expect(epochMsOf(1_760_227_200_000)).toBe(1_760_227_200_000);
    for (const value of [0, -1, 42, Number.NaN, Number.POSITIVE_INFINITY, 1e18])
      expect(epochMsOf(value)).toBeUndefined();
  });
});
