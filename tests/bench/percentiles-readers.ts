import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { percentilesOfSamples } from "@apex/analysis/percentiles";
import type { ResourceRange } from "@apex/core";
import { sampleReader, samplesFolder } from "@apex/store/samples";
import type { DuckDBConnection } from "@duckdb/node-api";

/** "resource metric" with its exact p95 and p99. */
export type Percentile = readonly [series: string, readonly [p95: number, p99: number]];

/** Those of many series. */
export type Percentiles = ReadonlyMap<Percentile[0], Percentile[1]>;

/** What is read: a store of Apex's, or one Parquet file. */
export interface PercentileSource {
  readonly storeDirectory: string;
  /** Rows of resource, metric, time_ms and value. */
  readonly parquet: string;
}

/** Apex from its own segments: a thread for each core, of which this one is the first, each with its share of the resources. */
export async function fromSegments({ storeDirectory }: PercentileSource): Promise<Percentiles> {
  const folder = samplesFolder(storeDirectory);
  const [own, ...others] = await sampleReader(folder).split(availableParallelism());
  const answers = others.map((range) =>
    inThread(new URL("./percentiles-thread.ts", import.meta.url), { folder, range } satisfies SegmentShare),
  );
  const here = own === undefined ? [] : [...(await percentilesOf({ folder, range: own }))];
  return new Map([here, ...(await Promise.all(answers))].flat());
}

/** What a thread of the bench answers. */
export async function inThread(file: URL, workerData: unknown): Promise<readonly Percentile[]> {
  const worker = new Worker(file, { workerData, execArgv: [] });
  const [found] = (await once(worker, "message")) as [Percentiles];
  return [...found];
}

/** What one thread reads. */
export interface SegmentShare {
  readonly folder: string;
  readonly range: ResourceRange;
}

/** Apex from its own segments, on one thread. */
export async function fromSegmentsOnOneThread({ storeDirectory }: PercentileSource): Promise<Percentiles> {
  return percentilesOf({ folder: samplesFolder(storeDirectory), range: {} });
}

/** The percentiles of a range of resources. */
export async function percentilesOf({ folder, range }: SegmentShare): Promise<Percentiles> {
  const samples = sampleReader(folder);
  const window = await samples.window();
  const found = new Map<string, readonly [number, number]>();
  if (window === undefined) return found;
  for await (const { resourceId, series } of samples.profiles(window, range)) {
    for (const { metric, values } of series) found.set(`${resourceId} ${metric}`, bothOf(values));
  }
  return found;
}

/** Both percentiles of a series. */
export function bothOf(values: Float64Array): readonly [number, number] {
  const [p95 = Number.NaN, p99 = Number.NaN] = percentilesOfSamples(values, [95, 99]);
  return [p95, p99];
}

/** DuckDB on all cores: `quantile_disc`, which is the nearest rank. */
export async function byDuckdb({ parquet }: PercentileSource): Promise<Percentiles> {
  return withDuckdb(async (connection) => {
    const result = await connection.runAndReadAll(
      `SELECT resource || ' ' || metric, quantile_disc(value, 0.95), quantile_disc(value, 0.99)
       FROM read_parquet('${parquet}') GROUP BY resource, metric`,
    );
    return new Map(result.getRows().map(([name, p95, p99]) => [String(name), [Number(p95), Number(p99)]]));
  });
}

/** Runs `work` with a DuckDB of its own, on all cores. */
async function withDuckdb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  // Loading its library is the price of whoever uses it.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** chDB on all cores: `quantilesExact`, which takes the sample after the nearest rank where the rank is a whole number. */
export async function byChdb({ parquet }: PercentileSource): Promise<Percentiles> {
  const { query } = await import("chdb");
  const text = query(
    `SELECT concat(resource, ' ', metric) AS name, quantilesExact(0.95, 0.99)(value) AS both
     FROM file('${parquet}', Parquet) GROUP BY resource, metric FORMAT JSONCompactEachRow`,
  );
  const lines = text.trimEnd().split("\n");
  return new Map(lines.map((line) => JSON.parse(line) as [string, [number, number]]));
}
