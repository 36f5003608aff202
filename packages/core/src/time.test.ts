import { expect, test } from "vitest";
import { formatInstant, parseInstant } from "./time.ts";

test("an instant is read as it is written, and nothing else is taken for one", () => {
  expect(parseInstant("2026-11-21T07:00:00Z")).toBe(Date.UTC(2026, 10, 21, 7));
  expect(parseInstant("2026-11-21T07:00:00.250Z")).toBe(Date.UTC(2026, 10, 21, 7, 0, 0, 250));
  expect(formatInstant(parseInstant("2024-02-29T23:59:59Z")!)).toBe("2024-02-29T23:59:59Z");
  for (const text of [
    "",
    "2026-11-21",
    "2026-11-21 07:00:00Z",
    "2026-11-21T07:00:00+01:00",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-21T25:00:00Z",
  ]) {
    expect(parseInstant(text)).toBeUndefined();
  }
});
