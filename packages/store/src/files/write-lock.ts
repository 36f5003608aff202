import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError } from "@apex/core";
import { DuckDBInstance } from "@duckdb/node-api";

/** How long a writer waits for another one before it gives up. */
const WAIT_MAX_MS = 60_000;
const POLL_MS = 100;

/** Writers of this process by store: the file lock holds between processes only. */
const queues = new Map<string, Promise<void>>();

/**
 * Runs `work` as the only writer of the store in `directory`, among all processes. The lock is the exclusive one that
 * DuckDB takes on a database file: the kernel drops it when the process ends, however it ends, so none is ever stale.
 */
export async function withWriteLock<T>(
  directory: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const key = await realpath(directory);
  const before = queues.get(key) ?? Promise.resolve();
  const turn = before.then(() => lockedBetweenProcesses(key, signal, work));
  const settled = turn.then(
    () => undefined,
    () => undefined,
  );
  queues.set(key, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(key) === settled) queues.delete(key);
  }
}

async function lockedBetweenProcesses<T>(
  directory: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await acquire(join(directory, "write.lock"), signal);
  try {
    return await work();
  } finally {
    lock.closeSync();
  }
}

async function acquire(path: string, signal: AbortSignal | undefined): Promise<DuckDBInstance> {
  for (let waited = 0; ; waited += POLL_MS) {
    signal?.throwIfAborted();
    try {
      return await DuckDBInstance.create(path);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      if (!/could not set lock/i.test(message)) {
        throw new AdapterError("unavailable", `cannot lock the store at ${path}: ${message}`, { cause });
      }
      if (waited >= WAIT_MAX_MS) {
        const holder = /PID (\d+)/.exec(message)?.[1] ?? "unknown";
        throw new AdapterError(
          "unavailable",
          `another Apex process (PID ${holder}) is writing to ${path}; wait until it ends, or stop it`,
          { cause },
        );
      }
      await sleep(POLL_MS);
    }
  }
}
