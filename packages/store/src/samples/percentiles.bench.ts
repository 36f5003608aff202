import { join } from "node:path";
import { type MetricSeries, seededRng } from "@apex/core";
import { expect, test } from "vitest";
import { openEngine, sqlFiles } from "../duckdb/engine.ts";
import { openParquetSet } from "../files/parquet-set.ts";
import { openStore } from "../open-store.ts";
import { temporaryDirectory } from "../testing.ts";

/** Set APEX_BENCH_INSTANCES and APEX_BENCH_DAYS for a larger fleet. */
const INSTANCES = Number(process.env["APEX_BENCH_INSTANCES"] ?? 200);
const DAYS = Number(process.env["APEX_BENCH_DAYS"] ?? 14);
const PERIOD_MS = 300_000;
const START = Date.UTC(2026, 10, 1);
const WINDOW = { startMs: START, endMs: START + DAYS * 86_400_000 };
const SEED = 20_261_101;

/** Each round takes long enough to be told from noise. */
const FEW = { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 };

/** Machines with a daily rhythm, noise and rare peaks. */
function* fleet(): Generator<MetricSeries> {
  const random = seededRng(SEED);
  const points = (DAYS * 86_400_000) / PERIOD_MS;
  const timestampsMs = Float64Array.from({ length: points }, (_, index) => START + index * PERIOD_MS);
  for (let instance = 0; instance < INSTANCES; instance++) {
    const base = random() * 40;
    const values = timestampsMs.map((at) => {
      const day = 10 * (1 + Math.sin((at / 86_400_000) * 2 * Math.PI));
      return Math.min(100, base + day + random() * 10 + (random() < 0.01 ? 40 : 0));
    });
    yield {
      resourceId: `i-${String(instance).padStart(8, "0")}`,
      metric: "cpu_percent",
      statistic: "maximum",
      periodMs: PERIOD_MS,
      timestampsMs,
      values,
    };
  }
}

type Percentiles = Map<string, readonly [p95: number, p99: number]>;

/** The smallest sample that at least this percentage of all samples does not exceed, as the analysis defines it. */
function nearestRank(sorted: Float64Array, percent: number): number {
  return sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1] ?? Number.NaN;
}

/** Linear interpolation at (n − 1) × share, as DuckDB's quantile_cont does. */
function linear(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

test(`p95 and p99 of ${INSTANCES} instances over ${DAYS} days`, { timeout: 600_000 }, async ({ bench }) => {
  await using directory = await temporaryDirectory();
  const store = await openStore({ directory: directory.path });
  await bench("write", async () => {
    await store.samples.write(fleet());
  }).run(FEW);

  const nearest: Percentiles = new Map();
  const interpolated: Percentiles = new Map();
  await bench("typed arrays, nearest rank and linear", async () => {
    for await (const { resourceId, series } of store.samples.profiles(WINDOW)) {
      const sorted = Float64Array.from(series[0]?.values ?? []).sort();
      nearest.set(resourceId, [nearestRank(sorted, 95), nearestRank(sorted, 99)]);
      interpolated.set(resourceId, [linear(sorted, 0.95), linear(sorted, 0.99)]);
    }
  }).run(FEW);

  const engine = await openEngine(join(directory.path, "spill-bench"));
  const files = (await (await openParquetSet(join(directory.path, "samples"))).files()).map(
    ({ path }) => path,
  );
  const bySql = async (quantile: "quantile_disc" | "quantile_cont"): Promise<Percentiles> => {
    const rows = await engine.rows(
      `SELECT resource, ${quantile}(value, 0.95), ${quantile}(value, 0.99) FROM read_parquet(${sqlFiles(files)})
       GROUP BY resource`,
    );
    return new Map(rows.map(([resource, p95, p99]) => [String(resource), [Number(p95), Number(p99)]]));
  };
  let discrete: Percentiles = new Map();
  let continuous: Percentiles = new Map();
  await bench("DuckDB, quantile_disc and quantile_cont", async () => {
    discrete = await bySql("quantile_disc");
    continuous = await bySql("quantile_cont");
  }).run(FEW);
  engine.close();
  await store.close();

  expect(nearest.size).toBe(INSTANCES);
  expect(nearest).toEqual(discrete);
  for (const [resource, [p95, p99]] of interpolated) {
    expect(continuous.get(resource)?.[0]).toBeCloseTo(p95, 9);
    expect(continuous.get(resource)?.[1]).toBeCloseTo(p99, 9);
  }
});
