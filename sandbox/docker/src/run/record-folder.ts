import { lstat, mkdir, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AdapterError } from "@apex/core";

/** Where the records of this user's runs lie. */
export function recordFolder(parent: string = tmpdir()): string {
  return join(parent, `apex-sandbox-${process.getuid?.() ?? 0}`);
}

/** Whether the folder is a directory that only this user can write to; others can write to its parent. */
export async function isOwnFolder(folder: string): Promise<boolean> {
  const status = await lstat(folder);
  return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o022) === 0;
}

/** Whoever ends the last run removes the folder, perhaps just now. */
const MAKING_TRIES = 20;

/** Makes the folder. What lies there already must be ours, or nothing in it can be believed. */
export async function makeRecordFolder(folder: string): Promise<void> {
  for (let tries = 0; tries < MAKING_TRIES; tries++) {
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    try {
      if (await isOwnFolder(folder)) return;
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new AdapterError(
    "denied",
    `${folder} is not a directory that only this user can write to: remove it, or set TMPDIR to a directory of your own.`,
  );
}

/** Removes the folder when nothing is left in it. */
export async function removeEmptyRecordFolder(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}
