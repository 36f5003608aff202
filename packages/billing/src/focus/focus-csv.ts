import type { FocusColumnType } from "./focus-row.ts";
import type { FocusTable } from "./focus-table.ts";

/** What a spreadsheet takes for the start of a formula. */
const FORMULA_START = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function cell(value: string | null, type: FocusColumnType): string {
  // FOCUS: what has no value is NULL. A field without quotes is that; an empty text would have quotes.
  if (value === null) return "";
  if (value === "") return '""';
  // A tenant's name may be chosen to run in somebody else's spreadsheet. Numbers keep their sign.
  const safe = type === "text" && FORMULA_START.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? quoted(safe) : safe;
}

/**
 * An export as RFC 4180 has CSV, line by line with its CRLF, the header first; UTF-8. A null is an empty field without quotes. Text
 * that a spreadsheet would take for a formula gets an apostrophe in front; Parquet keeps it as it is.
 */
export function* focusCsv({ columns, rows }: FocusTable): Generator<string, void, undefined> {
  yield `${columns.map(({ name }) => name).join(",")}\r\n`;
  for (const row of rows) {
    const cells = columns.map(({ type }, index) => cell(row[index] ?? null, type));
    yield `${cells.join(",")}\r\n`;
  }
}
