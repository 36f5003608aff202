import { percentileOfSamples } from "@apex/analysis";
import { sampleReader, samplesFolder } from "@apex/store/samples";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** "resource metric" with its exact p95 and p99. */
export type Percentiles = ReadonlyMap<string, readonly [p95: number, p99: number]>;

/** What is read: a store of Apex's, or one Parquet file. */
export interface PercentileSource {
  readonly storeDirectory: string;
  /** Rows of resource, metric, time_ms and value. */
  readonly parquet: string;
}

/** Apex from its own segments, on one thread. */
export async function fromSegments({ storeDirectory }: PercentileSource): Promise<Percentiles> {
  const samples = sampleReader(samplesFolder(storeDirectory));
  const window = await samples.window();
  const found = new Map<string, readonly [number, number]>();
  if (window === undefined) return found;
  for await (const { resourceId, series } of samples.profiles(window)) {
    for (const { metric, values } of series) found.set(`${resourceId} ${metric}`, bothOf(values));
  }
  return found;
}

function bothOf(values: Float64Array): readonly [number, number] {
  return [percentileOfSamples(values, 95), percentileOfSamples(values, 99)];
}

/**
 * Apex from Parquet in any order: DuckDB reads it, with resource and metric as one number, into an array per series, and the
 * rest is as from segments.
 */
export async function fromParquet({ parquet }: PercentileSource): Promise<Percentiles> {
  return withDuckdb(async (connection) => {
    const rows = `read_parquet('${parquet}')`;
    const heads = await connection.runAndReadAll(
      `SELECT resource, metric, count(*) FROM ${rows} GROUP BY ALL ORDER BY ALL`,
    );
    const names = heads.getRows().map(([resource, metric]) => `${String(resource)} ${String(metric)}`);
    const arrays = heads.getRows().map(([, , count]) => new Float64Array(Number(count)));
    await connection.run(`
      CREATE TYPE resources AS ENUM (SELECT DISTINCT resource FROM ${rows} ORDER BY resource);
      CREATE TYPE metrics AS ENUM (SELECT DISTINCT metric FROM ${rows} ORDER BY metric)`);
    const places = new Map(names.map((name, index) => [name, index]));
    const codes = await connection.runAndReadAll(`
      SELECT r || ' ' || m, enum_code(r::resources)::INTEGER * 64 + enum_code(m::metrics)
      FROM (SELECT unnest(enum_range(NULL::resources)) AS r), (SELECT unnest(enum_range(NULL::metrics)) AS m)`);
    const placeOfCode = new Int32Array(codes.getRows().length * 64).fill(-1);
    for (const [name, code] of codes.getRows()) placeOfCode[Number(code)] = places.get(String(name)) ?? -1;
    const filled = new Uint32Array(arrays.length);
    const stream = await connection.stream(
      `SELECT CAST(enum_code(resource::resources)::INTEGER * 64 + enum_code(metric::metrics) AS INTEGER), value FROM ${rows}`,
    );
    for (;;) {
      const chunk = await stream.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const series = chunk.getColumnVector(0);
      const values = chunk.getColumnVector(1);
      for (let row = 0; row < chunk.rowCount; row++) {
        const place = placeOfCode[series.getItem(row) as number] ?? -1;
        const array = arrays[place];
        const at = filled[place] ?? 0;
        if (array !== undefined) array[at] = values.getItem(row) as number;
        filled[place] = at + 1;
      }
    }
    return new Map(names.map((name, index) => [name, bothOf(arrays[index] ?? new Float64Array())]));
  });
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

async function withDuckdb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
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
