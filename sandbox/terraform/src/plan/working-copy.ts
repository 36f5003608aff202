import { mkdir, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { AdapterError } from "@apex/core";
import { copyTree, createCopyBudget, type CopyBudget } from "./copy-tree.ts";
import { isLocalSource, jsonModuleCalls, moduleCalls, outwardPaths } from "./hcl-modules.ts";
import { createPrivateDirectory } from "./private-directory.ts";
import { isDirectory, readIfFile, statOrUndefined } from "./file-probe.ts";

/** A module that Terraform would have to fetch. */
export interface RemoteModule {
  readonly name: string;
  readonly source: string;
  /** Relative to the root directory. */
  readonly directory: string;
}

/** A private copy of a configuration, in which Terraform may write. */
export interface WorkingCopy {
  /** The copy of the root directory. */
  readonly root: string;
  /** The private directory that holds everything; ours to use beside the tree. */
  readonly home: string;
  /** The text of all Terraform files that were copied, to look for types in. */
  readonly sources: readonly string[];
  /** The copies of all directories that hold Terraform files. */
  readonly moduleDirectories: ReadonlySet<string>;
  readonly remoteModules: readonly RemoteModule[];
  /** What was left out and why, as sentences. */
  readonly notes: readonly string[];
  /** Copies one more directory of the user's; it may not hold links that lead out of it. */
  add(directory: string): Promise<void>;
  /** Where a path of the user's, absolute or relative to the root directory, lies in the copy. */
  locate(path: string): string;
  remove(): Promise<void>;
}

/** What to copy. Paths are absolute or relative to `directory`. */
export interface CopyRequest {
  readonly directory: string;
  readonly extraFiles: readonly string[];
  readonly overlay: ReadonlyMap<string, string>;
}

const DIRECTORIES_MAX = 500;
const live = new Set<string>();

process.on("exit", () => {
  for (const home of live) rmSync(home, { recursive: true, force: true });
});

interface Collected {
  readonly directories: Set<string>;
  readonly files: Set<string>;
  /** The highest directories on the way of relative paths: `../../modules/a` climbs there before it goes down again. */
  readonly summits: Set<string>;
  readonly remoteModules: RemoteModule[];
}

function summitOf(base: string, path: string): string {
  const climb = path.split("/").filter((part) => part !== "." && part !== "");
  const level = climb.findIndex((part) => part !== "..");
  return resolve(base, ...climb.slice(0, level < 0 ? climb.length : level));
}

/** Directories and files outside of `root` that the configuration points at, found from module to module. */
async function collectOutside(
  root: string,
  texts: (directory: string) => Promise<readonly { path: string; text: string }[]>,
): Promise<Collected> {
  const found: Collected = {
    directories: new Set([root]),
    files: new Set(),
    summits: new Set(),
    remoteModules: [],
  };
  const queue = [root];
  const seen = new Set(queue);
  for (let directory = queue.shift(); directory !== undefined; directory = queue.shift()) {
    for (const { path, text } of await texts(directory)) {
      const calls = path.endsWith(".json") ? jsonModuleCalls(text) : moduleCalls(text);
      for (const { name, source } of calls) {
        if (!isLocalSource(source)) {
          found.remoteModules.push({ name, source, directory: relative(root, directory) || "." });
          continue;
        }
        const target = resolve(directory, source);
        found.directories.add(target);
        found.summits.add(summitOf(directory, source));
        if (seen.has(target)) continue;
        if (seen.size >= DIRECTORIES_MAX) {
          throw new AdapterError("invalid", `${root} calls more than ${DIRECTORIES_MAX} modules.`);
        }
        seen.add(target);
        queue.push(target);
      }
      for (const outward of outwardPaths(text)) {
        for (const base of new Set([directory, root])) await addOutward(base, outward, found);
      }
    }
  }
  return found;
}

/** Adds the file or directory that a relative path leads to, if there is one. */
async function addOutward(base: string, outward: string, found: Collected): Promise<void> {
  const path = resolve(base, outward);
  const stat = await statOrUndefined(path);
  if (stat?.isFile() === true) found.files.add(path);
  else if (stat?.isDirectory() === true) found.directories.add(path);
  else return;
  found.summits.add(summitOf(base, outward));
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}

function commonAncestor(paths: readonly string[]): string {
  let ancestor = paths[0] ?? "/";
  for (const path of paths) while (!isInside(path, ancestor)) ancestor = dirname(ancestor);
  return ancestor;
}

/**
 * Copies a Terraform root directory, the local modules and files it points at and the given extra files into a private
 * directory, with the same paths to each other, and writes the overlay's texts in place of the originals. The user's
 * directory is only read. Throws an AdapterError when the directory is missing or too large.
 */
export async function createWorkingCopy(request: CopyRequest): Promise<WorkingCopy> {
  const given = resolve(request.directory);
  if (!(await isDirectory(given))) {
    throw new AdapterError(
      "not-found",
      `${given} is not a directory; give the one that holds the .tf files.`,
    );
  }
  const root = await realpath(given);
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(root, path));
  const overlay = new Map([...request.overlay].map(([path, text]) => [absolute(path), text]));
  const budget = createCopyBudget();
  const found = await collectOutside(root, (directory) => terraformFiles(directory, overlay));
  for (const path of request.extraFiles) found.files.add(absolute(path));
  const outermost = [...found.directories].filter(
    (directory) => ![...found.directories].some((other) => other !== directory && isInside(directory, other)),
  );
  const boundary = commonAncestor([
    dirname(root),
    ...outermost,
    ...found.summits,
    ...[...found.files, ...overlay.keys()].map(dirname),
  ]);

  const home = await createPrivateDirectory(await realpath(tmpdir()));
  live.add(home);
  const remove = async () => {
    await rm(home, { recursive: true, force: true });
    live.delete(home);
  };
  try {
    const tree = join(home, "tree");
    const locate = (path: string) => join(tree, relative(boundary, absolute(path)));
    const project = await projectOf(commonAncestor([...outermost, ...[...found.files].map(dirname)]));
    const sources: string[] = [];
    const moduleDirectories = new Set<string>();
    const onText = (path: string, text: string) => {
      sources.push(text);
      moduleDirectories.add(dirname(locate(path)));
    };
    await fill({ locate, project, outermost, files: found.files, overlay, budget, onText });
    await mkdir(locate(root), { recursive: true });
    return {
      root: locate(root),
      home,
      sources,
      moduleDirectories,
      remoteModules: found.remoteModules,
      notes: budget.notes,
      add: (directory) => {
        const to = locate(directory);
        return copyTree({ from: absolute(directory), to, boundary: absolute(directory), budget, onText });
      },
      locate,
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function terraformFiles(
  directory: string,
  overlay: ReadonlyMap<string, string>,
): Promise<readonly { path: string; text: string }[]> {
  const names = await readdir(directory).catch(() => []);
  const paths = new Set(names.map((name) => join(directory, name)));
  for (const path of overlay.keys()) if (dirname(path) === directory) paths.add(path);
  const files: { path: string; text: string }[] = [];
  for (const path of paths) {
    if (!/\.(tf|tofu)(\.json)?$/.test(path)) continue;
    const text = overlay.get(path) ?? (await readIfFile(path));
    if (text !== undefined) files.push({ path, text });
  }
  return files;
}

/** The checkout that a directory belongs to, else the directory: links may lead anywhere inside. */
async function projectOf(directory: string): Promise<string> {
  for (let candidate = directory; dirname(candidate) !== candidate; candidate = dirname(candidate)) {
    if ((await statOrUndefined(join(candidate, ".git"))) !== undefined) return candidate;
  }
  return directory;
}

interface Filling {
  readonly locate: (path: string) => string;
  readonly project: string;
  readonly outermost: readonly string[];
  readonly files: ReadonlySet<string>;
  readonly overlay: ReadonlyMap<string, string>;
  readonly budget: CopyBudget;
  readonly onText: (path: string, text: string) => void;
}

async function fill(filling: Filling): Promise<void> {
  const { locate, outermost, files, overlay, budget } = filling;
  const onText = (path: string, text: string) => {
    if (!overlay.has(path)) filling.onText(path, text);
  };
  for (const directory of outermost) {
    await copyTree({ from: directory, to: locate(directory), boundary: filling.project, budget, onText });
  }
  for (const file of files) {
    if (outermost.some((directory) => isInside(file, directory))) continue;
    await mkdir(dirname(locate(file)), { recursive: true });
    await copyTree({ from: file, to: locate(file), boundary: filling.project, budget, onText });
  }
  for (const [path, text] of overlay) {
    await mkdir(dirname(locate(path)), { recursive: true });
    // The original may be read-only, and so may its copy.
    await rm(locate(path), { force: true });
    await writeFile(locate(path), text);
    filling.onText(path, text);
  }
}
