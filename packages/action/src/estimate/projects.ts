import path from "node:path";
import { AdapterError } from "@apex/core";
import { findRootModules } from "@apex/sandbox-terraform";
import { hasFile, type SideTree } from "./side-tree.ts";

/** A root module with what it is planned with; paths are relative to the repository. */
export interface Project {
  /** "." for the root of the repository. */
  readonly directory: string;
  readonly varFiles: readonly string[];
}

/** A path of the workflow's, relative to where it works, as one relative to the repository; `undefined` outside of it. */
function inRepository(prefix: string, given: string): string | undefined {
  const joined = path.posix
    .normalize(path.posix.join(prefix, given.replaceAll("\\", "/")))
    .replace(/\/$/, "");
  const isOutside = joined === ".." || joined.startsWith("../") || path.posix.isAbsolute(given);
  return isOutside ? undefined : joined;
}

function requireInside(input: string, prefix: string, given: string): string {
  const found = inRepository(prefix, given);
  if (found !== undefined) return found;
  throw new AdapterError(
    "invalid",
    `${input}: ${JSON.stringify(given)} lies outside of the repository: give a path relative to it`,
  );
}

const GLOB = /[*?[{]/;

/** Whether a path can mean several directories. */
export function isPattern(given: string): boolean {
  return GLOB.test(given);
}

/** Those of `known` that a path names or a pattern matches. */
function selected(known: readonly string[], pattern: string): readonly string[] {
  if (known.includes(pattern)) return [pattern];
  return isPattern(pattern) ? known.filter((each) => path.posix.matchesGlob(each, pattern)) : [];
}

function directoryIn(tree: SideTree, directory: string): boolean {
  const own = directory === "." ? "" : `${directory}/`;
  return tree.files.some(
    (file) =>
      file.startsWith(own) && !file.slice(own.length).includes("/") && /\.(tf|tofu)(\.json)?$/.test(file),
  );
}

/** Whether a side has the root module at all. */
export function hasProject(tree: SideTree, { directory }: Project): boolean {
  return directoryIn(tree, directory);
}

/** A variable file lies beside the root module, where the name is one there, else in the repository. */
async function varFileOf(
  trees: readonly SideTree[],
  directory: string,
  request: { readonly prefix: string; readonly given: string },
): Promise<string | undefined> {
  const { prefix, given } = request;
  const candidates = [inRepository(directory, given), requireInside("var-files", prefix, given)];
  for (const candidate of candidates.filter((each) => each !== undefined)) {
    for (const tree of trees) if (await hasFile(tree, candidate)) return candidate;
  }
  return undefined;
}

/** The root modules, each with the variable files that it has. Throws an AdapterError for one that none has. */
async function withVarFiles(
  trees: readonly SideTree[],
  directories: readonly string[],
  request: { readonly prefix: string; readonly varFiles: readonly string[] },
): Promise<readonly Project[]> {
  const found = new Map<string, string[]>(directories.map((directory) => [directory, []]));
  for (const given of request.varFiles) {
    let isFound = false;
    for (const [directory, files] of found) {
      const file = await varFileOf(trees, directory, { prefix: request.prefix, given });
      if (file === undefined) continue;
      isFound = true;
      files.push(file);
    }
    if (isFound) continue;
    const shown = directories.length > 5 ? [...directories.slice(0, 5), "..."] : directories;
    throw new AdapterError(
      "not-found",
      `var-files: there is no ${given} in any root module (${shown.join(", ")}) nor in the repository`,
    );
  }
  return [...found].map(([directory, varFiles]) => ({ directory, varFiles }));
}

/** Below the directory that the workflow works in. */
function isWithin(prefix: string, directory: string): boolean {
  return prefix === "" || directory === prefix || directory.startsWith(`${prefix}/`);
}

/**
 * The root modules of all sides that the workflow means, ordered by directory: those that `path` names or matches, else all that are
 * found. Throws an AdapterError for a path that is on no side, or when nothing is found.
 */
export async function findProjects(
  trees: readonly SideTree[],
  request: {
    /** Where the workflow works, relative to the repository; "" for its root. */
    readonly prefix: string;
    readonly paths: readonly string[];
    readonly varFiles: readonly string[];
  },
): Promise<readonly Project[]> {
  const roots = await Promise.all(trees.map((tree) => findRootModules(tree.root, tree.files)));
  const known = [...new Set(roots.flat())].filter((each) => isWithin(request.prefix, each)).toSorted();
  const directories = new Set(request.paths.length === 0 ? known : []);
  for (const given of request.paths) {
    const pattern = requireInside("path", request.prefix, given);
    const matches = trees.some((tree) => directoryIn(tree, pattern)) ? [pattern] : selected(known, pattern);
    if (matches.length === 0) {
      const where = trees.length > 1 ? " on either side of the change" : "";
      throw new AdapterError(
        "not-found",
        `path: ${JSON.stringify(given)} holds no root module${where}: name directories with .tf files`,
      );
    }
    for (const each of matches) directories.add(each);
  }
  if (directories.size === 0) {
    throw new AdapterError(
      "not-found",
      "the repository has no root module of Terraform's: name its directory with `path`, or give `plan-json` the plans that you have",
    );
  }
  return withVarFiles(trees, [...directories].toSorted(), request);
}
