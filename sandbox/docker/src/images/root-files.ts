import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { FileMemory } from "./file-memory.ts";

/** A file for an image: its absolute path there, its permission bits, and its content here. */
export interface RootFile {
  readonly path: string;
  readonly mode: number;
  /** Absolute path of the host. */
  readonly source: string;
  readonly bytes: number;
  /** SHA-256 of the content, hexadecimal. */
  readonly digest: string;
}

export const EXECUTABLE = 0o755;
export const READABLE = 0o644;
/** Files larger than this are worth remembering the digest of. */
const LARGE_BYTES = 1024 * 1024;

async function sha256Of(source: string): Promise<string> {
  const hash = createHash("sha256");
  const chunks = createReadStream(source, { highWaterMark: LARGE_BYTES });
  for await (const chunk of chunks) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The file `source` of the host (links are followed) as the file `target` of an image. Rejects as `stat` does. */
export async function rootFile(
  source: string,
  target: { readonly path: string; readonly mode: number },
  memory: FileMemory,
): Promise<RootFile> {
  const { size } = await stat(source);
  const digest =
    size < LARGE_BYTES
      ? await sha256Of(source)
      : await memory.recall(source, "sha256", () => sha256Of(source));
  return { ...target, source, bytes: size, digest };
}

/**
 * The files below `directory` that `accepts` wants, by their path from it, as files below `target`. Symbolic links are left
 * out: a folder of sources has none, and what they point to was not meant.
 */
export async function rootFilesBelow(
  directory: string,
  target: string,
  accepts: (name: string) => boolean,
  memory: FileMemory,
): Promise<readonly RootFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .filter(accepts)
    .toSorted();
  return Promise.all(
    names.map((name) =>
      rootFile(path.join(directory, name), { path: path.posix.join(target, name), mode: READABLE }, memory),
    ),
  );
}
