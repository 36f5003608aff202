import { mkdir, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { AdapterError } from "@apex/core";
import { copyTree, createCopyBudget, type CopyBudget } from "./copy-tree.ts";
import { collectOutside, type ModuleSource, type SourceText } from "./collect-outside.ts";
import type { ModuleCall } from "./hcl-modules.ts";
import { isInside, type Project } from "../trust/project.ts";
import { isDirectory, isTerraformFile, readIfFile, statOrUndefined } from "./file-probe.ts";

/** A module that Terraform would have to fetch. */
export interface RemoteModule extends ModuleCall {
  /** Relative to the root directory. */
  readonly directory: string;
}

/** A private copy of a configuration, in which Terraform may write. */
export interface WorkingCopy {
  /** The copy of the root directory. */
  readonly root: string;
  /** The private directory that holds everything; ours to use beside the tree. */
  readonly home: string;
  /** The directory in it that holds all of the copy, with the same paths to each other as the originals. */
  readonly tree: string;
  /** The text of all Terraform files that were copied, to look for types in. */
  readonly sources: readonly string[];
  /** The root directory's files and those of the local modules that are called, by the user's paths. */
  readonly modules: readonly ModuleSource[];
  /** The copies of all directories that hold Terraform files. */
  readonly moduleDirectories: ReadonlySet<string>;
  readonly remoteModules: readonly RemoteModule[];
  /** What was left out and why, as sentences. */
  readonly notes: readonly string[];
  /** Copies one more directory of the user's; it may not hold links that lead out of it. */
  add(directory: string): Promise<void>;
  /** Where a path of the user's, absolute or relative to the root directory, lies in the copy. */
  locate(path: string): string;
}

/** What to copy. Paths are absolute or relative to `directory`. */
export interface CopyRequest {
  readonly directory: string;
  readonly extraFiles: readonly string[];
  readonly overlay: ReadonlyMap<string, string>;
  /** An empty directory of ours, for the copy. */
  readonly home: string;
  /** What the configuration may bring along; `null`: whatever it points at, because the user vouches for it. */
  readonly project: Project | null;
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
  const root = await rootOf(request.directory);
  const { home } = request;
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(root, path));
  const overlay = new Map([...request.overlay].map(([path, text]) => [absolute(path), text]));
  const budget = createCopyBudget();
  const texts = (directory: string) => terraformFiles(directory, overlay);
  const found = await collectOutside({ root, project: request.project, texts });
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
  const tree = join(home, "tree");
  const locate = (path: string) => join(tree, relative(boundary, absolute(path)));
  const sources: string[] = [];
  const moduleDirectories = new Set<string>();
  const onText = (path: string, text: string) => {
    sources.push(text);
    moduleDirectories.add(dirname(locate(path)));
  };
  const whole = await projectOf(commonAncestor([...outermost, ...[...found.files].map(dirname)]));
  const linksWithin = (from: string) =>
    request.project === null ? whole : (request.project.checkout ?? from);
  await fill({ locate, linksWithin, outermost, files: found.files, overlay, budget, onText });
  await mkdir(locate(root), { recursive: true });
  for (const path of found.left) budget.notes.push(`${path} was left out: it lies outside of the project`);
  return {
    root: locate(root),
    home,
    tree,
    sources,
    moduleDirectories,
    modules: found.modules,
    remoteModules: found.remoteModules,
    notes: budget.notes,
    add: (directory) => {
      const to = locate(directory);
      return copyTree({ from: absolute(directory), to, boundary: absolute(directory), budget, onText });
    },
    locate,
  };
}

/** The real path of a root directory. Throws an AdapterError when there is none. */
export async function rootOf(directory: string): Promise<string> {
  const given = resolve(directory);
  if (await isDirectory(given)) return realpath(given);
  throw new AdapterError("not-found", `${given} is not a directory; give the one that holds the .tf files.`);
}

/** The Terraform files of a directory, with edited texts in place of theirs. */
export async function terraformFiles(
  directory: string,
  overlay: ReadonlyMap<string, string>,
): Promise<readonly SourceText[]> {
  const names = await readdir(directory).catch(() => []);
  const paths = new Set(names.map((name) => join(directory, name)));
  for (const path of overlay.keys()) if (dirname(path) === directory) paths.add(path);
  const files: SourceText[] = [];
  for (const path of paths) {
    if (!isTerraformFile(path)) continue;
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
  /** The directory that links in what is copied from `from` may not leave. */
  readonly linksWithin: (from: string) => string;
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
    await copyTree({
      from: directory,
      to: locate(directory),
      boundary: filling.linksWithin(directory),
      budget,
      onText,
    });
  }
  for (const file of files) {
    if (outermost.some((directory) => isInside(file, directory))) continue;
    await mkdir(dirname(locate(file)), { recursive: true });
    await copyTree({
      from: file,
      to: locate(file),
      boundary: filling.linksWithin(dirname(file)),
      budget,
      onText,
    });
  }
  for (const [path, text] of overlay) {
    await mkdir(dirname(locate(path)), { recursive: true });
    // The original may be read-only, and so may its copy.
    await rm(locate(path), { force: true });
    await writeFile(locate(path), text);
    filling.onText(path, text);
  }
}
