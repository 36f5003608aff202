import { expect, test } from "vitest";
import { windowDiagnostics } from "./window-diagnostics.ts";

const NOW = Date.UTC(2026, 10, 21);
const HOUR_MS = 3_600_000;

test("metrics of the future are warned of, those of another time zone's today are not", () => {
  expect(windowDiagnostics({ startMs: NOW, endMs: NOW + 14 * HOUR_MS }, NOW)).toEqual([]);
  expect(windowDiagnostics(undefined, NOW)).toEqual([]);
  const [warning] = windowDiagnostics({ startMs: NOW, endMs: Date.UTC(2099, 0, 1) }, NOW);
  expect(warning?.summary).toContain("2099-01-01");
});
