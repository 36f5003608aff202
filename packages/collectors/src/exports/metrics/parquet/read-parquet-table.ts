import type { Cancellation, Collected } from "@apex/core";
import { fileError, messageOf } from "../../../files/errors.ts";
import type { SourceFile } from "../../../files/source-file.ts";
import { locateRows, refusalDiagnostics, REFUSALS_NAMED_MAX } from "../../refused-rows.ts";
import type { MetricNotes } from "../metric-notes.ts";
import { Points } from "../points.ts";
import { resourceSeries } from "../resource-series.ts";
import type { RawSeries } from "../series-builder.ts";
import { ignoredColumns, rawSeriesOf } from "../table-series.ts";
import { type ParquetSamples, readParquetSamples } from "./read-parquet-samples.ts";
import { gathered, type SortedSamples } from "./sorted-samples.ts";

/** Far above what one export holds: some 50,000 machines with 20 metrics each. */
const SERIES_MAX = 1_000_000;

/**
 * Reads a table of samples from Parquet as {@link readMetricTable} does, only faster. Returns whether it did: what it does not know, and
 * what seems damaged, is left to DuckDB, which reads more and says what is wrong.
 */
export async function* readParquetTable(
  file: SourceFile,
  notes: MetricNotes,
  signal: Cancellation,
): AsyncGenerator<Collected, boolean> {
  const opened = await firstShare(file, signal);
  if (opened === undefined) return false;
  const { samples, first, later } = opened;
  ignoredColumns(samples.columns, notes);
  if (first === undefined) return true;
  yield* seriesOf(first, notes, signal);
  try {
    for await (const share of later) yield* seriesOf(share, notes, signal);
  } catch (error) {
    const summary = `${file.name} changed while it was read: ${messageOf(error)}`;
    yield {
      kind: "diagnostic",
      diagnostic: fileError(file.name, "metrics-file-invalid", summary, "Run again."),
    };
    return true;
  }
  if (!signal.aborted)
    for (const diagnostic of await refusals(file, first)) yield { kind: "diagnostic", diagnostic };
  return true;
}

interface Opened {
  readonly samples: ParquetSamples;
  /** Every row of the file has been read by now. `undefined` when it was aborted. */
  readonly first: SortedSamples | undefined;
  readonly later: AsyncIterable<SortedSamples>;
}

async function firstShare(file: SourceFile, signal: Cancellation): Promise<Opened | undefined> {
  try {
    const wanted = { withTimes: true, seriesMax: SERIES_MAX, unusableRowsMax: REFUSALS_NAMED_MAX };
    const samples = await readParquetSamples(file.path, wanted);
    if (samples === undefined) return undefined;
    const later = samples.shares(signal);
    const { value } = await later.next();
    return { samples, first: value ?? undefined, later };
  } catch {
    // DuckDB finds the same, and has the words for it.
    return undefined;
  }
}

function* seriesOf(samples: SortedSamples, notes: MetricNotes, signal: Cancellation): Generator<Collected> {
  let resource: RawSeries[] = [];
  for (const [number, names] of samples.series.entries()) {
    if (signal.aborted) return;
    const [resourceId = "", metric = "", statistic = "", unit = "", part = ""] = names;
    const start = rawSeriesOf({ resourceId, metric, statistic, unit, part }, notes);
    if (start === undefined) continue;
    if (resource[0] !== undefined && resource[0].resourceId !== resourceId) {
      yield* asCollected(resource, notes);
      resource = [];
    }
    const points = Points.of(gathered(samples, number, "times"), gathered(samples, number, "values"));
    resource.push({ ...start, points });
  }
  if (!signal.aborted) yield* asCollected(resource, notes);
}

function* asCollected(resource: readonly RawSeries[], notes: MetricNotes): Generator<Collected> {
  for (const series of resourceSeries(resource, notes)) yield { kind: "samples", series };
}

async function refusals(
  file: SourceFile,
  { unusable, unusableRows }: SortedSamples,
): Promise<ReturnType<typeof refusalDiagnostics>> {
  const named = unusableRows.slice(0, REFUSALS_NAMED_MAX);
  const refused = named.map(({ record, problem, text }) => ({
    record,
    reason: text === "" ? problem : `${problem}: ${JSON.stringify(text.slice(0, 60))}`,
  }));
  const records = named.map(({ record }) => record);
  const lines = await locateRows(file, file.path, [], records);
  return refusalDiagnostics(file.name, "sample", { rejects: [], refused, refusedCount: unusable, lines });
}
