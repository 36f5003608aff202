import { execFile } from "node:child_process";
import { access, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { AdapterError } from "@apex/core";
import type { FileMemory } from "./file-memory.ts";
import { EXECUTABLE, READABLE, type RootFile, rootFile } from "./root-files.ts";

const run = promisify(execFile);

const ASK_TIMEOUT_MS = 30_000;
const LIBRARIES_MAX = 64;
const LIST_LIBRARIES =
  "process.report.excludeNetwork = true; console.log(JSON.stringify(process.report.getReport().sharedObjects))";
/** Where the loaders of glibc (Debian, Ubuntu, Fedora) and musl (Alpine) look without being told. */
const LOADER_FOLDERS = /^(\/usr)?\/lib(64)?(\/[^/]+-linux-[^/]+)?$/;

/** Node with everything that it needs to run on an otherwise empty root. */
export interface NodeFiles {
  readonly files: readonly RootFile[];
  /** Folders of libraries in which no loader looks by itself. */
  readonly libraryFolders: readonly string[];
}

/** The libraries among the shared objects that Node's report names: no `linux-vdso.so.1`, which is the kernel's. */
export function librariesAmong(sharedObjects: unknown, node: string): readonly string[] {
  if (!Array.isArray(sharedObjects) || sharedObjects.length > LIBRARIES_MAX) {
    throw new AdapterError("invalid", `${node} does not say which libraries it has loaded`);
  }
  const named = sharedObjects.filter((object): object is string => typeof object === "string");
  const libraries = named.filter((object) => path.isAbsolute(object) && object !== node);
  return [...new Set(libraries.map((library) => path.normalize(library)))].toSorted();
}

/**
 * Asks a Node what it has loaded when it has just started. Its loader has found the libraries already, whichever C library
 * it is of; that is surer than to search for them as the loader would.
 */
async function sharedObjectsOf(node: string): Promise<string> {
  const searchPath = process.env["LD_LIBRARY_PATH"];
  try {
    const { stdout } = await run(node, ["-e", LIST_LIBRARIES], {
      env: searchPath === undefined ? {} : { LD_LIBRARY_PATH: searchPath },
      timeout: ASK_TIMEOUT_MS,
    });
    return stdout;
  } catch (error) {
    throw new AdapterError("invalid", `${node} does not run as Node: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A library under the path where the loader has found it. The loader itself is a program, and so is glibc's C library. */
async function libraryFile(library: string, memory: FileMemory): Promise<RootFile> {
  const { mode } = await stat(library);
  return rootFile(library, { path: library, mode: (mode & 0o111) === 0 ? READABLE : EXECUTABLE }, memory);
}

/** The libraries of a Node, remembered as long as it stays the same and they are where they were. */
async function librariesOf(node: string, memory: FileMemory): Promise<readonly string[]> {
  const listed = (text: string) => librariesAmong(JSON.parse(text) as unknown, node);
  const remembered = listed(await memory.recall(node, "shared-objects", () => sharedObjectsOf(node)));
  const areThere = await Promise.all(
    remembered.map((library) =>
      access(library).then(
        () => true,
        () => false,
      ),
    ),
  );
  // A new release of the system may keep Node and move what it loads.
  return areThere.every(Boolean) ? remembered : listed(await sharedObjectsOf(node));
}

/** Collects the files of the Node at `node` for an image, where it becomes `/usr/local/bin/node`. */
export async function nodeFiles(node: string, memory: FileMemory): Promise<NodeFiles> {
  const binary = await realpath(node);
  const libraries = await librariesOf(binary, memory);
  const files = await Promise.all([
    rootFile(binary, { path: "/usr/local/bin/node", mode: EXECUTABLE }, memory),
    ...libraries.map((library) => libraryFile(library, memory)),
  ]);
  const folders = new Set(libraries.map((library) => path.dirname(library)));
  return { files, libraryFolders: [...folders].filter((folder) => !LOADER_FOLDERS.test(folder)) };
}
