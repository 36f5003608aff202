import type { Cancellation } from "@apex/core";
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBDataChunk as Chunk,
  DuckDBInstance,
  type DuckDBValue,
  VARCHAR,
} from "@duckdb/node-api";

/** Beyond this DuckDB spills to the scratch folder instead of growing. */
const MEMORY_LIMIT = "1GB";
const CANCELLATION_POLL_MS = 100;

/** Is told now and then how much of a statement is done, from 0 to 1. */
export type OnShare = (share: number) => void;

/** A private in-memory DuckDB that reads only what it is told to and fetches nothing from the network. */
export interface Engine extends Disposable {
  /** Runs a statement to its end; interrupted soon after `signal` is aborted, which rejects. */
  run(sql: string, signal: Cancellation, onShare?: OnShare): Promise<void>;
  /** All rows of a small result; interrupted as {@link run} is. */
  rows(sql: string, signal?: Cancellation): Promise<readonly (readonly DuckDBValue[])[]>;
  /** The chunks of a large result, one in memory at a time. */
  stream(sql: string): AsyncIterable<DuckDBDataChunk>;
  /**
   * Makes a table of text columns out of rows that may still be read from {@link stream}: on a connection of its own. Each
   * batch has at most 2,048 rows, which is DuckDB's vector.
   */
  fill(
    table: string,
    columns: readonly string[],
    batches: AsyncIterable<readonly (readonly (string | null)[])[]>,
  ): Promise<void>;
}

/** Opens an {@link Engine} that spills into `folder`, since DuckDB's default is the user's working directory. */
export async function openEngine(folder: string): Promise<Engine> {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: MEMORY_LIMIT,
    temp_directory: `${folder}/spill`,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  // Casts to TIMESTAMPTZ read zone-less text in the session's zone.
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run("SET enable_progress_bar = true");
  await connection.run("SET enable_progress_bar_print = false");
  return {
    run: async (sql, signal, onShare) => {
      await interruptibly(connection, { signal, onShare }, () => connection.run(sql));
    },
    rows: async (sql, signal = { aborted: false }) =>
      (await interruptibly(connection, { signal }, () => connection.runAndReadAll(sql))).getRows(),
    stream: (sql) => chunksOf(connection, sql),
    fill: (table, columns, batches) => fillTable(instance, { table, columns }, batches),
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A column or table name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function interruptibly<T>(
  connection: DuckDBConnection,
  { signal, onShare }: { readonly signal: Cancellation; readonly onShare?: OnShare | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const poll = setInterval(() => {
    if (signal.aborted) connection.interrupt();
    // Below 0 where DuckDB cannot tell.
    const { percentage } = connection.progress;
    if (percentage >= 0) onShare?.(percentage / 100);
  }, CANCELLATION_POLL_MS);
  try {
    return await work();
  } finally {
    clearInterval(poll);
  }
}

async function fillTable(
  instance: DuckDBInstance,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
  batches: AsyncIterable<readonly (readonly (string | null)[])[]>,
): Promise<void> {
  const connection = await instance.connect();
  try {
    const texts = columns.map((column) => `${sqlName(column)} VARCHAR`);
    await connection.run(`CREATE OR REPLACE TABLE ${sqlName(table)} (${texts.join(", ")})`);
    const appender = await connection.createAppender(table);
    for await (const rows of batches) {
      if (rows.length === 0) continue;
      const chunk = Chunk.create(
        columns.map(() => VARCHAR),
        rows.length,
      );
      chunk.setColumns(columns.map((_, index) => rows.map((row) => row[index] ?? null)));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  } finally {
    connection.closeSync();
  }
}

async function* chunksOf(connection: DuckDBConnection, sql: string): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk;
  }
}
