import { FOCUS_DECIMAL, type FocusColumnType, type FocusTable } from "@apex/billing";
import { AdapterError } from "@apex/core";
import { VARCHAR } from "@duckdb/node-api";
import { rm, stat } from "node:fs/promises";
import { CHUNK_ROWS, type Engine, openEngine, sqlText } from "../duckdb/engine.ts";
import { replaceFileBy } from "../files/atomic-file.ts";

/** What a column is in the file. Instants are adjusted to UTC: a reader in another time zone sees the same ones. */
const TYPES: Readonly<Record<FocusColumnType, string>> = {
  text: "VARCHAR",
  json: "VARCHAR",
  decimal: `DECIMAL(${FOCUS_DECIMAL.precision}, ${FOCUS_DECIMAL.scale})`,
  instant: "TIMESTAMPTZ",
};

const DECIMAL = /^-?(\d+)(?:\.(\d+))?$/;

/**
 * Writes an export as one Parquet file, at once or not at all: a reader sees the file of before or this one. Decimals are exact. Throws
 * an AdapterError: `denied` where the file cannot be written, `invalid` for a decimal that has no room in its column.
 */
export async function writeFocusParquet(path: string, table: FocusTable): Promise<void> {
  requireRoom(table);
  try {
    const existing = await stat(path).catch(() => undefined);
    // A device would be a file afterwards, for the whole system.
    if (existing?.isFile() === false) throw new Error("it is no file");
    await replaceFileBy(path, (temporary) => writeTable(temporary, table));
  } catch (cause) {
    if (cause instanceof AdapterError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdapterError(
      "denied",
      `cannot write ${path}: ${reason}; choose a folder that is there and may be written`,
      { cause },
    );
  }
}

async function writeTable(path: string, table: FocusTable): Promise<void> {
  const spillFolder = `${path}.spill`;
  const engine = await openEngine(spillFolder);
  try {
    await stage(engine, table);
    const columns = table.columns.map(
      ({ name, type }) => `CAST(${quoted(name)} AS ${TYPES[type]}) AS ${quoted(name)}`,
    );
    await engine.run(
      `COPY (SELECT ${columns.join(", ")} FROM export) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    engine.close();
    await rm(spillFolder, { recursive: true, force: true });
  }
}

/** DuckDB would round what has too many places, in silence. */
function requireRoom({ columns, rows }: FocusTable): void {
  const { precision, scale } = FOCUS_DECIMAL;
  for (const row of rows) {
    for (const [index, { name, type }] of columns.entries()) {
      const value = row[index] ?? null;
      if (type !== "decimal" || value === null) continue;
      const [, whole = "", fraction = ""] = DECIMAL.exec(value) ?? [];
      if (whole !== "" && whole.length <= precision - scale && fraction.length <= scale) continue;
      throw new AdapterError(
        "invalid",
        `${name} is ${value}, which is no decimal of ${precision} digits with ${scale} places`,
      );
    }
  }
}

async function stage(engine: Engine, { columns, rows }: FocusTable): Promise<void> {
  await engine.run(
    `CREATE TABLE export (${columns.map(({ name }) => `${quoted(name)} VARCHAR`).join(", ")})`,
  );
  const appender = await engine.append(
    "export",
    columns.map(() => VARCHAR),
  );
  try {
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      const part = rows.slice(start, start + CHUNK_ROWS);
      appender.append(columns.map((_, index) => part.map((row) => row[index] ?? null)));
    }
  } finally {
    appender.close();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
