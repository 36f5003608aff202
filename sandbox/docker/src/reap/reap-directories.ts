import { lstat, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DirectoryOwner, isOwnerGone, ownerOfName } from "@apex/core";
import { PROCESSES } from "@apex/core/node";
import { currentOwner } from "../run/owner.ts";
import type { ReapOptions } from "./reap.ts";

/** In another process namespace the owner may live and not be seen: longer than any run. */
const UNSEEN_AGE_MS = 2 * 60 * 60 * 1000;

function isAbandoned(owner: DirectoryOwner, ageMs: number): boolean {
  if (isOwnerGone(owner, PROCESSES)) return true;
  return owner.pidNamespace !== currentOwner().pidNamespace && ageMs > UNSEEN_AGE_MS;
}

/** Removes this user's temporary directories whose process has ended; some hold states. Returns their paths. */
export async function reapDirectories({
  dryRun,
  now,
  inputFolders = [],
}: ReapOptions): Promise<readonly string[]> {
  const found: string[] = [];
  for (const parent of new Set([tmpdir(), ...inputFolders])) {
    for (const name of await readdir(parent).catch(() => [])) {
      const owner = ownerOfName(name);
      const path = join(parent, name);
      const status = owner === undefined ? undefined : await lstat(path).catch(() => undefined);
      if (owner === undefined || status?.isDirectory() !== true || status.uid !== process.getuid?.())
        continue;
      if (!isAbandoned(owner, now - status.mtimeMs)) continue;
      if (!dryRun) await rm(path, { recursive: true, force: true });
      found.push(path);
    }
  }
  return found;
}
