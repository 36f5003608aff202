import {
  assert,
  type Workload,
  type WorkloadFile,
  type WorkloadFormat,
  type WorkloadOrigin,
} from "@apex/core";
import { detectFormat, HEAD_CHARS, splitterOf } from "./detect-format.ts";
import { PARSERS } from "./formats/registry.ts";
import { lineShape } from "./line-shape.ts";
import type { LogParser } from "./log-parser.ts";
import type { LogRecord } from "./record-splitter.ts";
import { type QueryValues, Redactor } from "./redactor.ts";
import { RejectTally } from "./reject-tally.ts";
import { WorkloadBuilder } from "./workload-builder.ts";

/** A log as text: decompressed and decoded by the caller, broken UTF-8 replaced. */
export interface LogFile {
  readonly name: string;
  readonly chunks: AsyncIterable<string> | Iterable<string>;
  /** When the caller knows it; otherwise the first lines tell. */
  readonly format?: WorkloadFormat;
}

/** How logs are read. */
export interface ReadOptions {
  /** "dropped" by default: keys stay, values go. */
  readonly queryValues?: QueryValues;
  /** Different paths that are kept apart, 500,000 by default; all further ones become one. */
  readonly pathsMax?: number;
}

/** What came of reading logs. */
export type ReadWorkload =
  | { readonly kind: "read"; readonly workload: Workload }
  /** No parser takes any of the first lines of `file`, whose masked shapes are given. */
  | { readonly kind: "unknown-format"; readonly file: string; readonly shapes: readonly string[] }
  /** The formats are known, but there is no request to replay. */
  | { readonly kind: "no-requests"; readonly origin: WorkloadOrigin };

/** Files that one workload can be read from: their index is kept in 16 bits. */
const FILES_MAX = 65_535;
const SHAPES_SHOWN = 3;
/** Services with identifiers in their paths have more of them than memory should hold. */
const PATHS_MAX = 500_000;

/**
 * Reads logs into one workload, sorted by arrival. Memory: one record of text at a time, some 60 bytes a request, and
 * each different path once. Content never throws; an error of `chunks` itself passes through.
 */
export async function readWorkload(
  files: readonly LogFile[],
  options: ReadOptions = {},
): Promise<ReadWorkload> {
  assert(files.length <= FILES_MAX, `${files.length} log files at once; at most ${FILES_MAX}`);
  const reading = new WorkloadReading(options);
  for (const file of files) {
    const unknown = await reading.read(file);
    if (unknown !== undefined) return unknown;
  }
  return reading.finish();
}

interface FileTally {
  readonly name: string;
  readonly format: WorkloadFormat;
  lines: number;
  requests: number;
  rejected: number;
  hasFraction: boolean;
}

class WorkloadReading {
  private readonly builder: WorkloadBuilder;
  private readonly rejects = new RejectTally();
  private readonly tallies: FileTally[] = [];
  private servedFromCache = 0;

  constructor({ queryValues = "dropped", pathsMax = PATHS_MAX }: ReadOptions) {
    this.builder = new WorkloadBuilder(new Redactor(queryValues), pathsMax);
  }

  /** Undefined when the file was read, otherwise why reading ends here. */
  async read(file: LogFile): Promise<ReadWorkload | undefined> {
    const chunks = chunksOf(file.chunks);
    try {
      const head = await headOf(chunks);
      const format = file.format ?? detectFormat(head);
      if (format !== undefined) return await this.readAs(format, file.name, head, chunks);
      const lines = head.split("\n").filter((line) => line.trim() !== "");
      // An empty file, as rotation leaves them, has nothing to be of a format.
      if (lines.length === 0) return undefined;
      return { kind: "unknown-format", file: file.name, shapes: lines.slice(0, SHAPES_SHOWN).map(lineShape) };
    } finally {
      await chunks.return(undefined);
    }
  }

  private async readAs(
    format: WorkloadFormat,
    name: string,
    head: string,
    chunks: AsyncGenerator<string, undefined>,
  ): Promise<undefined> {
    const splitter = splitterOf(format, head);
    const parse = PARSERS[format]();
    const tally = { name, format, lines: 0, requests: 0, rejected: 0, hasFraction: false };
    this.tallies.push(tally);
    for (const record of splitter.push(head)) this.take(record, parse, tally);
    for await (const chunk of chunks) {
      for (const record of splitter.push(chunk)) this.take(record, parse, tally);
    }
    for (const record of splitter.finish()) this.take(record, parse, tally);
  }

  finish(): ReadWorkload {
    const files = this.tallies.map(workloadFile);
    const { counts, ...columns } = this.builder.finish((file) => files[file]?.stampResolutionMs ?? 1);
    const origin: WorkloadOrigin = {
      files,
      ...this.rejects.facts,
      servedFromCache: this.servedFromCache,
      ...counts,
      isSpread: false,
      share: 1,
    };
    if (columns.timesMs.length === 0) return { kind: "no-requests", origin };
    return { kind: "read", workload: { ...columns, origin } };
  }

  private take(record: LogRecord, parse: LogParser, tally: FileTally): void {
    tally.lines += 1;
    const parsed =
      record.fault === undefined ? parse(record.text) : ({ kind: "rejected", reason: record.fault } as const);
    switch (parsed.kind) {
      case "request":
        this.builder.add(parsed.request, this.tallies.length - 1, record.text);
        tally.requests += 1;
        tally.hasFraction ||= parsed.request.stamp.hasFraction;
        return;
      case "rejected":
        this.rejects.add(tally.name, record.line, parsed.reason, record.text);
        tally.rejected += 1;
        return;
      case "served-from-cache":
        this.servedFromCache += 1;
        return;
      case "nothing":
        return;
    }
  }
}

function workloadFile({ hasFraction, ...tally }: FileTally): WorkloadFile {
  return { ...tally, stampResolutionMs: hasFraction ? 1 : 1000 };
}

async function* chunksOf(chunks: LogFile["chunks"]): AsyncGenerator<string, undefined> {
  yield* chunks;
  return undefined;
}

/** Enough of a file to tell its format, without the byte order mark. */
async function headOf(chunks: AsyncGenerator<string, undefined>): Promise<string> {
  let head = "";
  while (head.length < HEAD_CHARS) {
    const next = await chunks.next();
    if (next.done === true) break;
    head += next.value;
  }
  return head.startsWith("\ufeff") ? head.slice(1) : head;
}
