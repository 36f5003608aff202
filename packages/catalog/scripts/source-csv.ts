import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";

/** A row of a source CSV by header; every cell is text, "" when the source does not know. */
export type SourceRow = Readonly<Record<string, string>>;

/** Reads a CSV with a header row. Throws, naming the file, when a column that the generator reads is missing. */
export function readSourceCsv(directory: string, file: string, columns: readonly string[]): SourceRow[] {
  const path = join(directory, file);
  const rows = parse(readFileSync(path, "utf8"), { columns: true, bom: true }) as Record<string, string>[];
  const present = Object.keys(rows[0] ?? {});
  const missing = columns.filter((column) => !present.includes(column));
  if (missing.length > 0)
    throw new Error(`${path}: no column ${missing.join(", ")}; expected the header of the catalogue sources`);
  return rows;
}

/** A cell of a row, "" when absent. */
export function cell(row: SourceRow, column: string): string {
  return row[column] ?? "";
}

/** Shortest form of a number in text: "16.0" → "16"; "" stays "". Throws when it is no number. */
export function plainNumber(text: string): string {
  if (text === "") return "";
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`not a number: ${JSON.stringify(text)}`);
  return String(value);
}

/** Ordering of names by code point, the same on every machine. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
