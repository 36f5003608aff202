import { AdapterError } from "@apex/core";
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBDataChunk as Chunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";

/** Beyond this DuckDB spills to disk instead of growing. */
const MEMORY_LIMIT = "1GB";

/** Rows of a chunk: DuckDB's own vector size. */
export const CHUNK_ROWS = 2_048;

/** A private in-memory DuckDB for reading and writing the store's Parquet files. */
export interface Engine {
  /** Runs a statement to its end. */
  run(sql: string): Promise<void>;
  /** All rows of a small result, from where {@link Engine.run} left its temporary tables. */
  rows(sql: string): Promise<readonly (readonly DuckDBValue[])[]>;
  /** All rows of a small result, on a connection of its own: a reader need not wait for a writer. */
  read(sql: string): Promise<readonly (readonly DuckDBValue[])[]>;
  /** The chunks of a large result in the order of the statement, on a connection of its own; one is in memory at a time. */
  stream(sql: string): AsyncIterable<DuckDBDataChunk>;
  /** Opens a table for chunks of these types. */
  append(table: string, types: readonly DuckDBType[]): Promise<ChunkAppender>;
  close(): void;
}

/** Appends column-wise to a table. */
export interface ChunkAppender {
  /** All columns have the same length, at most {@link CHUNK_ROWS}. */
  append(columns: readonly (readonly DuckDBValue[])[]): void;
  close(): void;
}

/** Opens an {@link Engine} that spills into `spillFolder`; an aborted `signal` interrupts what is running. */
export async function openEngine(spillFolder: string, signal?: AbortSignal): Promise<Engine> {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: MEMORY_LIMIT,
    temp_directory: spillFolder,
    // The store's files are its own; nothing is fetched to read them.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    preserve_insertion_order: "true",
  });
  const connection = await instance.connect();
  return {
    run: async (sql) => {
      await interruptible(connection, signal, () => connection.run(sql));
    },
    rows: (sql) => allRows(connection, sql, signal),
    read: async (sql) => {
      const own = await instance.connect();
      try {
        return await allRows(own, sql, signal);
      } finally {
        own.closeSync();
      }
    },
    stream: (sql) => chunksOf(instance, sql, signal),
    append: (table, types) => openAppender(connection, table, types),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function allRows(
  connection: DuckDBConnection,
  sql: string,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly DuckDBValue[])[]> {
  return interruptible(connection, signal, async () => (await connection.runAndReadAll(sql)).getRows());
}

async function openAppender(
  connection: DuckDBConnection,
  table: string,
  types: readonly DuckDBType[],
): Promise<ChunkAppender> {
  const appender = await connection.createAppender(table);
  return {
    append: (columns) => {
      const chunk = Chunk.create(types, columns[0]?.length ?? 0);
      chunk.setColumns(columns);
      appender.appendDataChunk(chunk);
    },
    close: () => {
      appender.flushSync();
      appender.closeSync();
    },
  };
}

async function* chunksOf(
  instance: DuckDBInstance,
  sql: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<DuckDBDataChunk> {
  const connection = await instance.connect();
  try {
    const result = await interruptible(connection, signal, () => connection.stream(sql));
    for (;;) {
      const chunk = await interruptible(connection, signal, () => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk;
    }
  } finally {
    connection.closeSync();
  }
}

async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    return await work();
  } catch (cause) {
    signal?.throwIfAborted();
    throw duckdbError(cause);
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
}

/** DuckDB's message, in the words and kinds that a caller can act on. */
function duckdbError(cause: unknown): AdapterError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/no space left|out of memory|could not allocate/i.test(message)) {
    return new AdapterError("unavailable", `the store ran out of space: ${message}`, { cause });
  }
  if (/no files found|cannot open file/i.test(message)) {
    return new AdapterError("not-found", `a file of the store is gone: ${message}`, { cause });
  }
  return new AdapterError("invalid", `the store could not process its data: ${message}`, { cause });
}

/** Text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A list of files as an argument of `read_parquet`. */
export function sqlFiles(paths: readonly string[]): string {
  // DuckDB takes a name with these characters for a pattern; a bracket around each makes it literal again.
  return `[${paths.map((path) => sqlText(path.replace(/[*?[]/g, "[$&]"))).join(", ")}]`;
}
