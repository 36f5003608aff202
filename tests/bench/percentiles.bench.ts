/**
 * Exact p95 and p99 of every series of a fleet: Apex from its own segments, DuckDB and chDB from Parquet in the same order (the
 * layout that Apex had), and all three from Parquet by time, as others write it. Each in a process of its own, in turn; the ratio
 * of their best is what counts. For the size of a company, 86 and 172 million samples: APEX_BENCH_INSTANCES=10000 APEX_BENCH_DAYS=15,30.
 */
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { openStore } from "@apex/store";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Measured, measuredChild } from "./measured-child.ts";
import { seriesOfParquet } from "./series-of-parquet.ts";
import { writeSyntheticParquet } from "./synthetic-parquet.ts";

const INSTANCES = Number(process.env["APEX_BENCH_INSTANCES"] ?? 20);
const POINTS_PER_DAY = 288;
/** Several ones are measured one after the other. */
const DAYS = (process.env["APEX_BENCH_DAYS"] ?? "7").split(",").map(Number);
const DECIMALS =
  process.env["APEX_BENCH_DECIMALS"] === undefined ? "full" : Number(process.env["APEX_BENCH_DECIMALS"]);
const ROUNDS = Number(process.env["APEX_BENCH_ITERATIONS"] ?? 3);
const TIMEOUT_MS = 3_600_000;

const hasChdb = await import("chdb").then(
  () => true,
  () => false,
);
if (!hasChdb) console.warn("chDB is not measured: the package chdb (540 MB) is not installed");

async function written(days: number): Promise<string> {
  const folder = await mkdtemp(path.join(process.env["APEX_BENCH_FOLDER"] ?? tmpdir(), "apex-percentiles-"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const sizes = { instances: INSTANCES, days, decimals: DECIMALS } as const;
  await mkdir(path.join(folder, "store"));
  for (const order of ["series", "time"] as const) {
    await writeSyntheticParquet(connection, path.join(folder, `${order}.parquet`), sizes, order);
  }
  const store = await openStore({ directory: path.join(folder, "store") });
  await store.samples.write(seriesOfParquet(connection, path.join(folder, "series.parquet")));
  await store.close();
  connection.closeSync();
  instance.closeSync();
  return folder;
}

interface Told {
  readonly ms: number;
  /** Of all cores. */
  readonly cpuMs: number;
  readonly series: number;
  readonly digest: string;
}

interface Reading extends Told {
  readonly peakMib: Measured["peakMib"];
}

async function readIn(folder: string, reader: string, order: "series" | "time"): Promise<Reading> {
  const args = [reader, path.join(folder, "store"), path.join(folder, `${order}.parquet`)];
  const { stdout, peakMib } = await measuredChild("tests/bench/percentiles-process.ts", args, {
    peakFile: path.join(folder, "peak"),
  });
  return { ...(JSON.parse(stdout) as Told), peakMib };
}

/** Best of the rounds; the readers take turns, so that what else the machine does meets all of them. */
async function inTurn(
  folder: string,
  readers: readonly string[],
  order: "series" | "time",
): Promise<Map<string, Reading>> {
  const best = new Map<string, Reading>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const reader of readers) {
      const reading = await readIn(folder, reader, order);
      const before = best.get(reader);
      if (before === undefined || reading.ms < before.ms) best.set(reader, reading);
    }
  }
  return best;
}

function print(title: string, days: number, best: ReadonlyMap<string, Reading>): void {
  const [ours] = best.values();
  const points = days * POINTS_PER_DAY;
  console.log(
    `${title}: ${ours?.series} series of ${points} points, ${((ours?.series ?? 0) * points) / 1e6} million, ${DECIMALS} decimals, best of ${ROUNDS}`,
  );
  console.table(
    Object.fromEntries(
      [...best].map(([reader, { ms, cpuMs, peakMib }]) => [
        reader,
        {
          seconds: (ms / 1000).toFixed(2),
          "times ours": (ms / (ours?.ms ?? ms)).toFixed(2),
          "CPU seconds": (cpuMs / 1000).toFixed(2),
          "times our CPU": (cpuMs / (ours?.cpuMs ?? cpuMs)).toFixed(2),
          "peak MiB": Math.round(peakMib),
        },
      ]),
    ),
  );
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")} on ${availableParallelism()} cores`,
  );
}

const peers = hasChdb ? ["byDuckdb", "byChdb"] : ["byDuckdb"];

describe.each(DAYS)("%i days", (days) => {
  let folder: string;

  beforeAll(async () => {
    folder = await written(days);
  }, TIMEOUT_MS);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("percentiles from the own store", { timeout: TIMEOUT_MS }, async () => {
    const best = await inTurn(folder, ["fromSegments", "fromSegmentsOnOneThread", ...peers], "series");
    print("From the own store", days, best);
    expect(best.get("fromSegments")?.series).toBe(INSTANCES * 2);
    expect(best.get("fromSegments")?.digest).toBe(best.get("byDuckdb")?.digest);
    expect(best.get("fromSegmentsOnOneThread")?.digest).toBe(best.get("byDuckdb")?.digest);
    const { size } = await stat(path.join(folder, "series.parquet"));
    console.log(`Parquet ${(size / 2 ** 20).toFixed(0)} MiB`);
  });

  test("percentiles from foreign Parquet", { timeout: TIMEOUT_MS }, async () => {
    const best = await inTurn(folder, ["fromParquet", ...peers], "time");
    print("From foreign Parquet", days, best);
    expect(best.get("fromParquet")?.digest).toBe(best.get("byDuckdb")?.digest);
  });
});
