import type { Cancellation, Diagnostic } from "@apex/core";
import { type Engine, openEngine } from "../duckdb/engine.ts";
import { openTable } from "../duckdb/open-table.ts";
import { fileError, messageOf } from "../files/errors.ts";
import { makeScratch } from "../files/scratch.ts";
import { distinctFiles, openSource } from "../files/source-file.ts";
import { readCpuExports } from "./cpu-exports.ts";
import { pathNames } from "./path-names.ts";
import type { RecordedTrace, UnusedTrace } from "./recorded-trace.ts";
import { traceLayout } from "./trace-layout.ts";
import { type Room, ROWS_MAX, SAMPLES_MAX, TraceMachines } from "./trace-machines.ts";
import { samplesOf, type TraceRow } from "./trace-row.ts";

/** What files gave, in their order. */
interface RecordedTraces {
  readonly machines: readonly RecordedTrace[];
  /** What is in the files and was not used, and why. */
  readonly unused: readonly UnusedTrace[];
  /** What the files are called: their paths from the folder that holds them all. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads traces that rules are replayed on: OpenDC's (trace and machines as two files), GWA-T-12, PlanetLab, bare
 * timestamp and percent, and everything that `metricExportCollector` reads, of which `cpu_percent` is taken. A file that
 * cannot be read costs itself alone. Stops soon after `signal` is aborted.
 */
export async function readTraces(files: readonly string[], signal: Cancellation): Promise<RecordedTraces> {
  const distinct = await distinctFiles(files);
  const diagnostics: Diagnostic[] = [...distinct.diagnostics];
  const machines = new TraceMachines(distinct.files);
  const exports = await readTables(distinct.files, machines, diagnostics, signal);
  const measured = await readCpuExports(exports, signal, diagnostics);
  const recorded = await machines.recorded(signal);
  return {
    machines: [...recorded.machines, ...measured],
    unused: recorded.unused,
    files: [...pathNames(distinct.files).values()],
    diagnostics,
  };
}

/** Hands the rows of all traces to `machines`; returns the files that are none. */
async function readTables(
  files: readonly string[],
  machines: TraceMachines,
  diagnostics: Diagnostic[],
  signal: Cancellation,
): Promise<readonly string[]> {
  const others: string[] = [];
  // One engine for all: traces are many small files, and opening it takes as long as reading one.
  await using spill = await makeScratch();
  using engine = await openEngine(spill.folder);
  for (const name of files) {
    if (signal.aborted) break;
    const read = await readTable(engine, name, machines.room(), signal);
    if (read === undefined) others.push(name);
    else if ("severity" in read) diagnostics.push(read);
    else if (machines.add(name, read) === 0) {
      diagnostics.push({
        severity: "warning",
        code: "trace-empty",
        summary: `${name} has no rows whose time could be read`,
      });
    }
  }
  return others;
}

/** The rows of a trace's table, in the file's order; `undefined` for a file that is no such table. */
async function readTable(
  engine: Engine,
  name: string,
  room: Room,
  signal: Cancellation,
): Promise<readonly TraceRow[] | Diagnostic | undefined> {
  await using scratch = await makeScratch();
  const opened = await openSource(name, scratch.folder, 0);
  if (opened.kind === "unusable") return opened.diagnostic;
  try {
    const table = await openTable(engine, opened.file);
    const layout = table === undefined ? undefined : traceLayout(table.names);
    if (table === undefined || layout === undefined) return undefined;
    const rejects = await table.stage(layout.selection, signal);
    if (rejects.length > 0)
      return fileError(
        name,
        "trace-invalid",
        `${name} has ${rejects.length} rows that are no rows of a ${layout.title}`,
        "Nothing of it was used.",
      );
    const rows = await stagedRows(engine, layout.isOneMachine, room);
    return (
      rows ??
      fileError(
        name,
        "trace-too-long",
        `${name} makes more than ${ROWS_MAX} rows or ${SAMPLES_MAX} samples, with the traces before it`,
        "Replay it in parts, or collect it into a store.",
      )
    );
  } catch (error) {
    // A JSON document is no table, which its own reader knows better.
    if (name.includes(".json")) return undefined;
    return fileError(
      name,
      "trace-invalid",
      `${name} cannot be read as a trace: ${messageOf(error)}`,
      "Nothing of it was used.",
    );
  }
}

/** `undefined` when there is no room for them. */
async function stagedRows(
  engine: Engine,
  isOneMachine: boolean,
  room: Room,
): Promise<readonly TraceRow[] | undefined> {
  const rows: TraceRow[] = [];
  let samples = 0;
  for await (const chunk of engine.stream("SELECT * FROM staged")) {
    for (const [id, startMs, lengthMs, percent, mhz, vcpu, capacityMhz] of chunk.getRows()) {
      const row = {
        machine: isOneMachine ? undefined : String(id),
        startMs: numberOr(startMs) ?? Number.NaN,
        lengthMs: numberOr(lengthMs),
        percent: numberOr(percent),
        mhz: numberOr(mhz),
        vcpu: numberOr(vcpu),
        capacityMhz: numberOr(capacityMhz),
      };
      samples += samplesOf(row);
      if (rows.length === room.rows || samples > room.samples) return undefined;
      rows.push(row);
    }
  }
  return rows;
}

function numberOr(value: unknown): number | null {
  const number = value === null || value === undefined ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}
