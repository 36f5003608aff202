import type { Cancellation, Collected, Collector, Diagnostic, JsonValue } from "@apex/core";
import { openEngine } from "../../duckdb/engine.ts";
import { fileError } from "../../files/errors.ts";
import { readJson } from "../../files/json-file.ts";
import { makeScratch } from "../../files/scratch.ts";
import { distinctFiles, head, openSource, type SourceFile } from "../../files/source-file.ts";
import { decodeOpenCost, isOpenCost } from "../../kubernetes/opencost.ts";
import { isNvidiaSmi, readNvidiaSmi } from "../../gpu/nvidia-smi.ts";
import { decodeCloudWatch, isCloudWatch } from "./decode-cloudwatch.ts";
import { decodePrometheus, isPrometheus } from "./decode-prometheus.ts";
import { MetricNotes } from "./metric-notes.ts";
import { readParquetTable } from "./parquet/read-parquet-table.ts";
import { readMetricTable } from "./read-metric-table.ts";
import { SeriesCollection } from "./series-collection.ts";

/** Enough to see past leading white space whether a text is JSON. */
const JSON_PROBE_BYTES = 256;

/**
 * Reads utilisation from files: CloudWatch `GetMetricData` and Prometheus `query_range` JSON, logs of nvidia-smi, and tables of
 * samples (CSV or Parquet), plain or compressed; which one a file is shows from its content. Yields series in our units, ascending
 * and without repeats, then per file its repairs and diagnostics.
 */
export function metricExportCollector(): Collector<{ readonly files: readonly string[] }> {
  return { collect: ({ files }, signal) => collect(files, signal) };
}

async function* collect(files: readonly string[], signal: Cancellation): AsyncGenerator<Collected> {
  const distinct = await distinctFiles(files);
  for (const diagnostic of distinct.diagnostics) yield { kind: "diagnostic", diagnostic };
  for (const name of distinct.files) {
    if (signal.aborted) return;
    await using scratch = await makeScratch();
    const opened = await openSource(name, scratch.folder, 0);
    if (opened.kind === "unusable") {
      yield { kind: "diagnostic", diagnostic: opened.diagnostic };
      continue;
    }
    const notes = new MetricNotes(name);
    let series = 0;
    let failed = false;
    for await (const item of readFile(opened.file, scratch.folder, notes, signal)) {
      if (item.kind === "samples") series += 1;
      failed ||= item.kind === "diagnostic" && /^(metrics-file|json)-/.test(item.diagnostic.code);
      yield item;
    }
    if (signal.aborted) return;
    yield* notes.collected();
    if (!failed) yield { kind: "diagnostic", diagnostic: summaryOf(name, series) };
  }
}

function summaryOf(file: string, series: number): Diagnostic {
  const source = { file };
  return series === 0
    ? { severity: "warning", code: "metrics-without-series", summary: `${file} gave no series`, source }
    : { severity: "info", code: "metrics-loaded", summary: `${series} series read from ${file}`, source };
}

async function* readFile(
  file: SourceFile,
  folder: string,
  notes: MetricNotes,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  if (await isNvidiaSmi(file)) {
    yield* readNvidiaSmi(file, notes, signal);
    return;
  }
  if (!(await looksLikeJson(file))) {
    if (file.kind === "parquet" && (yield* readParquetTable(file, notes, signal))) return;
    using engine = await openEngine(folder);
    yield* readMetricTable(engine, file, notes, signal);
    return;
  }
  const document = await readJson(file);
  if (document.kind === "invalid") {
    yield { kind: "diagnostic", diagnostic: document.diagnostic };
    return;
  }
  yield* readDocument(file, document.value, notes);
}

function* readDocument(file: SourceFile, document: JsonValue, notes: MetricNotes): Generator<Collected> {
  const series = new SeriesCollection();
  if (isCloudWatch(document)) decodeCloudWatch(document, series, notes);
  else if (isPrometheus(document)) decodePrometheus(document, series, notes);
  else if (isOpenCost(document)) decodeOpenCost(document, series, notes);
  else {
    const diagnostic = fileError(
      file.name,
      "metrics-file-unrecognised",
      `${file.name} is neither CloudWatch's GetMetricData nor an answer of Prometheus or OpenCost`,
      "CloudWatch: save MetricDataQueries and MetricDataResults in one object. Prometheus: save the answer of /api/v1/query_range.",
    );
    yield { kind: "diagnostic", diagnostic };
    return;
  }
  for (const finished of series.finished(notes)) yield { kind: "samples", series: finished };
}

async function looksLikeJson(file: SourceFile): Promise<boolean> {
  if (file.kind !== "text") return false;
  const start = (await head(file.path, JSON_PROBE_BYTES))
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  return start.startsWith("{") || start.startsWith("[");
}
