import { randomBytes } from "node:crypto";
import {
  type FileHandle,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
} from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { makePath, writeRefusal } from "@apex/core/node";

interface StagedFile {
  readonly temporary: string;
  /** The file itself, when the name given is a symbolic link to it. */
  readonly target: string;
}

/** Codes of our own. */
const NO_FILE = "ENOFILE";

const READ_ONLY = "EREADONLY";

const REASONS: ReadonlyMap<string, string> = new Map([
  [NO_FILE, "it is no file; /dev/stdout and its like cannot be written at once or not at all"],
  [READ_ONLY, "it is read-only"],
]);

function writeError(file: string, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  if (code === undefined) return cause;
  const reason = REASONS.get(code) ?? writeRefusal(cause) ?? code;
  return new AdapterError("denied", `${file} cannot be written: ${reason}; no file was changed`, { cause });
}

async function keepOwnership(handle: FileHandle, target: string, isNew: boolean): Promise<void> {
  if (isNew) return;
  const { mode, uid, gid } = await stat(target);
  // The mode given to open() is cut by the umask; the owner is another one when root works on a user's files.
  await handle.chmod(mode & 0o7777);
  await handle.chown(uid, gid).catch(() => undefined);
}

const WRITE_BITS = 0o222;

/**
 * Throws for what is there and no file, because a device would be one afterwards, for the whole system; and for a file that nobody
 * may write, which a rename would replace all the same.
 */
async function requireFile(existing: string): Promise<void> {
  const found = await stat(existing);
  if (found.isFile()) {
    if ((found.mode & WRITE_BITS) !== 0) return;
    throw Object.assign(new Error(`${existing} is read-only`), { code: READ_ONLY });
  }
  throw Object.assign(new Error(`${existing} is no file`), {
    code: found.isDirectory() ? "EISDIR" : NO_FILE,
  });
}

/** Six random bytes. */
const STAGED_ENDING = /^[0-9a-f]{12}\.tmp$/;

/** Names of files end at 255 bytes. */
function stagedPrefix(target: string): string {
  return `.${path.basename(target).slice(0, 200)}.`;
}

async function stage(name: string, text: string, staged: StagedFile[]): Promise<void> {
  await makePath(path.dirname(name));
  const existing = await realpath(name).catch(() => undefined);
  const target = existing ?? name;
  if (existing !== undefined) await requireFile(existing);
  const suffix = `${randomBytes(6).toString("hex")}.tmp`;
  const temporary = path.join(path.dirname(target), `${stagedPrefix(target)}${suffix}`);
  const handle = await open(temporary, "wx");
  staged.push({ temporary, target });
  try {
    await keepOwnership(handle, target, existing === undefined);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name survives a power cut once its directory has been written. Where directories cannot be synced, as on Windows, it is left to the system. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}

/**
 * Removes what {@link writeFiles} had staged for these files when its process was killed. To be called by who knows that nobody
 * writes them now.
 */
export async function removeStaged(files: readonly string[]): Promise<void> {
  for (const name of files) {
    const target = await realpath(name).catch(() => name);
    const prefix = stagedPrefix(target);
    for (const entry of await readdir(path.dirname(target)).catch(() => [])) {
      if (!entry.startsWith(prefix) || !STAGED_ENDING.test(entry.slice(prefix.length))) continue;
      await rm(path.join(path.dirname(target), entry), { force: true });
    }
  }
}

/** Removes `directory` and those above it up to `first`, as long as they are empty. */
async function removeEmpty(directory: string, first: string): Promise<void> {
  let present = directory;
  while (present.length >= first.length) {
    const isRemoved = await rmdir(present).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
    present = path.dirname(present);
  }
}

/**
 * Tries whether files can be made in a directory, and leaves nothing behind: what takes minutes to find out must not be lost
 * for a place that it cannot be written to. Throws an AdapterError that says why it cannot.
 */
export async function requireWritable(directory: string): Promise<void> {
  try {
    const made = await makePath(directory);
    const probe = path.join(directory, `.apex-${randomBytes(6).toString("hex")}.tmp`);
    try {
      await (await open(probe, "wx")).close();
    } finally {
      await rm(probe, { force: true });
      if (made !== undefined) await removeEmpty(directory, made);
    }
  } catch (cause) {
    throw writeError(directory, cause);
  }
}

/**
 * Writes several files so that a reader, a crash or Ctrl-C never meets half a file: each is written and synced beside
 * its target first, and only when all are there they are renamed into place. Keeps the permissions and the owner of a
 * file it replaces, and a symbolic link to it. Keys are absolute paths. `replaces` holds what some of the files are known
 * to contain: if one does not any more, somebody is working on it, and nothing is written. Throws an AdapterError; then no
 * target has changed, unless a rename failed, which after staging nothing but a dying disk brings about.
 */
export async function writeFiles(
  files: ReadonlyMap<string, string>,
  replaces: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const staged: StagedFile[] = [];
  try {
    for (const [name, text] of files) {
      await stage(name, text, staged).catch((error: unknown) => {
        throw writeError(name, error);
      });
    }
    for (const [name, text] of replaces) {
      const present = await readFile(name).catch(() => undefined);
      if (present === undefined || !present.equals(Buffer.from(text))) {
        throw new AdapterError(
          "invalid",
          `${name} was changed while Apex worked on it; nothing was written, run again to work on what it is now`,
        );
      }
    }
    for (const { temporary, target } of staged) await rename(temporary, target);
    for (const directory of new Set(staged.map(({ target }) => path.dirname(target))))
      await syncDirectory(directory);
  } finally {
    await Promise.all(staged.map(({ temporary }) => rm(temporary, { force: true })));
  }
}
