/**
 * Replays the presets on a Bitbrains fastStorage sample (GWA-T-12, in OpenDC's layout) and prints the README's
 * table: node scripts/backtest-bitbrains.ts DIRECTORY, which holds trace.csv.gz (vm_id, timestamp_utc of the
 * interval's end, duration_ms, cpu_count, cpu_usage_mhz) and meta.csv (vm_id, …, cpu_capacity_mhz in the fifth
 * column).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DAY_MS, type MetricSeries } from "@apex/core";
import { backtest, PRESET_NAMES, presetPolicy, type RecordedMachine } from "../src/index.ts";

const PERIOD_MS = 300_000;
const HALF_DAYS = 15;
const SIZES = [1, 2, 4, 8, 16, 32];

function rowsOf(text: string): string[][] {
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
}

function readMachines(directory: string): RecordedMachine[] {
  const capacities = new Map(
    rowsOf(readFileSync(join(directory, "meta.csv"), "utf8")).map((row) => [row[0], Number(row[4])]),
  );
  const trace = rowsOf(gunzipSync(readFileSync(join(directory, "trace.csv.gz"))).toString("utf8"));
  return [...Map.groupBy(trace, (row) => row[0] ?? "")].flatMap(([id, all]) => {
    // Rows of 0 CPUs are the machine being made or removed; one that was resized is two machines, and percent of
    // neither.
    const rows = all.filter((row) => Number(row[3]) > 0);
    const sizes = new Set(rows.map((row) => Number(row[3])));
    const [vcpu] = sizes;
    if (vcpu === undefined || sizes.size > 1) return [];
    const capacityMhz = capacities.get(id) ?? Number.NaN;
    const samples = new Map<number, number>();
    for (const [, end, durationMs, , usageMhz] of rows) {
      const endMs = Math.round(Date.parse(end ?? "") / PERIOD_MS) * PERIOD_MS;
      // Equal neighbours were folded into one row; it is unfolded into its periods.
      const periods = Math.max(1, Math.round(Number(durationMs) / PERIOD_MS));
      for (let back = 1; back <= periods; back += 1) {
        samples.set(endMs - back * PERIOD_MS, (Number(usageMhz) / capacityMhz) * 100);
      }
    }
    const ordered = [...samples].toSorted(([a], [b]) => a - b);
    const series: MetricSeries = {
      resourceId: id,
      metric: "cpu_percent",
      statistic: "average",
      periodMs: PERIOD_MS,
      timestampsMs: Float64Array.from(ordered, ([timestampMs]) => timestampMs),
      values: Float64Array.from(ordered, ([, percent]) => Math.min(100, percent)),
    };
    return [{ id, vcpu, series }];
  });
}

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("usage: node scripts/backtest-bitbrains.ts DIRECTORY");
const machines = readMachines(directory);
const startMs = Math.min(
  ...machines.map((machine) => machine.series.timestampsMs[0] ?? Number.POSITIVE_INFINITY),
);
const middleMs = startMs + HALF_DAYS * DAY_MS;
console.log(
  "| preset | machines changed | vCPU removed | short > 0.5 % later | short > 0.05 % | later peak above | worst machine short |",
);
console.log("|---|--:|--:|--:|--:|--:|--:|");
for (const preset of PRESET_NAMES) {
  const result = backtest({
    machines,
    policy: presetPolicy(preset),
    lookBack: { startMs, endMs: middleMs },
    later: { startMs: middleMs, endMs: middleMs + HALF_DAYS * DAY_MS },
    sizes: SIZES,
  });
  const removed = 100 * (1 - result.vcpuAfter / result.vcpuBefore);
  console.log(
    `| ${preset} | ${result.changed} of ${result.machines.length} | ${removed.toFixed(0)} % of ${result.vcpuBefore} | ${result.shortOverHalfPercent} | ${result.shortOverTwentiethPercent} | ${result.laterPeakAbove} | ${(100 * result.worstShortShare).toFixed(1)} % |`,
  );
}
