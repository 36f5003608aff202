import type { Cancellation } from "@apex/core";
import { csvSource, type RejectedRecord, takeRejects } from "./csv-table.ts";
import { type Engine, type OnShare, sqlName, sqlText } from "./engine.ts";
import { readCsvHeader } from "../files/csv-header.ts";
import { firstOverlongLine, LINE_BYTES_MAX } from "../files/line-length.ts";
import { withUnixLines } from "../files/unix-lines.ts";
import type { SourceFile } from "../files/source-file.ts";

/** The columns of a file and how to copy some of them into the engine. */
export interface OpenTable {
  readonly names: readonly string[];
  /** Where the rows lie: for a CSV with CRs, a copy without, whose offsets and lines the rejects mean. */
  readonly path: string;
  /**
   * Copies the file into the table `staged`, whose columns are these SQL expressions over the file's columns, which are
   * text and called c0, c1, … All or nothing: reading straight through would have handed out half a file before its
   * damage shows. Resolves to the records that are no CSV records; they are not in the table.
   */
  stage(selection: readonly string[], signal: Cancellation): Promise<readonly RejectedRecord[]>;
  /**
   * Makes the columns at `positions` the view `cells` for several passes: as text c0, c1, … in that order, and each row's number
   * from 0 as `record`. A CSV is parsed once, into Parquet in the scratch folder, where a value that repeats is kept and computed
   * with once; a Parquet file is copied if `isCopied`, else its damage shows where the view is read. Resolves as {@link stage} does.
   */
  stageCells(
    positions: readonly number[],
    options: { readonly isCopied: boolean; readonly onShare?: OnShare | undefined },
    signal: Cancellation,
  ): Promise<readonly RejectedRecord[]>;
}

/** Opens a CSV or Parquet file; `undefined` when it has no header that could be read. Throws DuckDB's errors. */
export async function openTable(engine: Engine, file: SourceFile): Promise<OpenTable | undefined> {
  return file.kind === "parquet" ? openParquet(engine, file) : openCsv(engine, file);
}

async function openCsv(engine: Engine, file: SourceFile): Promise<OpenTable | undefined> {
  const path = await withUnixLines(file.path, `${file.path}-lines`);
  const header = await readCsvHeader(path);
  if (header === undefined) return undefined;
  const read = async (
    sql: string,
    signal: Cancellation,
    onShare?: OnShare,
  ): Promise<readonly RejectedRecord[]> => {
    const overlong = await firstOverlongLine(path);
    if (overlong !== undefined) {
      throw new Error(`line ${overlong} is longer than ${LINE_BYTES_MAX / 1024 ** 2} MiB`);
    }
    await engine.run(sql, signal, onShare);
    return takeRejects(engine);
  };
  const source = csvSource(path, header);
  return {
    names: header.names,
    path,
    stage: (selection, signal) => read(stageSql(selection, source), signal),
    async stageCells(positions, { onShare }, signal) {
      const copy = `${file.path}-cells`;
      const texts = positions.map((position, index) => `c${position} AS c${index}`);
      const rejects = await read(copySql(texts, source, copy), signal, onShare);
      await engine.run(cellsView(cellsOf(positions), copy), signal);
      return rejects;
    },
  };
}

async function openParquet(engine: Engine, file: SourceFile): Promise<OpenTable> {
  // Paths such as year=2026/ would otherwise add columns of their own.
  const source = `read_parquet(${sqlText(file.path)}, hive_partitioning = false)`;
  const columns = (await engine.rows(`DESCRIBE SELECT * FROM ${source}`)).map(([name, type]) => ({
    name: String(name),
    type: String(type),
  }));
  return {
    names: columns.map(({ name }) => name),
    path: file.path,
    async stage(selection, signal) {
      const texts = columns.map(({ name, type }, index) => `${asText(name, type)} AS c${index}`);
      await engine.run(stageSql(selection, `(SELECT ${texts.join(", ")} FROM ${source})`), signal);
      return [];
    },
    async stageCells(positions, { isCopied }, signal) {
      const texts = positions.map((position, index) => {
        const column = columns[position];
        return `${column === undefined ? "NULL" : asText(column.name, column.type)} AS c${index}`;
      });
      // A column of that name hides the rows' numbers.
      const isHidden = columns.some(({ name }) => name.toLowerCase() === "file_row_number");
      const copy = `${file.path}-cells`;
      const copies = isCopied || isHidden;
      if (copies) await engine.run(copySql(texts, source, copy), signal);
      await engine.run(copies ? cellsView(cellsOf(positions), copy) : cellsView(texts, file.path), signal);
      return [];
    },
  };
}

function stageSql(selection: readonly string[], source: string): string {
  return `CREATE OR REPLACE TEMP TABLE staged AS SELECT ${selection.join(", ")} FROM ${source}`;
}

function copySql(selection: readonly string[], source: string, path: string): string {
  return `COPY (SELECT ${selection.join(", ")} FROM ${source}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION lz4_raw)`;
}

function cellsOf(positions: readonly number[]): readonly string[] {
  return positions.map((_, index) => `c${index}`);
}

function cellsView(selection: readonly string[], path: string): string {
  return `CREATE OR REPLACE VIEW cells AS SELECT ${selection.join(", ")}, file_row_number AS record
    FROM read_parquet(${sqlText(path)}, hive_partitioning = false, file_row_number = true)`;
}

/** A Parquet value as the text that a CSV export would have held; a typed instant is UTC by its type. */
function asText(name: string, type: string): string {
  const column = sqlName(name);
  if (type.startsWith("TIMESTAMP")) {
    const utc = type.includes("TIME ZONE") ? `${column} AT TIME ZONE 'UTC'` : `${column}::TIMESTAMP`;
    return `strftime(${utc}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
  }
  if (type === "DATE") return `strftime(${column}, '%Y-%m-%dT00:00:00Z')`;
  if (/^(MAP|STRUCT)|\[\]$/.test(type)) return `to_json(${column})::VARCHAR`;
  return `${column}::VARCHAR`;
}
