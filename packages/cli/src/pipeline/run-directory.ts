import { readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { makeDirectory, makePath, writeError } from "@apex/core/node";
import { isLeftBehind, makeOwnedDirectory, type OwnedDirectory } from "./run-directory-owner.ts";

/** No run takes this long: a directory that is older belongs to one that was killed where we cannot see it. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Removes what killed runs left: bills and samples are not to lie about for ever. */
async function removeAbandoned(runs: string, nowMs: number): Promise<void> {
  for (const name of await readdir(runs)) {
    const isLeft = isLeftBehind(name);
    if (isLeft === undefined) continue;
    const directory = path.join(runs, name);
    const found = await stat(directory).catch(() => undefined);
    if (found === undefined || (!isLeft && nowMs - found.mtimeMs < ABANDONED_AFTER_MS)) continue;
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Bills, samples and the database are nothing to commit, wherever the store lies. A file of the user's is kept. */
async function keepOutOfGit(storeDirectory: string): Promise<void> {
  await writeFile(path.join(storeDirectory, ".gitignore"), "*\n", { flag: "wx" }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
}

/**
 * Opens a directory that a command fills for its user: made if need be, and kept out of their commits. Throws an AdapterError that
 * says why it cannot be written, with `next` as the next step.
 */
export async function openPlace(directory: string, next: string): Promise<void> {
  await makeDirectory(directory, next);
  await keepOutOfGit(directory).catch((error: unknown) => {
    throw writeError(directory, error, next);
  });
}

/**
 * A private directory for one run's samples and bills under the store, so that two runs never see each other's
 * inputs; removed with everything in it when the run ends, or by a later run, or the reaper, when this one is killed.
 */
export async function openRunDirectory(storeDirectory: string, nowMs = Date.now()): Promise<OwnedDirectory> {
  const runs = path.join(storeDirectory, "runs");
  try {
    await makePath(runs);
    await keepOutOfGit(storeDirectory);
    await removeAbandoned(runs, nowMs);
    return await makeOwnedDirectory("run", runs);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdapterError(
      "denied",
      `cannot work in ${storeDirectory}: ${reason}; set APEX_HOME to a directory that can be written`,
      { cause },
    );
  }
}
