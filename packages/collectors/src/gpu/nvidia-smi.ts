import { createReadStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Cancellation, Collected } from "@apex/core";
import { ruleByName } from "../exports/metrics/cloudwatch-rules.ts";
import type { MetricNotes } from "../exports/metrics/metric-notes.ts";
import type { MetricRule } from "../exports/metrics/metric-rule.ts";
import { SeriesCollection } from "../exports/metrics/series-collection.ts";
import { epochMsOf, parseTimestamp } from "../exports/timestamp.ts";
import { fileError } from "../files/errors.ts";
import { firstOverlongLine } from "../files/line-length.ts";
import { head, type SourceFile } from "../files/source-file.ts";
import { PeriodSums } from "./period-sums.ts";

/** nvidia-smi's names of what Apex uses, by those of the CloudWatch agent, which asks it the same. */
const FIELDS: Readonly<Record<string, string>> = {
  "utilization.gpu": "nvidia_smi_utilization_gpu",
  "utilization.memory": "nvidia_smi_utilization_memory",
  "memory.used": "nvidia_smi_memory_used",
  "memory.free": "nvidia_smi_memory_free",
  "memory.total": "nvidia_smi_memory_total",
};
/** Columns of one's own that name the machine: nvidia-smi has none. */
const MACHINE_COLUMNS = ["instance_id", "resource_id", "hostname", "host", "node"];
/** nvidia-smi's "index", and what it calls the same GPU where that is not asked for. */
const GPU_COLUMNS = ["index", "gpu", "pci.bus_id", "gpu_bus_id", "uuid", "gpu_uuid"];

const HEADER_BYTES_MAX = 4096;
const LINE_BYTES_MAX = 64 * 1024;

/** Where the columns of a log lie. */
interface Columns {
  readonly count: number;
  readonly timestamp: number;
  readonly gpu: number | undefined;
  readonly machine: number | undefined;
  readonly metrics: readonly { readonly at: number; readonly rule: MetricRule }[];
}

/** Whether a text file begins with the header of `nvidia-smi --query-gpu=… --format=csv`. */
export async function isNvidiaSmi(file: SourceFile): Promise<boolean> {
  if (file.kind !== "text") return false;
  const text = (await head(file.path, HEADER_BYTES_MAX)).toString("utf8").replace(/^\uFEFF/, "");
  return columnsOf(text.trimStart().split(/\r?\n/, 1)[0] ?? "") !== undefined;
}

/**
 * Reads the log of `nvidia-smi --query-gpu=timestamp,index,… --format=csv[,nounits] -l SECONDS` as averages and maxima of five
 * minutes. The machine is named by a column of one's own or by the file: `i-0abc.csv`. What nvidia-smi cannot tell ("[N/A]", as
 * the utilisation under MIG) is no sample.
 */
