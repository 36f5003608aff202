import type { Diagnostic } from "@apex/core";
import type { RejectedRecord } from "../duckdb/csv-table.ts";
import { linesOfOffsets, linesOfRecords } from "../files/record-lines.ts";
import type { SourceFile } from "../files/source-file.ts";

/** Refused rows that are named one by one per file; the rest are counted. */
export const REFUSALS_NAMED_MAX = 20;

/** A row that was read and cannot be used; records count from 0. */
export interface RefusedRow {
  readonly record: number;
  readonly reason: string;
}

/** What was refused of a row, as a reason: the text that could not be read is cut to what is read at a glance. */
export function refusedRow(row: { record: number; problem: string; text: string }): RefusedRow {
  const { record, problem, text } = row;
  return { record, reason: text === "" ? problem : `${problem}: ${JSON.stringify(text.slice(0, 60))}` };
}

/** Lines of records, and of rejected records by offset, as far as they were asked for. */
export interface Lines {
  readonly ofRecords: ReadonlyMap<number, number>;
  readonly ofOffsets: ReadonlyMap<number, number>;
}

/**
 * Finds the lines of these records and of the first rejected ones. `path` is where the text lies that offsets mean.
 * Parquet has no lines: there the row's number, from 1, is what other tools show.
 */
export async function locateRows(
  file: SourceFile,
  path: string,
  rejects: readonly RejectedRecord[],
  records: readonly number[],
): Promise<Lines> {
  if (file.kind === "parquet") {
    return { ofRecords: new Map(records.map((record) => [record, record + 1])), ofOffsets: new Map() };
  }
  const rejectedOffsets = rejects.map((reject) => reject.offset);
  return {
    ofRecords: await linesOfRecords(path, { records, rejectedOffsets }),
    ofOffsets: await linesOfOffsets(path, rejectedOffsets.slice(0, REFUSALS_NAMED_MAX)),
  };
}

/** What was refused in one file. */
export interface Refusals {
  readonly rejects: readonly RejectedRecord[];
  /** The first refused rows, and how many there are in all. */
  readonly refused: readonly RefusedRow[];
  readonly refusedCount: number;
  readonly lines: Lines;
}

/** One error per refused row, in order of lines and up to a limit, then one with their number if there are more. */
export function refusalDiagnostics(
  file: string,
  code: "cost-row" | "sample",
  { rejects, refused, refusedCount, lines }: Refusals,
): readonly Diagnostic[] {
  const named = [
    ...rejects.slice(0, REFUSALS_NAMED_MAX).map(({ offset, reason }) => ({
      line: lines.ofOffsets.get(offset),
      reason,
    })),
    ...refused.map(({ record, reason }) => ({ line: lines.ofRecords.get(record), reason })),
  ]
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .slice(0, REFUSALS_NAMED_MAX);
  const diagnostics = named.map(
    ({ line, reason }): Diagnostic => ({
      severity: "error",
      code: `${code}-refused`,
      summary: `A row was refused: ${reason}`,
      source: line === undefined ? { file } : { file, line },
    }),
  );
  const total = rejects.length + refusedCount;
  if (total > named.length) {
    const summary = `${total} rows were refused in all, the first ${named.length} are named`;
    diagnostics.push({ severity: "error", code: `${code}s-refused`, summary, source: { file } });
  }
  return diagnostics;
}
