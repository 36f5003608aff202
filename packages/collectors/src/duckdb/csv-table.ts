import type { CsvHeader } from "../files/csv-header.ts";
import { sqlText, type Engine } from "./engine.ts";

/**
 * DuckDB forgets errors beyond a limit, and a record may have several. A file with as many is not a CSV with bad rows but
 * no CSV.
 */
const ERRORS_STORED_MAX = 100_000;

/** A record that is not one: too many or too few fields, a quote left open, bytes that are not UTF-8. */
export interface RejectedRecord {
  /** Byte offset of the record's first byte. */
  readonly offset: number;
  readonly reason: string;
}

/**
 * The SQL that reads a CSV file with every field as text, under the names c0, c1, …: no type is guessed, so decimals
 * stay exact, and header names that differ only by case do not collide. Bad records go to DuckDB's reject table. The file's
 * lines must all end with LF: others are lost without a word.
 */
export function csvSource(path: string, header: CsvHeader): string {
  const columns = header.names.map((_, index) => `'c${index}': 'VARCHAR'`).join(", ");
  const options = [
    "auto_detect = false",
    "header = true",
    `delim = ${sqlText(header.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `columns = {${columns}}`,
    "new_line = '\\n'",
    "store_rejects = true",
    `rejects_limit = ${ERRORS_STORED_MAX}`,
  ];
  return `read_csv(${sqlText(path)}, ${options.join(", ")})`;
}

/** The records that the last read of {@link csvSource} rejected, in file order; forgets them afterwards. Throws on too many. */
export async function takeRejects(engine: Engine): Promise<readonly RejectedRecord[]> {
  // Only the start of the text is wanted: a quote that stays open makes a record of the rest of the file.
  const rows = await engine.rows(
    "SELECT min(line_byte_position), any_value(csv_line[:8]), any_value(error_message), " +
      "max(length(trim(csv_line, chr(10))) - length(replace(csv_line, chr(10), ''))) FROM reject_errors " +
      "GROUP BY line ORDER BY line",
  );
  const [[errors] = [0]] = await engine.rows("SELECT count(*) FROM reject_errors");
  await engine.rows("DELETE FROM reject_errors");
  await engine.rows("DELETE FROM reject_scans");
  if (Number(errors) >= ERRORS_STORED_MAX) {
    throw new Error(`it has ${ERRORS_STORED_MAX} or more errors that make it no valid CSV`);
  }
  return rows.map(([position, text, message, breaks]) => {
    // The position counts from 1 and may lie on the line breaks before the record.
    const leading = /^[\r\n]*/.exec(typeof text === "string" ? text : "")?.[0].length ?? 0;
    const reason = typeof message === "string" ? message : "not valid CSV";
    const lines = Number(breaks) + 1;
    return {
      offset: Number(position) - 1 + leading,
      // DuckDB cuts long texts, so that there may be more.
      reason: lines > 1 ? `${reason} It takes at least ${lines} lines with it.` : reason,
    };
  });
}
