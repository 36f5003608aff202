import { assert, type MetricSeries, type TimeWindow, type UtilizationProfile } from "@apex/core";
import type { DuckDBValue } from "@duckdb/node-api";
import { type Engine, sqlFiles } from "../duckdb/engine.ts";
import { metricName, sampleStatistic } from "./sample-columns.ts";

interface SeriesHead {
  readonly series: number;
  readonly resource: string;
  readonly metric: string;
  readonly part: string | null;
  readonly statistic: string;
  readonly periodMs: number;
  readonly points: number;
}

/** The window that the samples span, up to the end of the last period. */
export async function windowOf(engine: Engine, files: readonly string[]): Promise<TimeWindow | undefined> {
  if (files.length === 0) return undefined;
  const [row] = await engine.read(
    `SELECT CAST(min(time_ms) AS DOUBLE), CAST(max(time_ms + period_ms) AS DOUBLE) FROM read_parquet(${sqlFiles(files)})`,
  );
  const [startMs, endMs] = row ?? [];
  return typeof startMs === "number" && typeof endMs === "number" ? { startMs, endMs } : undefined;
}

/**
 * Reads the samples of a window, one resource at a time in the order of their ids. First the heads of all series, then
 * only numbers in the order they lie in the file: each point is copied once, into an array of its final length.
 */
export async function* readProfiles(
  engine: Engine,
  files: readonly string[],
  window: TimeWindow,
): AsyncGenerator<UtilizationProfile> {
  if (files.length === 0) return;
  const from = `FROM read_parquet(${sqlFiles(files)}) WHERE time_ms >= ${sqlInteger(window.startMs)} AND time_ms < ${sqlInteger(window.endMs)}`;
  const heads = (
    await engine.read(
      `SELECT series, any_value(resource), any_value(metric), any_value(part), any_value(statistic), period_ms, count(*)
       ${from} GROUP BY series, period_ms ORDER BY series, period_ms`,
    )
  ).map(headOf);
  let current: MetricSeries[] = [];
  let resource: string | undefined;
  for await (const { head, times, values } of seriesOf(engine, from, heads)) {
    if (resource !== undefined && resource !== head.resource) {
      yield { resourceId: resource, window, series: current };
      current = [];
    }
    resource = head.resource;
    // A metric that a newer Apex stored is none that this one could judge.
    const metric = metricName(head.metric);
    if (metric === undefined) continue;
    current.push({
      resourceId: head.resource,
      metric,
      statistic: sampleStatistic(head.statistic),
      periodMs: head.periodMs,
      ...(head.part === null ? {} : { part: head.part }),
      timestampsMs: times,
      values,
    });
  }
  if (resource !== undefined) yield { resourceId: resource, window, series: current };
}

interface SeriesPoints {
  readonly head: SeriesHead;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Cuts the stream of points into series; `heads` tells their order and lengths. */
async function* seriesOf(
  engine: Engine,
  from: string,
  heads: readonly SeriesHead[],
): AsyncGenerator<SeriesPoints> {
  let position = -1;
  let filled = 0;
  let points: SeriesPoints | undefined;
  for await (const chunk of engine.stream(`SELECT series, CAST(time_ms AS DOUBLE), value ${from}`)) {
    const ids = chunk.getColumnVector(0);
    const times = chunk.getColumnVector(1);
    const values = chunk.getColumnVector(2);
    for (let row = 0; row < chunk.rowCount; ) {
      if (points === undefined || filled === points.head.points) {
        if (points !== undefined) yield points;
        points = emptyPoints(heads[++position]);
        filled = 0;
      }
      // A run of rows of one series: its ends tell that all of it is, for the file is sorted.
      const end = Math.min(chunk.rowCount, row + points.head.points - filled);
      const { series } = points.head;
      assert(
        ids.getItem(row) === series && ids.getItem(end - 1) === series,
        "the samples are not in the order of their series",
      );
      for (; row < end; row++) {
        points.times[filled] = Number(times.getItem(row));
        points.values[filled] = Number(values.getItem(row));
        filled++;
      }
    }
  }
  assert(position === heads.length - 1 && (points?.head.points ?? 0) === filled, "samples are missing");
  if (points !== undefined) yield points;
}

function emptyPoints(head: SeriesHead | undefined): SeriesPoints {
  assert(head !== undefined, "there are more samples than their heads say");
  return { head, times: new Float64Array(head.points), values: new Float64Array(head.points) };
}

function headOf(row: readonly DuckDBValue[]): SeriesHead {
  const [series, resource, metric, part, statistic, periodMs, points] = row;
  return {
    series: Number(series),
    resource: String(resource),
    metric: String(metric),
    part: part === null || part === undefined ? null : String(part),
    statistic: String(statistic),
    periodMs: Number(periodMs),
    points: Number(points),
  };
}

/** A limit as an SQL integer; limits that no sample can reach stand for none. */
function sqlInteger(value: number): string {
  const limit = Number.MAX_SAFE_INTEGER;
  return String(Math.ceil(Math.min(limit, Math.max(-limit, value))));
}
