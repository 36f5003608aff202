import { createReadStream } from "node:fs";

const NEWLINE = 0x0a;
const QUOTE = 0x22;

/** Where records lie in a CSV file that DuckDB has read, which itself tells no lines. */
export interface RecordPositions {
  /** Records to locate, counted from 0 after the header, among those that were accepted. */
  readonly records: readonly number[];
  /** Byte offsets at which records begin that the reader rejected. */
  readonly rejectedOffsets: readonly number[];
}

/**
 * The line, from 1, on which each wanted record begins. Blank lines and rejected records are passed over as DuckDB
 * does, quoted line breaks count as lines. Reads no further than the last wanted record.
 */
export async function linesOfRecords(
  path: string,
  positions: RecordPositions,
): Promise<ReadonlyMap<number, number>> {
  const wanted = new Set(positions.records);
  const rejected = new Set(positions.rejectedOffsets);
  const lines = new Map<number, number>();
  // The header comes first and is record −1.
  let record = -2;
  if (wanted.size === 0) return lines;
  for await (const starts of recordStarts(path)) {
    for (const { offset, line } of starts) {
      if (rejected.has(offset)) continue;
      record += 1;
      if (wanted.has(record)) lines.set(record, line);
    }
    if (lines.size === wanted.size) break;
  }
  return lines;
}

interface RecordStart {
  readonly offset: number;
  readonly line: number;
}

async function* recordStarts(path: string): AsyncGenerator<readonly RecordStart[]> {
  let line = 1;
  let quoted = false;
  let atStart = true;
  let offset = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const starts: RecordStart[] = [];
    for (const byte of chunk) {
      if (atStart && byte !== NEWLINE) {
        atStart = false;
        starts.push({ offset, line });
      }
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === NEWLINE) {
        line += 1;
        atStart = !quoted;
      }
      offset += 1;
    }
    yield starts;
  }
}

/** The line, from 1, of each byte offset: counts line breaks up to it. */
export async function linesOfOffsets(
  path: string,
  offsets: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const pending = [...new Set(offsets)].toSorted((a, b) => a - b);
  const lines = new Map<number, number>();
  if (pending.length === 0) return lines;
  let line = 1;
  let offset = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      while (pending[0] === offset) lines.set(pending.shift() ?? 0, line);
      if (pending.length === 0) return lines;
      if (byte === NEWLINE) line += 1;
      offset += 1;
    }
  }
  for (const rest of pending) lines.set(rest, line);
  return lines;
}
