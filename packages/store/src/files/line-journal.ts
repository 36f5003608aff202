import { constants } from "node:fs";
import { type FileHandle, open, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AdapterError, assert, InvariantError } from "@apex/core";
import { makePath } from "@apex/core/node";
import { z } from "zod";
import { syncFile } from "./atomic-file.ts";

const ENDING = ".jsonl";
const NEWLINE = 0x0a;

/** Ids are part of file names, labels and cgroups. */
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const ID_LENGTH_MAX = 80;

/** What a journal is of: JSON lines, one entry each, in a folder of a store's directory. */
export interface JournalKind<Entry> {
  /** "runs". */
  readonly folder: string;
  /** What it is in messages: "the run's journal". */
  readonly title: string;
  readonly schema: z.ZodType<Entry>;
  /** A longer file is none of ours, and none is written that long. */
  readonly bytesMax: number;
  /** What an entry is called in messages. */
  readonly nameOf: (entry: Entry) => string;
  /** Whether a process begins with it, so that the line before may be what the crash of another one left. */
  readonly isStart: (entry: Entry) => boolean;
}

/** A journal that is open for adding to. */
export interface LineJournal<Entry> {
  /** Returns when the entry would survive a crash of this process or machine. */
  append(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

function isId(text: string): boolean {
  return ID.test(text) && text.length <= ID_LENGTH_MAX;
}

/** The journal of an id. Throws an InvariantError for an id that could lead elsewhere. */
export function journalFile<Entry>(kind: JournalKind<Entry>, directory: string, id: string): string {
  assert(isId(id), `"${id}" is no id of a run`);
  return join(directory, kind.folder, `${id}${ENDING}`);
}

/** The ids that have a journal, sorted. A file that we did not name is passed over. */
export async function journalIds<Entry>(
  kind: JournalKind<Entry>,
  directory: string,
): Promise<readonly string[]> {
  const names = await readdir(join(directory, kind.folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .filter(isId)
    .toSorted();
}

/**
 * Opens a journal that is only ever added to. The first entry makes the file: what never began leaves none. A directory that
 * cannot be made is told at once. `append` returns once the entry is on the disk. Who goes on after a crash continues the
 * journal; what the crash left of a last line stays, and is passed over by readers. After an append that failed (a full
 * disk) all further ones fail alike.
 */
export async function openLineJournal<Entry>(
  kind: JournalKind<Entry>,
  directory: string,
  id: string,
): Promise<LineJournal<Entry>> {
  const file = journalFile(kind, directory, id);
  await makePath(dirname(file)).catch((cause: unknown) => {
    throw unwritable(kind, file, cause);
  });
  let opened: OpenedFile | undefined;
  let isClosed = false;
  let last = Promise.resolve();
  return {
    append(entry) {
      assert(!isClosed, `the journal of ${id} is closed`);
      const line = Buffer.from(lineOf(kind, entry));
      last = last.then(async () => {
        opened ??= await openedFile(kind, file);
        if (opened.size + line.length > kind.bytesMax) throw overfull(kind, file);
        await written(kind, file, { handle: opened.handle, line });
        opened.size += line.length;
      });
      return last;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      // Whoever appended has been told of a failure.
      await last.catch(() => undefined);
      await opened?.handle.close();
    },
  };
}

interface OpenedFile {
  readonly handle: FileHandle;
  size: number;
}

async function openedFile<Entry>(kind: JournalKind<Entry>, file: string): Promise<OpenedFile> {
  const folder = dirname(file);
  try {
    const handle = await open(file, constants.O_CREAT | constants.O_RDWR | constants.O_APPEND, 0o600);
    try {
      await endTornLine(handle);
      // A new file survives once its directories have been written, too.
      for (const made of [folder, dirname(folder), dirname(dirname(folder))]) await syncFile(made);
      return { handle, size: (await handle.stat()).size };
    } catch (cause) {
      await handle.close();
      throw cause;
    }
  } catch (cause) {
    throw unwritable(kind, file, cause);
  }
}

/** A process that was killed may have left half a line: the next entry must not become part of it. */
async function endTornLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  if (size === 0) return;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== NEWLINE) await handle.appendFile("\n");
}

function lineOf<Entry>(kind: JournalKind<Entry>, entry: Entry): string {
  const encoded = z.safeEncode(kind.schema, entry);
  if (encoded.success) return `${JSON.stringify(encoded.data)}\n`;
  const issue = encoded.error.issues[0];
  throw new InvariantError(
    `a "${kind.nameOf(entry)}" event cannot be kept: ${issue?.path.join(".")}: ${issue?.message}`,
  );
}

async function written<Entry>(
  kind: JournalKind<Entry>,
  file: string,
  { handle, line }: { readonly handle: FileHandle; readonly line: Buffer },
): Promise<void> {
  try {
    await handle.appendFile(line);
    await handle.datasync();
  } catch (cause) {
    throw unwritable(kind, file, cause);
  }
}

function overfull<Entry>({ title, bytesMax }: JournalKind<Entry>, file: string): AdapterError {
  return new AdapterError(
    "unavailable",
    `cannot write ${title} ${file}: it would be longer than ${bytesMax} bytes`,
  );
}

function unwritable<Entry>({ title }: JournalKind<Entry>, file: string, cause: unknown): AdapterError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const kind = code === "EACCES" || code === "EPERM" || code === "EROFS" ? "denied" : "unavailable";
  return new AdapterError(
    kind,
    `cannot write ${title} ${file}: ${message}; free space or set APEX_HOME to a directory that can be written`,
    { cause },
  );
}

/**
 * The entries of a journal in their order. What crashes left of lines, the last ones or those before another start, is
 * passed over: nobody was told that it was kept. Throws an AdapterError, `not-found` or, with the line, `invalid`.
 */
export async function readLineJournal<Entry>(
  kind: JournalKind<Entry>,
  file: string,
): Promise<readonly Entry[]> {
  const lines = (await textOf(kind, file)).split("\n");
  const entries: Entry[] = [];
  let torn: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const entry = parsed(kind, file, { line: index + 1, text: line });
    if (entry === undefined) {
      // The start of another process may be torn as well.
      torn ??= index + 1;
      continue;
    }
    if (torn !== undefined && !kind.isStart(entry)) throw damaged(file, torn, "is no whole JSON object");
    torn = undefined;
    entries.push(entry);
  }
  return entries;
}

async function textOf<Entry>({ title, bytesMax }: JournalKind<Entry>, file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > bytesMax) {
      throw new AdapterError("invalid", `${file} has ${size} bytes; ${title} has at most ${bytesMax}`);
    }
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof AdapterError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new AdapterError("not-found", `there is no journal ${file}`, { cause });
    throw new AdapterError(code === "EACCES" ? "denied" : "unavailable", `cannot read ${file}: ${message}`, {
      cause,
    });
  }
}

/** Undefined when the line was not written to its end. */
function parsed<Entry>(
  { schema }: JournalKind<Entry>,
  file: string,
  { line, text }: { readonly line: number; readonly text: string },
): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const entry = z.safeDecode(schema, value as z.input<typeof schema>);
  if (entry.success) return entry.data;
  const issue = entry.error.issues[0];
  throw damaged(file, line, `is no event: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function damaged(file: string, line: number, what: string): AdapterError {
  return new AdapterError(
    "invalid",
    `${file}, line ${line} ${what}; the journal was changed by something else than Apex, its run cannot be read`,
  );
}