export async function* readNvidiaSmi(
  file: SourceFile,
  notes: MetricNotes,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const overlong = await firstOverlongLine(file.path, LINE_BYTES_MAX);
  if (overlong !== undefined) {
    const summary = `${file.name} is no log of nvidia-smi: line ${overlong} is longer than ${LINE_BYTES_MAX} bytes`;
    yield { kind: "diagnostic", diagnostic: fileError(file.name, "metrics-file-invalid", summary) };
    return;
  }
  const log = new Log(machineOf(file.name), notes);
  const lines = createInterface({ input: createReadStream(file.path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (signal.aborted) return;
    log.read(line.replace(/^\uFEFF/, ""));
  }
  log.tell();
  for (const series of log.finished()) yield { kind: "samples", series };
}

class Log {
  private readonly machine: string | undefined;
  private readonly notes: MetricNotes;
  private readonly sums = new PeriodSums();
  private columns: Columns | undefined;
  private line = 0;
  private zoneless = 0;
  private firstZoneless = 0;
  private refused = 0;
  private firstRefused = 0;
  private nameless = 0;

  constructor(machine: string | undefined, notes: MetricNotes) {
    this.machine = machine;
    this.notes = notes;
  }

  read(line: string): void {
    this.line += 1;
    if (line.trim() === "") return;
    // A log that was begun again has its header in the middle, perhaps another one.
    const columns = columnsOf(line);
    if (columns !== undefined) this.columns = columns;
    else if (this.columns !== undefined)
      this.readRow(
        line.split(",").map((field) => field.trim()),
        this.columns,
      );
  }

  private readRow(fields: readonly string[], columns: Columns): void {
    const instant = instantOf(fields[columns.timestamp] ?? "");
    if (fields.length !== columns.count || instant === undefined) {
      this.refused += 1;
      this.firstRefused ||= this.line;
      return;
    }
    if (instant.zoneAssumed) {
      this.zoneless += 1;
      this.firstZoneless ||= this.line;
    }
    const machine = (columns.machine === undefined ? "" : fields[columns.machine]) || this.machine;
    if (machine === undefined) {
      this.nameless += 1;
      return;
    }
    const gpu = columns.gpu === undefined ? undefined : fields[columns.gpu];
    for (const { at, rule } of columns.metrics) {
      const value = numberOf(fields[at] ?? "");
      if (value === undefined) continue;
      const part = gpu === undefined || gpu === "" ? undefined : `gpu-${gpu}`;
      this.sums.add({ resourceId: machine, rule, part }, instant.epochMs, value);
    }
  }

  tell(): void {
    const { notes, zoneless, refused, nameless } = this;
    notes.repair("timestamp-without-zone", zoneless, this.firstZoneless);
    if (refused > 0) {
      const summary = `${refused} lines are no rows of nvidia-smi and were not read, the first is line ${this.firstRefused}`;
      notes.remark("error", "nvidia-smi-row-invalid", summary);
    }
    if (nameless > 0) {
      notes.remark(
        "error",
        "resource-unnamed",
        `Nothing tells of which machine ${notes.file} is, so it was not read`,
        "nvidia-smi does not say: call the file like the machine (i-0abc.csv), or add a column instance_id.",
      );
    }
  }

  finished() {
    const into = new SeriesCollection();
    this.sums.into(into);
    return into.finished(this.notes);
  }
}

/** The columns of a header; `undefined` for a line that is none. */
function columnsOf(line: string): Columns | undefined {
  const names = line.split(",").map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/ *\[.*\]$/, ""),
  );
  const find = (candidates: readonly string[]): number | undefined =>
    candidates.map((name) => names.indexOf(name)).find((at) => at >= 0);
  const timestamp = names.indexOf("timestamp");
  const metrics = names.flatMap((name, at) => {
    const rule = Object.hasOwn(FIELDS, name) ? ruleByName(FIELDS[name] ?? "") : undefined;
    return rule === undefined ? [] : [{ at, rule }];
  });
  if (timestamp < 0 || metrics.length === 0) return undefined;
  return { count: names.length, timestamp, gpu: find(GPU_COLUMNS), machine: find(MACHINE_COLUMNS), metrics };
}

/** "2026/06/01 00:00:00.123", as nvidia-smi writes local time, or what other tools make of it. */
function instantOf(text: string): { readonly epochMs: number; readonly zoneAssumed: boolean } | undefined {
  const parsed = parseTimestamp(text.replaceAll("/", "-"));
  if (parsed !== undefined) return parsed;
  const epochMs = text === "" ? undefined : epochMsOf(Number(text));
  return epochMs === undefined ? undefined : { epochMs, zoneAssumed: false };
}

/** "34 %", "1234 MiB" or "34"; `undefined` for "[N/A]" and its like. */
function numberOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?: *(?:%|MiB))?$/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

/** "gpu-logs/nvidia-smi-i-0abc.csv.gz" → "i-0abc"; `undefined` where the file is called like the program. */
function machineOf(file: string): string | undefined {
  const name = path
    .basename(file)
    .replace(/(?:\.(?:csv|log|txt|gz|zst))+$/i, "")
    .replace(/^nvidia[-_]?smi[-_.]?|[-_.]?nvidia[-_]?smi$/gi, "");
  return name === "" ? undefined : name;
}
