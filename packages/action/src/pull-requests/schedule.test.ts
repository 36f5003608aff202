import { expect, test } from "vitest";
import { isWithin, parseSchedule } from "./schedule.ts";

test.each([
  ["mon-fri 08:00-18:00 Europe/Berlin", "2026-11-20T06:59:00Z", false],
  ["mon-fri 08:00-18:00 Europe/Berlin", "2026-11-20T07:00:00Z", true],
  ["mon-fri 08:00-18:00 Europe/Berlin", "2026-11-20T17:00:00Z", false],
  ["mon-fri 08:00-18:00 Europe/Berlin", "2026-07-10T06:00:00Z", true],
  ["mon-fri 08:00-18:00 Europe/Berlin", "2026-11-21T10:00:00Z", false],
  ["sun", "2026-11-22T00:00:00Z", true],
  ["fri-mon", "2026-11-22T00:00:00Z", true],
  ["fri-mon", "2026-11-25T00:00:00Z", false],
  ["tue,thu 00:00-24:00", "2026-11-24T23:59:59Z", true],
  ["daily 22:00-24:00", "2026-11-24T22:00:00Z", true],
])("%s at %s: %s", (text, now, expected) => {
  expect(isWithin(parseSchedule(text), Date.parse(now))).toBe(expected);
});

test.each([
  "",
  "monday",
  "mon-",
  "mon 18:00-08:00",
  "mon 08:00-25:00",
  "mon 08:00",
  "daily Mars/Olympus",
  "mon;fri",
])("%j is no window", (text) => {
  expect(() => parseSchedule(text)).toThrow(/^schedule: .* is no window like/);
});
