import path from "node:path";
import type { Cancellation, Diagnostic, MetricSeries } from "@apex/core";
import { type Engine, openEngine } from "../duckdb/engine.ts";
import { openTable } from "../duckdb/open-table.ts";
import { metricExportCollector } from "../exports/metrics/index.ts";
import { fileError, messageOf } from "../files/errors.ts";
import { makeScratch } from "../files/scratch.ts";
import { distinctFiles, openSource } from "../files/source-file.ts";
import { TRACE_PERIOD_MS, traceLayout } from "./trace-layout.ts";

/** The recorded CPU of one machine: percent of all its vCPU, five-minute averages where the source says no other. */
export interface RecordedTrace {
  readonly id: string;
  /** `undefined` where the trace does not tell. */
  readonly vcpu: number | undefined;
  readonly series: MetricSeries;
}

/** What files gave: machines in the order of the files, and what was left out. */
export interface RecordedTraces {
  readonly machines: readonly RecordedTrace[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Row {
  readonly machine: string;
  readonly startMs: number;
  readonly lengthMs: number;
  readonly percent: number | null;
  readonly mhz: number | null;
  readonly vcpu: number | null;
  readonly capacityMhz: number | null;
}

/** More rows than these are a fleet: collect it into a store instead. */
const ROWS_MAX = 5_000_000;
/** What rows of long periods may make of themselves: 256 MB, and fewer than the 2^24 that a map holds. */
const SAMPLES_MAX = 16_000_000;

/** How much more can be read. */
interface Room {
  readonly rows: number;
  readonly samples: number;
}

/**
 * Reads traces that rules are replayed on: OpenDC's (trace and machines as two files), GWA-T-12, PlanetLab, bare
 * timestamp and percent, and everything that `metricExportCollector` reads, of which `cpu_percent` is taken. A file that
 * cannot be read costs itself alone. Stops soon after `signal` is aborted.
 */
export async function readTraces(files: readonly string[], signal: Cancellation): Promise<RecordedTraces> {
  const distinct = await distinctFiles(files);
  const diagnostics: Diagnostic[] = [...distinct.diagnostics];
  const rows: Row[] = [];
  let samples = 0;
  const capacities = new Map<string, number>();
  const measured: RecordedTrace[] = [];
  for (const name of distinct.files) {
    if (signal.aborted) break;
    const read = await readTable(
      name,
      { rows: ROWS_MAX - rows.length, samples: SAMPLES_MAX - samples },
      signal,
    );
    if (read === undefined) measured.push(...(await cpuSeries(name, signal, diagnostics)));
    else if ("severity" in read) diagnostics.push(read);
    else {
      samples += read.reduce((sum, row) => sum + periodsOf(row), 0);
      for (const row of read) {
        if (Number.isFinite(row.startMs)) rows.push(row);
        else if (row.capacityMhz !== null) capacities.set(row.machine, row.capacityMhz);
      }
    }
  }
  const machines = [...Map.groupBy(rows, ({ machine }) => machine)].flatMap(([id, own]) => {
    const made = machineOf(id, own, capacities.get(id));
    if ("series" in made) return [made];
    diagnostics.push(made);
    return [];
  });
  return { machines: [...machines, ...measured], diagnostics };
}

/** The rows of a trace's table, in the file's order; `undefined` for a file that is no such table. */
async function readTable(
  name: string,
  room: Room,
  signal: Cancellation,
): Promise<readonly Row[] | Diagnostic | undefined> {
  await using scratch = await makeScratch();
  const opened = await openSource(name, scratch.folder, 0);
  if (opened.kind === "unusable") return opened.diagnostic;
  using engine = await openEngine(scratch.folder);
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
    const machine = layout.isOneMachine ? path.basename(name) : undefined;
    const rows = await stagedRows(engine, machine, room);
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
  machine: string | undefined,
  room: Room,
): Promise<readonly Row[] | undefined> {
  const rows: Row[] = [];
  let samples = 0;
  for await (const chunk of engine.stream("SELECT * FROM staged")) {
    for (const [id, startMs, lengthMs, percent, mhz, vcpu, capacityMhz] of chunk.getRows()) {
      const row = {
        machine: machine ?? String(id),
        startMs: startMs === null || startMs === undefined ? Number.NaN : Number(startMs),
        lengthMs: numberOr(lengthMs) ?? TRACE_PERIOD_MS,
        percent: numberOr(percent),
        mhz: numberOr(mhz),
        vcpu: numberOr(vcpu),
        capacityMhz: numberOr(capacityMhz),
      };
      samples += periodsOf(row);
      if (rows.length === room.rows || samples > room.samples) return undefined;
      rows.push(row);
    }
  }
  return rows;
}

/** How many samples a row makes: neighbours of the same load may be one. */
function periodsOf({ lengthMs }: Row): number {
  return Math.max(1, Math.round(lengthMs / TRACE_PERIOD_MS));
}

function numberOr(value: unknown): number | null {
  const number = value === null || value === undefined ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}

function machineOf(
  id: string,
  all: readonly Row[],
  capacity: number | undefined,
): RecordedTrace | Diagnostic {
  // Rows of 0 CPUs are the machine being made or removed.
  const rows = all.filter(({ vcpu }) => vcpu === null || vcpu > 0);
  const sizes = new Set(rows.map(({ vcpu }) => vcpu));
  if (sizes.size > 1) {
    return {
      severity: "info",
      code: "trace-machine-resized",
      summary: `${id} had ${[...sizes].join(" and ")} vCPU in turn, so its percent are of neither, and it is left out`,
    };
  }
  const samples = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const row of rows) {
    const { startMs, percent, mhz, capacityMhz } = row;
    const whole = capacityMhz ?? capacity;
    const value = percent ?? (mhz === null || whole === undefined || whole <= 0 ? null : (mhz / whole) * 100);
    if (value === null || value < 0) continue;
    const firstMs = Math.round(startMs / TRACE_PERIOD_MS) * TRACE_PERIOD_MS;
    const periods = periodsOf(row);
    for (let period = 0; period < periods; period += 1) {
      const atMs = firstMs + period * TRACE_PERIOD_MS;
      const count = (counts.get(atMs) ?? 0) + 1;
      counts.set(atMs, count);
      const mean = samples.get(atMs) ?? 0;
      // Readings a little above the whole machine are rounding of its clock.
      samples.set(atMs, mean + (Math.min(100, value) - mean) / count);
    }
  }
  const [vcpu] = sizes;
  if (samples.size === 0) {
    return {
      severity: "warning",
      code: "trace-machine-without-samples",
      summary: `${id} has no sample that could be read as percent of the machine, and is left out`,
      detail: "An OpenDC trace needs the file of its machines beside it, for their capacity in MHz.",
    };
  }
  const ordered = [...samples].toSorted(([a], [b]) => a - b);
  return {
    id,
    vcpu: vcpu ?? undefined,
    series: {
      resourceId: id,
      metric: "cpu_percent",
      statistic: "average",
      periodMs: TRACE_PERIOD_MS,
      timestampsMs: Float64Array.from(ordered, ([at]) => at),
      values: Float64Array.from(ordered, ([, value]) => value),
    },
  };
}

/** `cpu_percent` of an export: averages where there are any, because rules are published for them. */
async function cpuSeries(
  name: string,
  signal: Cancellation,
  diagnostics: Diagnostic[],
): Promise<readonly RecordedTrace[]> {
  const byMachine = new Map<string, MetricSeries>();
  for await (const item of metricExportCollector().collect({ files: [name] }, signal)) {
    if (item.kind === "diagnostic") diagnostics.push(item.diagnostic);
    if (item.kind !== "samples" || item.series.metric !== "cpu_percent") continue;
    const { resourceId, statistic } = item.series;
    if (statistic === "average" || !byMachine.has(resourceId)) byMachine.set(resourceId, item.series);
  }
  return [...byMachine].map(([id, series]) => ({ id, vcpu: undefined, series }));
}
