import { assert, InvariantError, type MetricSeries } from "@apex/core";
import { BIGINT, DOUBLE, type DuckDBValue, INTEGER, VARCHAR } from "@duckdb/node-api";
import { CHUNK_ROWS, type ChunkAppender, type Engine, sqlFiles, sqlText } from "../duckdb/engine.ts";

/**
 * How samples lie in Parquet: sorted by `series` (which numbers resource, metric, part and statistic in their order),
 * then by period and time. Sorted like this the key columns take no room, and a resource is one contiguous read.
 */
const PARQUET_OPTIONS = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880";

const KEY = "resource, metric, part, statistic";
const KEY_ORDER = "resource, metric, part NULLS FIRST, statistic";

/** Stages series in temporary tables of the engine. Returns how many points there were. */
export async function stageSamples(
  engine: Engine,
  series: AsyncIterable<MetricSeries> | Iterable<MetricSeries>,
): Promise<number> {
  await engine.run(`
    CREATE OR REPLACE TEMP TABLE staged_series
      (id INTEGER, resource VARCHAR, metric VARCHAR, part VARCHAR, statistic VARCHAR, period_ms BIGINT);
    CREATE OR REPLACE TEMP TABLE staged_points (id INTEGER, time_ms DOUBLE, value DOUBLE)`);
  const heads = await engine.append("staged_series", [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, BIGINT]);
  const points = await engine.append("staged_points", [INTEGER, DOUBLE, DOUBLE]);
  const headRows = new RowBuffer(heads, 6);
  const pointRows = new RowBuffer(points, 3);
  let id = 0;
  let count = 0;
  try {
    for await (const one of series) {
      checkSeries(one);
      headRows.add([id, one.resourceId, one.metric, one.part ?? null, one.statistic, BigInt(one.periodMs)]);
      for (let index = 0; index < one.values.length; index++) {
        pointRows.add([id, one.timestampsMs[index] ?? null, one.values[index] ?? null]);
      }
      count += one.values.length;
      id++;
    }
    headRows.flush();
    pointRows.flush();
  } finally {
    heads.close();
    points.close();
  }
  return count;
}

function checkSeries(series: MetricSeries): void {
  const name = `${series.resourceId} ${series.metric}`;
  assert(series.timestampsMs.length === series.values.length, `${name}: times and values differ in length`);
  assert(
    Number.isSafeInteger(series.periodMs) && series.periodMs > 0,
    `${name}: the period is no whole number`,
  );
  let previous = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < series.values.length; index++) {
    const at = series.timestampsMs[index] ?? Number.NaN;
    const value = series.values[index];
    if (Number.isSafeInteger(at) && at > previous && Number.isFinite(value)) {
      previous = at;
      continue;
    }
    throw new InvariantError(`${name}: point ${index} (${value} at ${at}) is not a number or not in order`);
  }
}

/** Collects rows of many short series into full chunks. */
class RowBuffer {
  private readonly appender: ChunkAppender;
  private columns: DuckDBValue[][];

  constructor(appender: ChunkAppender, width: number) {
    this.appender = appender;
    this.columns = Array.from({ length: width }, () => []);
  }

  add(row: readonly DuckDBValue[]): void {
    for (let index = 0; index < row.length; index++) this.columns[index]?.push(row[index] ?? null);
    if (this.columns[0]?.length === CHUNK_ROWS) this.flush();
  }

  flush(): void {
    if ((this.columns[0]?.length ?? 0) === 0) return;
    this.appender.append(this.columns);
    this.columns = this.columns.map(() => []);
  }
}

/**
 * Writes the staged samples over the stored ones into a new file at `target`; of two points of one key and time the
 * later written one stays. Returns the rows of the new file.
 */
export async function mergeSamples(
  engine: Engine,
  stored: readonly string[],
  target: string,
): Promise<number> {
  await engine.run(`
    CREATE OR REPLACE TEMP VIEW stored_points AS ${
      stored.length === 0
        ? `SELECT 0 AS series, ''::VARCHAR AS resource, ''::VARCHAR AS metric, NULL::VARCHAR AS part,
             ''::VARCHAR AS statistic, 0::BIGINT AS period_ms, 0::BIGINT AS time_ms, 0::DOUBLE AS value WHERE false`
        : `SELECT * FROM read_parquet(${sqlFiles(stored)})`
    };
    CREATE OR REPLACE TEMP TABLE sources AS
      SELECT -1 AS id, series AS old, period_ms, any_value(resource) AS resource, any_value(metric) AS metric,
        any_value(part) AS part, any_value(statistic) AS statistic FROM stored_points GROUP BY series, period_ms
      UNION ALL SELECT id, NULL, period_ms, ${KEY} FROM staged_series;
    CREATE OR REPLACE TEMP TABLE keys AS
      SELECT ${KEY}, CAST(row_number() OVER (ORDER BY ${KEY_ORDER}) AS INTEGER) AS series, count(*) AS sources
      FROM sources GROUP BY ${KEY};
    CREATE OR REPLACE TEMP TABLE mapped AS
      SELECT s.id, s.old, s.period_ms, k.series, k.sources = 1 AS single FROM sources s
      JOIN keys k ON s.resource = k.resource AND s.metric = k.metric AND s.statistic = k.statistic
        AND s.part IS NOT DISTINCT FROM k.part`);
  // Only keys with several sources can hold a time twice; the others need no grouping, which is most of the work.
  await engine.run(`
    COPY (
      WITH points AS (
        SELECT m.series, m.period_ms, p.time_ms, p.value, m.id, m.single FROM stored_points p
          JOIN mapped m ON m.id = -1 AND m.old = p.series AND m.period_ms = p.period_ms
        UNION ALL
        SELECT m.series, m.period_ms, CAST(p.time_ms AS BIGINT), p.value, m.id, m.single FROM staged_points p
          JOIN mapped m ON m.id = p.id
      ), kept AS (
        SELECT series, period_ms, time_ms, value FROM points WHERE single
        UNION ALL
        SELECT series, arg_max(period_ms, id), time_ms, arg_max(value, id) FROM points WHERE NOT single GROUP BY series, time_ms
      )
      SELECT kept.series, ${KEY}, period_ms, time_ms, value FROM kept JOIN keys USING (series)
      ORDER BY kept.series, period_ms, time_ms
    ) TO ${sqlText(target)} (${PARQUET_OPTIONS})`);
  const [[rows] = []] = await engine.rows(`SELECT count(*) FROM read_parquet(${sqlFiles([target])})`);
  return Number(rows);
}

/** Drops the staging tables. */
export async function dropStaged(engine: Engine): Promise<void> {
  await engine.run(`
    DROP VIEW IF EXISTS stored_points;
    DROP TABLE IF EXISTS staged_points; DROP TABLE IF EXISTS staged_series;
    DROP TABLE IF EXISTS sources; DROP TABLE IF EXISTS keys; DROP TABLE IF EXISTS mapped`);
}
