import { AdapterError } from "@apex/core";
import type { FileContent } from "./github.ts";
import { GitBlob, GitTree } from "./schema.ts";
import type { Transport } from "./transport.ts";

const FILE_MODE = "100644";
const EXECUTABLE_MODE = "100755";
const TREE_MODE = "040000";

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly sha: string;
}

interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly type: "blob";
  readonly sha?: string | null;
  readonly content?: string;
}

/** Makes the tree that files turn another one into. Throws an AdapterError where a path is a link, a submodule or a directory. */
export async function writeTree(
  transport: Transport,
  base: string,
  files: readonly FileContent[],
): Promise<string> {
  const directories = new Map<string, Promise<ReadonlyMap<string, Entry>>>();
  const list = (sha: string) => {
    const known = directories.get(sha) ?? listDirectory(transport, sha);
    directories.set(sha, known);
    return known;
  };
  const changes: TreeChange[] = [];
  for (const file of files) {
    checkPath(file.path);
    const change = await toChange(transport, file, await findEntry(base, file.path, list));
    if (change !== undefined) changes.push(change);
  }
  if (changes.length === 0) return base;
  const { sha } = await transport.ask({
    purpose: `write ${changes.length} changed files`,
    route: "POST /repos/{owner}/{repo}/git/trees",
    parameters: { base_tree: base, tree: changes },
    answer: GitTree,
    effect: "converges",
  });
  return sha;
}

/** `undefined` where nothing is to be done: what is to go is gone. */
async function toChange(
  transport: Transport,
  { path, content }: FileContent,
  entry: Entry | undefined,
): Promise<TreeChange | undefined> {
  const mode = entry?.mode ?? FILE_MODE;
  if (mode !== FILE_MODE && mode !== EXECUTABLE_MODE) {
    throw new AdapterError(
      "invalid",
      `${path} is ${KINDS[mode] ?? "no file"} in the repository: Apex only writes files.`,
    );
  }
  if (content === null) return entry === undefined ? undefined : { path, mode, type: "blob", sha: null };
  const text = asText(path, content);
  if (text !== undefined) return { path, mode, type: "blob", content: text };
  const { sha } = await transport.ask({
    purpose: `write ${path}`,
    route: "POST /repos/{owner}/{repo}/git/blobs",
    parameters: { content: Buffer.from(content).toString("base64"), encoding: "base64" },
    answer: GitBlob,
    effect: "converges",
  });
  return { path, mode, type: "blob", sha };
}

const KINDS: { readonly [mode: string]: string } = {
  "120000": "a symbolic link",
  "160000": "a submodule",
  [TREE_MODE]: "a directory",
};

/** `undefined` for bytes that are no text, which JSON could not carry. */
function asText(path: string, content: string | Uint8Array): string | undefined {
  if (typeof content === "string") {
    if (content.isWellFormed()) return content;
    throw new AdapterError("invalid", `The text for ${path} holds half a character, which UTF-8 cannot say.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** The way to a file through the directories above it; `undefined` where there is none. */
async function findEntry(
  base: string,
  path: string,
  list: (sha: string) => Promise<ReadonlyMap<string, Entry>>,
): Promise<Entry | undefined> {
  const segments = path.split("/");
  let directory = base;
  for (const [index, segment] of segments.entries()) {
    const entry = (await list(directory)).get(segment);
    if (entry === undefined || index === segments.length - 1) return entry;
    if (entry.mode !== TREE_MODE) {
      const above = segments.slice(0, index + 1).join("/");
      throw new AdapterError(
        "invalid",
        `${above} is no directory in the repository: ${path} cannot be written.`,
      );
    }
    directory = entry.sha;
  }
  return undefined;
}

async function listDirectory(transport: Transport, sha: string): Promise<ReadonlyMap<string, Entry>> {
  const { tree } = await transport.ask({
    purpose: `read the tree ${sha}`,
    route: "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
    parameters: { tree_sha: sha },
    answer: GitTree,
    effect: "converges",
  });
  return new Map(tree.map((entry) => [entry.path, entry]));
}

function checkPath(path: string): void {
  const isPlain = path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
  if (isPlain && !/[\0\\]/.test(path) && !/(^|\/)\.git(\/|$)/i.test(path)) return;
  throw new AdapterError("invalid", `${JSON.stringify(path)} is no path of a file in a repository.`);
}
