import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

/** An entry of one directory. */
export interface TreeItem {
  readonly name: string;
  /** As git writes it: "100644", "40000". */
  readonly mode: string;
  readonly sha: string;
}

/** A file that a tree is to hold; null takes it away. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly sha: string | null;
}

export const DIRECTORY_MODE = "40000";

/** Stores an object as git does, and gives its id. */
export async function writeObject(directory: string, type: string, content: Uint8Array): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = createHash("sha1").update(bytes).digest("hex");
  const folder = join(directory, "objects", sha.slice(0, 2));
  const draft = join(folder, `draft-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  await writeFile(draft, deflateSync(bytes));
  await rename(draft, join(folder, sha.slice(2)));
  return sha;
}

/** What a tree object holds. */
export function readTree(content: Buffer): readonly TreeItem[] {
  const items: TreeItem[] = [];
  for (let start = 0; start < content.length; ) {
    const space = content.indexOf(" ", start);
    const end = content.indexOf(0, space);
    items.push({
      mode: content.toString("utf8", start, space),
      name: content.toString("utf8", space + 1, end),
      sha: content.toString("hex", end + 1, end + 21),
    });
    start = end + 21;
  }
  return items;
}

/** The bytes of a tree object. Git orders directories as if their names ended in a slash. */
export function treeContent(items: readonly TreeItem[]): Buffer {
  const key = ({ name, mode }: TreeItem) => Buffer.from(mode === DIRECTORY_MODE ? `${name}/` : name);
  const ordered = items.toSorted((first, second) => Buffer.compare(key(first), key(second)));
  return Buffer.concat(
    ordered.flatMap(({ name, mode, sha }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(sha, "hex")]),
  );
}
