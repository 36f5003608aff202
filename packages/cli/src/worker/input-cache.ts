import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import type { InputFileStore } from "@apex/store";

/** What the cache may hold before the oldest go. */
const CACHE_BYTES_MAX = 8 * 1024 ** 3;

/** Input files by their content, kept on this machine for the next run that needs them. */
export interface InputCache {
  /** Puts a file at `place` (absolute, in a directory that is there). Throws an AdapterError (`not-found`, `unavailable`). */
  place(tenant: string, sha256: string, place: string): Promise<void>;
  /** Removes what was not used for longest, down to the bound. Never fails: it is only room. */
  prune(): Promise<void>;
}

/**
 * The cache in a directory, which several workers may share. A tenant's files lie apart: that somebody else has the same content is
 * nobody's business.
 */
export function inputCache(store: InputFileStore, directory: string, bytesMax = CACHE_BYTES_MAX): InputCache {
  const fetched = async (tenant: string, sha256: string): Promise<string> => {
    const folder = path.join(directory, tenant);
    const file = path.join(folder, sha256);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await store.get(tenant, sha256, file);
    } else {
      // Used now: the oldest go first.
      await utimes(file, new Date(), new Date()).catch(() => undefined);
    }
    return file;
  };
  return {
    place: async (tenant, sha256, place) => {
      // Whatever else lies there or is to: a run may have files of any name.
      const part = `${place}.${randomUUID()}.part`;
      const copy = async () => {
        const file = await fetched(tenant, sha256);
        await copyFile(file, part, constants.COPYFILE_FICLONE);
      };
      await copy().catch(async (error: NodeJS.ErrnoException) => {
        // Another worker's pruning may take a file away between the two steps.
        if (error.code !== "ENOENT") throw error;
        await copy();
      });
      await rename(part, place);
    },
    prune: () => prune(directory, bytesMax).catch(() => undefined),
  };
}

async function prune(directory: string, bytesMax: number): Promise<void> {
  const found: { readonly file: string; readonly bytes: number; readonly usedMs: number }[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await stat(file);
    found.push({ file, bytes: size, usedMs: mtimeMs });
  }
  let bytes = 0;
  for (const each of found.toSorted((a, b) => b.usedMs - a.usedMs)) {
    bytes += each.bytes;
    if (bytes > bytesMax) await rm(each.file, { force: true });
  }
}
