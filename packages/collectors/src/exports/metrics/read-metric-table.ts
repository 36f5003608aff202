import type { Cancellation, Collected, Diagnostic } from "@apex/core";
import type { RejectedRecord } from "../../duckdb/csv-table.ts";
import type { Engine } from "../../duckdb/engine.ts";
import { openTable } from "../../duckdb/open-table.ts";
import { fileError, messageOf } from "../../files/errors.ts";
import type { SourceFile } from "../../files/source-file.ts";
import { locateRows, refusalDiagnostics, REFUSALS_NAMED_MAX, refusedRow } from "../refused-rows.ts";
import { metricColumns } from "./csv-columns.ts";
import type { MetricNotes } from "./metric-notes.ts";
import { Points } from "./points.ts";
import { resourceSeries } from "./resource-series.ts";
import { problemRows, sampleChunks, sampleSelection, tableSeries, zonelessRows } from "./sample-table.ts";
import type { RawSeries } from "./series-builder.ts";
import { ignoredColumns, rawSeriesOf, SERIES_MAX } from "./table-series.ts";

/** As many names as are read at a glance, of the length that names have. */
const COLUMNS_NAMED_MAX = 20;
const COLUMN_NAME_SHOWN_MAX = 60;

/**
 * Reads a table `resource_id,metric,timestamp,value[,statistic,unit,part,period]` (CSV or Parquet) with CloudWatch's metric
 * names or ours through DuckDB, one resource in memory at a time.
 */
export async function* readMetricTable(
  engine: Engine,
  file: SourceFile,
  notes: MetricNotes,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const staged = await stage(engine, file, notes, signal);
  if (signal.aborted) return;
  if ("severity" in staged) {
    yield { kind: "diagnostic", diagnostic: staged };
    return;
  }
  yield* samples(engine, notes, signal);
  if (signal.aborted) return;
  for (const diagnostic of await refusals(engine, file, staged, notes))
    yield { kind: "diagnostic", diagnostic };
}

interface StagedFile {
  /** Where the text lies that the lines and offsets mean. */
  readonly path: string;
  readonly rejects: readonly RejectedRecord[];
}

async function stage(
  engine: Engine,
  file: SourceFile,
  notes: MetricNotes,
  signal: Cancellation,
): Promise<StagedFile | Diagnostic> {
  try {
    const table = await openTable(engine, file);
    const columns = table === undefined ? { missing: ["header"] } : metricColumns(table.names);
    if (table === undefined || "missing" in columns) {
      const missing = "missing" in columns ? columns.missing.join(", ") : "header";
      return unrecognised(file.name, missing, table?.names ?? []);
    }
    ignoredColumns(columns, notes);
    return { path: table.path, rejects: await table.stage(sampleSelection(columns), signal) };
  } catch (error) {
    return fileError(
      file.name,
      "metrics-file-invalid",
      `${file.name} cannot be read as a metrics table: ${messageOf(error)}`,
      "Nothing of it was used. Export it again.",
    );
  }
}

function unrecognised(file: string, missing: string, names: readonly string[]): Diagnostic {
  const found = names.slice(0, COLUMNS_NAMED_MAX).map((name) => name.slice(0, COLUMN_NAME_SHOWN_MAX));
  return fileError(
    file,
    "metrics-file-unrecognised",
    `${file} is no metrics export: it has no ${missing}`,
    `${found.length === 0 ? "" : `Its columns are ${found.join(", ")}. `}Give CloudWatch GetMetricData or Prometheus query_range JSON, or CSV or Parquet with the columns resource_id,metric,timestamp,value.`,
  );
}

async function* samples(engine: Engine, notes: MetricNotes, signal: Cancellation): AsyncGenerator<Collected> {
  const listed = await tableSeries(engine, SERIES_MAX + 1);
  if (listed.length > SERIES_MAX) {
    notes.remark(
      "error",
      "too-many-series",
      `${notes.file} holds more than ${SERIES_MAX} series; nothing of it was used`,
      "Check that resource_id and metric are the columns they are called; else split the file by resource.",
    );
    return;
  }
  const series = listed.map((item) => rawSeriesOf(item, notes));
  let resource: RawSeries[] = [];
  for await (const [number, points] of seriesPoints(engine, signal)) {
    if (signal.aborted) return;
    const start = series[number];
    if (start === undefined) continue;
    const [first] = resource;
    if (first !== undefined && first.resourceId !== start.resourceId) {
      yield* asCollected(resource, notes);
      resource = [];
    }
    resource.push({ ...start, points });
  }
  if (!signal.aborted) yield* asCollected(resource, notes);
}

function* asCollected(resource: readonly RawSeries[], notes: MetricNotes): Generator<Collected> {
  for (const series of resourceSeries(resource, notes)) yield { kind: "samples", series };
}

/** The points of one series after the other, by its number. */
async function* seriesPoints(
  engine: Engine,
  signal: Cancellation,
): AsyncGenerator<readonly [number: number, points: Points]> {
  let current = -1;
  let points = new Points();
  for await (const chunk of sampleChunks(engine)) {
    if (signal.aborted) return;
    const numbers = chunk.getColumnValues(0) as readonly number[];
    const times = chunk.getColumnValues(1) as readonly number[];
    const values = chunk.getColumnValues(2) as readonly number[];
    for (let row = 0; row < chunk.rowCount; row += 1) {
      const number = numbers[row] ?? -1;
      if (number !== current) {
        if (current >= 0) yield [current, points];
        current = number;
        points = new Points();
      }
      points.push(times[row] ?? Number.NaN, values[row] ?? Number.NaN);
    }
  }
  if (current >= 0) yield [current, points];
}

async function refusals(
  engine: Engine,
  file: SourceFile,
  { path, rejects }: StagedFile,
  notes: MetricNotes,
): Promise<readonly Diagnostic[]> {
  const problems = await problemRows(engine, REFUSALS_NAMED_MAX);
  const zoneless = await zonelessRows(engine);
  const records = problems.rows.map((row) => row.record);
  const wanted = zoneless.count > 0 ? [...records, zoneless.firstRecord] : records;
  const lines = await locateRows(file, path, rejects, wanted);
  notes.repair("timestamp-without-zone", zoneless.count, lines.ofRecords.get(zoneless.firstRecord));
  const refused = problems.rows.map(refusedRow);
  return refusalDiagnostics(file.name, "sample", { rejects, refused, refusedCount: problems.count, lines });
}
