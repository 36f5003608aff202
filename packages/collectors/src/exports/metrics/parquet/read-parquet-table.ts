import type { Cancellation, Collected, Diagnostic } from "@apex/core";
import { fileError, messageOf } from "../../../files/errors.ts";
import type { SourceFile } from "../../../files/source-file.ts";
import { locateRows, refusalDiagnostics, REFUSALS_NAMED_MAX, refusedRow } from "../../refused-rows.ts";
import type { MetricNotes } from "../metric-notes.ts";
import { Points } from "../points.ts";
import { resourceSeries } from "../resource-series.ts";
import type { RawSeries } from "../series-builder.ts";
import { ignoredColumns, rawSeriesOf, SERIES_MAX } from "../table-series.ts";
import { type ParquetSamples, readParquetSamples } from "./read-parquet-samples.ts";
import { gathered, type SortedSamples } from "./sorted-samples.ts";

/**
 * Reads a table of samples from Parquet as {@link readMetricTable} does, only faster. Returns whether it did: what it does not know, and
 * what seems damaged, is left to DuckDB, which reads more and says what is wrong.
 */
export async function* readParquetTable(
  file: SourceFile,
  notes: MetricNotes,
  signal: Cancellation,
): AsyncGenerator<Collected, boolean> {
  const samples = await plannedSamples(file);
  if (samples === undefined) return false;
  const shares = samples.shares(signal);
  let unusable: Unusable | undefined;
  for (;;) {
    const next = await shares.next().catch((error: unknown) => ({ error }));
    if ("error" in next) {
      if (unusable === undefined) return false;
      yield { kind: "diagnostic", diagnostic: changedMeanwhile(file.name, next.error) };
      return true;
    }
    if (next.done === true) break;
    // Every row has been read by now, and so is sound.
    if (unusable === undefined) ignoredColumns(samples.columns, notes);
    // Not the share itself: the next one needs its room.
    unusable ??= { unusable: next.value.unusable, unusableRows: next.value.unusableRows };
    notes.repair("timestamp-without-zone", next.value.zoneless, next.value.firstZoneless + 1);
    yield* seriesOf(next.value, notes, signal);
  }
  if (signal.aborted || unusable === undefined) return true;
  for (const diagnostic of await refusals(file, unusable)) yield { kind: "diagnostic", diagnostic };
  return true;
}

function changedMeanwhile(file: string, error: unknown): Diagnostic {
  const summary = `${file} changed while it was read: ${messageOf(error)}`;
  return fileError(file, "metrics-file-invalid", summary, "Run again when nothing writes it.");
}

type Unusable = Pick<SortedSamples, "unusable" | "unusableRows">;

/** `undefined` also for a footer that cannot be read: DuckDB finds the same, and has the words for it. */
async function plannedSamples(file: SourceFile): Promise<ParquetSamples | undefined> {
  const wanted = { withTimes: true, seriesMax: SERIES_MAX, unusableRowsMax: REFUSALS_NAMED_MAX };
  return readParquetSamples(file.path, wanted).catch(() => undefined);
}

function* seriesOf(samples: SortedSamples, notes: MetricNotes, signal: Cancellation): Generator<Collected> {
  let resource: RawSeries[] = [];
  for (const [number, names] of samples.series.entries()) {
    if (signal.aborted) return;
    const [resourceId = "", metric = "", statistic = "", unit = "", part = "", period = ""] = names;
    const start = rawSeriesOf({ resourceId, metric, statistic, unit, part, period }, notes);
    if (start === undefined) continue;
    if (resource[0] !== undefined && resource[0].resourceId !== resourceId) {
      yield* asCollected(resource, notes);
      resource = [];
    }
    const points = new Points(gathered(samples, number, "times"), gathered(samples, number, "values"));
    resource.push({ ...start, points });
  }
  if (!signal.aborted) yield* asCollected(resource, notes);
}

function* asCollected(resource: readonly RawSeries[], notes: MetricNotes): Generator<Collected> {
  for (const series of resourceSeries(resource, notes)) yield { kind: "samples", series };
}

async function refusals(
  file: SourceFile,
  { unusable, unusableRows }: Unusable,
): Promise<ReturnType<typeof refusalDiagnostics>> {
  const named = unusableRows.slice(0, REFUSALS_NAMED_MAX);
  const refused = named.map(refusedRow);
  const records = named.map(({ record }) => record);
  const lines = await locateRows(file, file.path, [], records);
  return refusalDiagnostics(file.name, "sample", { rejects: [], refused, refusedCount: unusable, lines });
}
