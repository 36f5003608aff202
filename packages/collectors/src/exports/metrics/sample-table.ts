import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { Engine } from "../../duckdb/engine.ts";
import { EPOCH_MS_MAX, EPOCH_MS_MIN } from "../timestamp.ts";
import type { MetricColumns } from "./csv-columns.ts";

/** A row that cannot be used: `problem` says why, `text` is what could not be read. */
export interface ProblemRow {
  readonly record: number;
  readonly problem: string;
  readonly text: string;
}

/** One series of a metrics table as it is written there; empty text where the table does not say. */
export interface TableSeries {
  readonly resourceId: string;
  readonly metric: string;
  readonly statistic: string;
  readonly unit: string;
  readonly part: string;
  /** Seconds. */
  readonly period: string;
  readonly samples: number;
}

/**
 * The SQL selection that parses a metrics table's text columns while it is staged; nothing is stored twice. Seconds and milliseconds are
 * told apart by size: see `epochMsOf`.
 */
export function sampleSelection(columns: MetricColumns): readonly string[] {
  const text = (index: number | undefined) => (index === undefined ? "''" : `coalesce(trim(c${index}), '')`);
  const time = text(columns.timestamp);
  const value = text(columns.value);
  // TRY_CAST to TIMESTAMP would drop the zone; to TIMESTAMPTZ it honours it, but wants seconds before one.
  const iso = `coalesce(try_cast(${time} AS TIMESTAMPTZ), try_cast(regexp_replace(${time}, '([T ]\\d\\d:\\d\\d)(Z|[+-]\\d\\d:?\\d\\d)$', '\\1:00\\2') AS TIMESTAMPTZ))`;
  const number = `try_cast(${time} AS DOUBLE)`;
  return [
    `${text(columns.resourceId)} AS resource_id`,
    `${text(columns.metric)} AS metric`,
    `${text(columns.statistic)} AS statistic`,
    `${text(columns.unit)} AS unit`,
    `${text(columns.part)} AS part`,
    `${text(columns.period)} AS period`,
    `CASE WHEN ${number} IS NULL THEN epoch_ms(${iso})::DOUBLE
      WHEN ${number} < ${EPOCH_MS_MIN} THEN round(${number} * 1000) ELSE round(${number}) END AS time_ms`,
    `coalesce(try_cast(nullif(${value}, '') AS DOUBLE), 'nan'::DOUBLE) AS value`,
    // The pattern is costly and almost always spared by the Z.
    `CASE WHEN ends_with(${time}, 'Z') OR ${number} IS NOT NULL THEN false
      ELSE NOT regexp_matches(${time}, '([A-Za-z]|[T ].*[+-].*)$') END AS zone_assumed`,
    `CASE WHEN resource_id = '' THEN 'no resource_id' WHEN metric = '' THEN 'no metric'
      WHEN time_ms IS NULL OR NOT time_ms BETWEEN ${EPOCH_MS_MIN} AND ${EPOCH_MS_MAX} THEN 'timestamp is unreadable'
      WHEN try_cast(${value} AS DOUBLE) IS NULL AND ${value} <> '' THEN 'value is not a number' END AS problem`,
    `CASE WHEN problem LIKE 'timestamp%' THEN ${time} WHEN problem LIKE 'value%' THEN ${value} END AS problem_text`,
  ];
}

/** The rows that cannot be used: how many, and the first `limit` of them. */
export async function problemRows(
  engine: Engine,
  limit: number,
): Promise<{ readonly count: number; readonly rows: readonly ProblemRow[] }> {
  const [[count] = [0]] = await engine.rows("SELECT count(problem) FROM staged");
  const rows = await engine.rows(
    `SELECT rowid, problem, coalesce(problem_text, '') FROM staged WHERE problem IS NOT NULL ORDER BY rowid LIMIT ${limit}`,
  );
  return {
    count: Number(count),
    rows: rows.map(([record, problem, text]) => ({
      record: Number(record),
      problem: String(problem),
      text: String(text),
    })),
  };
}

/** How many usable rows name no zone, and the first of them. */
export async function zonelessRows(
  engine: Engine,
): Promise<{ readonly count: number; readonly firstRecord: number }> {
  const [[count, first] = [0, 0]] = await engine.rows(
    "SELECT count(*), min(rowid) FROM staged WHERE zone_assumed AND problem IS NULL",
  );
  return { count: Number(count), firstRecord: Number(first ?? 0) };
}

/** Lists the series in the table, `limit` at most, all of one resource together, and numbers them in that order for {@link sampleChunks}. */
export async function tableSeries(engine: Engine, limit: number): Promise<readonly TableSeries[]> {
  await engine.rows(
    `CREATE OR REPLACE TEMP TABLE series AS
      SELECT (row_number() OVER (ORDER BY resource_id, metric, statistic, unit, part, period) - 1)::INTEGER AS number, *
      FROM (SELECT resource_id, metric, statistic, unit, part, period, count(*) AS samples FROM staged
        WHERE problem IS NULL GROUP BY ALL)`,
  );
  const rows = await engine.rows(
    `SELECT resource_id, metric, statistic, unit, part, period, samples FROM series ORDER BY number LIMIT ${limit}`,
  );
  return rows.map(([resourceId, metric, statistic, unit, part, period, samples]) => ({
    resourceId: String(resourceId),
    metric: String(metric),
    statistic: String(statistic),
    unit: String(unit),
    part: String(part),
    period: String(period),
    samples: Number(samples),
  }));
}

/**
 * All usable samples as chunks of (series number, epoch ms, value), series by series in ascending time; samples of the
 * same time in the order of the file. DuckDB sorts, on disk if need be.
 */
export function sampleChunks(engine: Engine): AsyncIterable<DuckDBDataChunk> {
  return engine.stream(
    `SELECT series.number, staged.time_ms, staged.value FROM staged
      JOIN series USING (resource_id, metric, statistic, unit, part, period)
      WHERE staged.problem IS NULL ORDER BY series.number, staged.time_ms, staged.rowid`,
  );
}
