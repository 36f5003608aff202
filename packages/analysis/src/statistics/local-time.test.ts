import { describe, expect, test } from "vitest";
import { isTimezone, skippedHours, toLocalTime, toLocalWindow, UTC } from "./local-time.ts";

/** How the clocks of a zone stand at an instant, "2026-06-15T14:00". */
function clockAt(instant: string, timezone: string): string {
  const [local = Number.NaN] = toLocalTime(Float64Array.of(Date.parse(instant)), timezone);
  return new Date(local).toISOString().slice(0, 16);
}

describe("local time", () => {
  test.each([
    ["2026-06-15T12:00:00Z", "Europe/Berlin", "2026-06-15T14:00"],
    ["2026-01-15T12:00:00Z", "Europe/Berlin", "2026-01-15T13:00"],
    ["2026-06-15T12:00:00Z", "America/New_York", "2026-06-15T08:00"],
    ["2026-06-15T12:00:00Z", "Asia/Kolkata", "2026-06-15T17:30"],
    ["2026-06-15T12:00:00Z", "America/St_Johns", "2026-06-15T09:30"],
    ["2026-06-15T12:00:00Z", "Europe/London", "2026-06-15T13:00"],
    ["2026-01-15T12:00:00Z", "Europe/London", "2026-01-15T12:00"],
    ["2026-06-15T12:00:00Z", UTC, "2026-06-15T12:00"],
  ])("%s in %s is %s", (instant, timezone, local) => {
    expect(clockAt(instant, timezone)).toBe(local);
  });

  test("clocks change at the instant that they do, to the quarter of an hour", () => {
    // Europe: at 01:00 UTC on the last Sunday of March. Lord Howe: by half an hour, at 15:30 UTC.
    expect(clockAt("2026-03-29T00:59:59Z", "Europe/Berlin")).toBe("2026-03-29T01:59");
    expect(clockAt("2026-03-29T01:00:00Z", "Europe/Berlin")).toBe("2026-03-29T03:00");
    expect(clockAt("2026-10-03T15:29:59Z", "Australia/Lord_Howe")).toBe("2026-10-04T01:59");
    expect(clockAt("2026-10-03T15:30:00Z", "Australia/Lord_Howe")).toBe("2026-10-04T02:30");
  });

  test("a window has the hours between its clock times", () => {
    const startMs = Date.parse("2026-03-22T00:00:00Z");
    const endMs = Date.parse("2026-04-05T00:00:00Z");
    const local = toLocalWindow({ startMs, endMs }, "Europe/Berlin");
    expect(local.endMs - local.startMs - (endMs - startMs)).toBe(3_600_000);
  });

  test("the hours that clocks leave out are told, those that they go through twice are none", () => {
    const skipped = (month: number, day: number, timezone: string) =>
      [
        ...skippedHours(
          { startMs: Date.UTC(2026, month - 1, day), endMs: Date.UTC(2026, month - 1, day + 2) },
          timezone,
        ),
      ].map((hour) => new Date(hour * 3_600_000).toISOString().slice(0, 13));
    expect(skipped(3, 28, "Europe/Berlin")).toEqual(["2026-03-29T02"]);
    expect(skipped(10, 24, "Europe/Berlin")).toEqual([]);
    expect(skipped(10, 3, "Australia/Lord_Howe")).toEqual(["2026-10-04T02"]);
    expect(skipped(3, 28, UTC)).toEqual([]);
  });

  test("what is no zone of the database is none, offsets neither", () => {
    expect(["Europe/Berlin", "UTC", "Etc/UTC", "America/Argentina/Buenos_Aires"].every(isTimezone)).toBe(
      true,
    );
    for (const name of ["Europe/Nowhere", "europe/berlin", "+02:00", "CEST+2 ", "", "../etc/passwd"])
      expect(isTimezone(name)).toBe(false);
  });
});
