import { readFileSync, readlinkSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { AdapterError } from "./adapter-error.ts";
import { isOutOfRoom } from "./out-of-room.ts";
import type { ProcessTable } from "./process-fate.ts";

/** The processes that a `/proc` tells of. A door of its own, for adapters: the rest of core touches nothing. */
export function processTable(proc: string): ProcessTable {
  return {
    pid: process.pid,
    readText: (path) => readFileSync(join(proc, path), "utf8"),
    readLink: (path) => readlinkSync(join(proc, path)),
    probe: (pid) => process.kill(pid, 0),
  };
}

/** The processes of this machine. */
export const PROCESSES: ProcessTable = processTable("/proc");

/** What the operating system's codes mean for somebody who wants something written. */
const WRITE_REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "writing there is not permitted",
  EPERM: "writing there is not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "part of its path is a file",
  EEXIST: "part of its path is a file",
  EISDIR: "it is a directory",
  ENAMETOOLONG: "its name is too long",
  ENOTSUP: "its file system lets nobody make anything there",
  ELOOP: "its path is a circle of symbolic links",
  EIO: "the disk fails",
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Why the operating system did not let us write, in words; `undefined` for every other error. */
export function writeRefusal(error: unknown): string | undefined {
  const code = codeOf(error) ?? "";
  return Object.hasOwn(WRITE_REFUSALS, code) ? WRITE_REFUSALS[code] : undefined;
}

async function isDirectory(path: string): Promise<boolean | undefined> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes a directory with those above it, and returns the first that it made, as Node's recursive `mkdir` does; that one never
 * returns where a file system such as /proc lets nobody make anything in a directory that is there. Throws what the operating
 * system says.
 */
export async function makePath(
  path: string,
  options: { readonly mode?: number } = {},
): Promise<string | undefined> {
  const missing: string[] = [];
  let present = resolve(path);
  let found = await isDirectory(present);
  while (found === undefined && dirname(present) !== present) {
    missing.push(present);
    present = dirname(present);
    found = await isDirectory(present);
  }
  if (found === false) throw Object.assign(new Error(`${present} is a file`), { code: "ENOTDIR" });
  for (const one of missing.toReversed()) await makeOne(one, options);
  return missing.at(-1);
}

/** As {@link makePath}; throws an AdapterError that says why the directory cannot be made, and `next`, the next step. */
export async function makeDirectory(
  path: string,
  next: string,
  options: { readonly mode?: number } = {},
): Promise<void> {
  try {
    await makePath(path, options);
  } catch (cause) {
    throw writeError(path, cause, next);
  }
}

/** What the operating system refused to write at `path` as an AdapterError with the next step; every other error as it is. */
export function writeError(path: string, cause: unknown, next: string): unknown {
  const refusal = writeRefusal(cause);
  if (refusal === undefined) return cause;
  const kind = isOutOfRoom(cause) ? "unavailable" : "denied";
  return new AdapterError(kind, `cannot write to ${path}: ${refusal}; ${next}`, { cause });
}

async function makeOne(path: string, options: { readonly mode?: number }): Promise<void> {
  try {
    await mkdir(path, options);
  } catch (error) {
    // The parent is there: only the kernel's own file systems say so.
    if (codeOf(error) === "ENOENT")
      throw Object.assign(new Error(`nothing can be made at ${path}`, { cause: error }), { code: "ENOTSUP" });
    // Another process was faster.
    if (codeOf(error) !== "EEXIST" || (await isDirectory(path)) !== true) throw error;
  }
}
