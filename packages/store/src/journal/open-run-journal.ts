import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { AdapterError, assert, InvariantError, type RunEvent, type RunJournal } from "@apex/core";
import { makePath } from "@apex/core/node";
import { runEventSchema } from "@apex/report";
import { z } from "zod";
import { syncFile } from "../files/atomic-file.ts";
import { journalDirectory, journalFile } from "./journal-files.ts";

const NEWLINE = 0x0a;

/**
 * The journal of a run in a store's directory, `runs/<runId>.jsonl`: one event a line, only ever added to. The first event makes
 * the file: a run that never began leaves none. A directory that cannot be made is told at once. `append` returns once
 * the event is on the disk, so that what was read and judged survives the end of the process and of the machine. A run
 * that is done again continues its journal with another `started`; what a crash left of a last line stays, and is passed
 * over by readers. After an append that failed (a full disk) all further ones fail alike.
 */
export async function openRunJournal(directory: string, runId: string): Promise<RunJournal> {
  const file = journalFile(directory, runId);
  await prepared(directory, file);
  let handle: FileHandle | undefined;
  let isClosed = false;
  let last = Promise.resolve();
  return {
    append(event) {
      assert(!isClosed, `the journal of ${runId} is closed`);
      const line = lineOf(event);
      last = last.then(async () => {
        handle ??= await opened(directory, file);
        await written(handle, file, line);
      });
      return last;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      // Whoever appended has been told of a failure.
      await last.catch(() => undefined);
      await handle?.close();
    },
  };
}

async function prepared(directory: string, file: string): Promise<void> {
  try {
    await makePath(journalDirectory(directory));
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

async function opened(directory: string, file: string): Promise<FileHandle> {
  try {
    const handle = await open(file, constants.O_CREAT | constants.O_RDWR | constants.O_APPEND, 0o600);
    try {
      await endTornLine(handle);
      // A new file survives once its directories have been written, too.
      for (const made of [journalDirectory(directory), directory, dirname(directory)]) await syncFile(made);
    } catch (cause) {
      await handle.close();
      throw cause;
    }
    return handle;
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** A process that was killed may have left half a line: the next event must not become part of it. */
async function endTornLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  if (size === 0) return;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== NEWLINE) await handle.appendFile("\n");
}

function lineOf(event: RunEvent): string {
  const encoded = z.safeEncode(runEventSchema, event);
  if (encoded.success) return `${JSON.stringify(encoded.data)}\n`;
  const issue = encoded.error.issues[0];
  throw new InvariantError(
    `a "${event.kind}" event cannot be kept: ${issue?.path.join(".")}: ${issue?.message}`,
  );
}

async function written(handle: FileHandle, file: string, line: string): Promise<void> {
  try {
    await handle.appendFile(line);
    await handle.datasync();
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): AdapterError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const kind = code === "EACCES" || code === "EPERM" || code === "EROFS" ? "denied" : "unavailable";
  return new AdapterError(
    kind,
    `cannot write the run's journal ${file}: ${message}; free space or set APEX_HOME to a directory that can be written`,
    { cause },
  );
}
