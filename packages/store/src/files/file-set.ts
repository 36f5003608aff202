import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AdapterError, parseJson } from "@apex/core";
import { z } from "zod";
import { replaceFile, syncFile } from "./atomic-file.ts";

const MANIFEST = "manifest.json";

/** What the files of a set are, which is also how their names end. */
export type FileKind = "parquet" | "segment";

function manifestSchemaOf(kind: FileKind) {
  const file = z.string().regex(new RegExp(`^[\\w-]+\\.${kind}$`));
  return z.object({
    format: z.literal(1),
    files: z.array(
      z.object({
        /** What the file holds; one file per key. */
        key: z.string(),
        file,
        rows: z.int().min(0),
      }),
    ),
    /** Files of the state before this one, kept for readers that started with it. */
    retired: z.array(file),
  });
}

const SCHEMAS = { parquet: manifestSchemaOf("parquet"), segment: manifestSchemaOf("segment") };

/** One immutable file of a {@link FileSet}, or one that a commit adds at a path from `newPath`. */
export interface SetFile {
  readonly key: string;
  /** Absolute. */
  readonly path: string;
  readonly rows: number;
}

/**
 * A folder of immutable files, of which a manifest names the current ones. A change writes new files and then
 * replaces the manifest: until then a crash leaves the old state, and readers never see a mixture.
 */
export interface FileSet {
  /** The current files, ordered by key. */
  files(): Promise<readonly SetFile[]>;
  /** An absolute path for a new file; it counts for nothing until it is committed. */
  newPath(): string;
  /**
   * Makes these files the current ones for their keys, and no file that of the keys to leave; the other keys stay. Call it
   * under the write lock.
   */
  commit(files: readonly SetFile[], leave?: readonly string[]): Promise<void>;
}

/** Opens the set in `folder`, which is made when missing, for its owner only. */
export async function openFileSet(folder: string, kind: FileKind): Promise<FileSet> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    files: () => currentFiles(folder, kind),
    newPath: () => join(folder, `${randomUUID()}.${kind}`),
    commit: (files, leave = []) => commit(folder, kind, files, leave),
  };
}

/** The current files of the set in `folder`, ordered by key; none where nothing was ever written. */
export async function currentFiles(folder: string, kind: FileKind): Promise<readonly SetFile[]> {
  const { files } = await readManifest(folder, kind);
  return files.map(({ key, file, rows }) => ({ key, path: join(folder, file), rows }));
}

type Manifest = z.infer<ReturnType<typeof manifestSchemaOf>>;

async function readManifest(folder: string, kind: FileKind): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      return { format: 1, files: [], retired: [] };
    }
    throw new AdapterError("unavailable", `cannot read ${path}; check its permissions`, { cause });
  }
  const parsed = SCHEMAS[kind].safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AdapterError(
    "invalid",
    `${path} is damaged or was written by another version of Apex; move ${folder} away to start with an empty store`,
    { cause: parsed.error },
  );
}

async function commit(
  folder: string,
  kind: FileKind,
  added: readonly SetFile[],
  leave: readonly string[],
): Promise<void> {
  const before = await readManifest(folder, kind);
  for (const { path } of added) await syncFile(path);
  const keys = new Set([...leave, ...added.map(({ key }) => key)]);
  const files = [
    ...before.files.filter(({ key }) => !keys.has(key)),
    ...added.map(({ key, path, rows }) => ({ key, file: path.slice(folder.length + 1), rows })),
  ].sort((a, b) => (a.key < b.key ? -1 : 1));
  const retired = before.files.filter(({ key }) => keys.has(key)).map(({ file }) => file);
  const after: Manifest = { format: 1, files, retired };
  await replaceFile(join(folder, MANIFEST), `${JSON.stringify(after, null, 2)}\n`);
  await removeOthers(folder, after);
}

/** Removes what neither this state nor the one before needs: older files, and what crashed writers left. */
async function removeOthers(folder: string, manifest: Manifest): Promise<void> {
  const needed = new Set([MANIFEST, ...manifest.retired, ...manifest.files.map(({ file }) => file)]);
  for (const name of await readdir(folder)) {
    if (!needed.has(name)) await rm(join(folder, name), { force: true });
  }
}
