import { createHash, type Hash } from "node:crypto";
import { lstat, readFile, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** Larger files are no part of a configuration, and the planner does not copy them either. */
const FILE_BYTES_MAX = 128 * 1024 * 1024;

function add(hash: Hash, label: string, content: string | Buffer): void {
  hash.update(`${label.length}:${label}${Buffer.byteLength(content)}:`).update(content);
}

/** What a path holds. A link is followed within the tree only: it may lead to a device that never ends. */
async function contentOf(root: string, file: string): Promise<string | Buffer> {
  const place = path.join(root, file);
  const own = await lstat(place).catch(() => undefined);
  if (own === undefined) return "absent";
  if (own.isSymbolicLink()) {
    const link = `link to ${await readlink(place)}`;
    const real = await realpath(place).catch(() => undefined);
    if (real === undefined || !real.startsWith(`${root}${path.sep}`)) return link;
  }
  const status = await stat(place);
  if (!status.isFile() || status.size > FILE_BYTES_MAX) return `${status.mode} ${status.size}`;
  return readFile(place);
}

/** A SHA-256 over the names and contents of files of a tree, in hexadecimal. */
export async function contentDigest(root: string, files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [...new Set(files)].toSorted()) add(hash, file, await contentOf(root, file));
  return hash.digest("hex");
}

/** A SHA-256 over texts, in which no two lists are alike. */
export function textDigest(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) add(hash, "", text);
  return hash.digest("hex");
}
