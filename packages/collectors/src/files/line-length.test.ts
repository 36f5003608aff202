import { expect, it } from "vitest";
import { metricExportCollector } from "../exports/metrics/index.ts";
import { codes, collectAll, testFile } from "../testing/collect-all.ts";
import { firstOverlongLine } from "./line-length.ts";

it("finds the first line that is too long, wherever chunks end", async () => {
  const long = "x".repeat(3 * 1024 ** 2);
  const path = testFile("a.csv", `header\n\nshort\n${long}\nshort\n${long}`);
  expect(await firstOverlongLine(path, long.length)).toBeUndefined();
  expect(await firstOverlongLine(path, long.length - 1)).toBe(4);
  expect(await firstOverlongLine(path, 5)).toBe(1);
  expect(await firstOverlongLine(testFile("empty.csv", ""), 1)).toBeUndefined();
});

it("a line that DuckDB would drop without a word refuses its file, and says which line", async () => {
  const text = `resource_id,metric,timestamp,value\ni-1,CPUUtilization,2026-11-01T00:00:00Z,5\n${"x".repeat(64 * 1024 ** 2)}\n`;
  const { series, diagnostics } = await collectAll(metricExportCollector(), testFile("long.csv", text));
  expect(series).toEqual([]);
  expect(codes(diagnostics, "error")).toEqual(["metrics-file-invalid"]);
  expect(diagnostics[0]?.summary).toContain("line 3 is longer than 16 MiB");
});
