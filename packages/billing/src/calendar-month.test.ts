import { expect, test } from "vitest";
import { addMonths, isCalendarMonth, monthOf, monthPeriod, wholeSecond } from "./calendar-month.ts";

test("months are counted over the end of the year, both ways", () => {
  expect(addMonths("2026-11", 1)).toBe("2026-12");
  expect(addMonths("2026-12", 1)).toBe("2027-01");
  expect(addMonths("2026-01", -1)).toBe("2025-12");
  expect(addMonths("2026-11", 26)).toBe("2029-01");
  expect(monthPeriod("2026-12")).toEqual({ start: "2026-12-01T00:00:00Z", end: "2027-01-01T00:00:00Z" });
  expect(monthOf("2026-09-30T23:59:59.999Z")).toBe("2026-09");
});

test("what is no month or no instant is refused", () => {
  expect(["2026-09", "2026-13", "2026-9", "2026-09-01", "26-09"].filter(isCalendarMonth)).toEqual([
    "2026-09",
  ]);
  expect(() => addMonths("2026-13", 1)).toThrow("not a month: 2026-13");
  expect(() => monthOf("2026-09-31T00:00:00Z")).toThrow("not an instant in UTC");
});

test("a start goes down to the second, an exclusive end up", () => {
  expect(wholeSecond("2026-09-30T23:59:59.001Z", "down")).toBe("2026-09-30T23:59:59Z");
  expect(wholeSecond("2026-09-30T23:59:59.001Z", "up")).toBe("2026-10-01T00:00:00Z");
  expect(wholeSecond("2026-09-30T23:59:59Z", "up")).toBe("2026-09-30T23:59:59Z");
});
