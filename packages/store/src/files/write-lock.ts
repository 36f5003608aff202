import { randomUUID } from "node:crypto";
import { link, realpath, rm, stat } from "node:fs/promises";
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
 * DuckDB takes on a database file: the kernel drops it when the process ends, however it ends, so none is ever stale. `onWait` is
 * told once of the process that is waited for.
 */
export async function withWriteLock<T>(
  directory: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  onWait?: (pid: string) => void,
): Promise<T> {
  const key = await realpath(directory);
  const before = queues.get(key) ?? Promise.resolve();
  const turn = before.then(() => lockedBetweenProcesses(key, { signal, onWait }, work));
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

interface Waiting {
  readonly signal: AbortSignal | undefined;
  readonly onWait: ((pid: string) => void) | undefined;
}

async function lockedBetweenProcesses<T>(
  directory: string,
  waiting: Waiting,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(directory, "write.lock");
  await makeLockFile(path);
  const lock = await acquire(path, waiting);
  try {
    return await work();
  } finally {
    lock.closeSync();
  }
}

/**
 * Makes the lock file whole under another name first: DuckDB creates and locks in two steps, and a second process
 * between them would find an empty file and call it damaged.
 */
async function makeLockFile(path: string): Promise<void> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return;
  const temporary = `${path}.${randomUUID()}`;
  try {
    (await DuckDBInstance.create(temporary)).closeSync();
    await link(temporary, path);
  } catch (cause) {
    // Another process was faster.
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return;
    const message = cause instanceof Error ? cause.message : String(cause);
    const reason = /no space left on device/i.test(message) ? "the disk is full; free some space" : message;
    throw new AdapterError("unavailable", `cannot make the lock of the store, ${path}: ${reason}`, {
      cause,
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

async function acquire(path: string, { signal, onWait }: Waiting): Promise<DuckDBInstance> {
  for (let waited = 0; ; waited += POLL_MS) {
    signal?.throwIfAborted();
    try {
      return await DuckDBInstance.create(path);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      if (!/could not set lock/i.test(message)) {
        throw new AdapterError("unavailable", `cannot lock the store at ${path}: ${message}`, { cause });
      }
      const holder = /PID (\d+)/.exec(message)?.[1] ?? "unknown";
      if (waited === 0) onWait?.(holder);
      if (waited >= WAIT_MAX_MS) {
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
