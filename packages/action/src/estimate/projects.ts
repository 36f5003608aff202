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

/** Those of `known` that a path names or a pattern matches. */
function selected(known: readonly string[], pattern: string): readonly string[] {
  if (known.includes(pattern)) return [pattern];
  return GLOB.test(pattern) ? known.filter((each) => path.posix.matchesGlob(each, pattern)) : [];
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
async function varFilesOf(
  trees: readonly SideTree[],
  directory: string,
  request: { readonly prefix: string; readonly varFiles: readonly string[] },
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const given of request.varFiles) {
    const candidates = [
      inRepository(directory, given),
      requireInside("var-files", request.prefix, given),
    ].filter((each) => each !== undefined);
    let file: string | undefined;
    for (const candidate of candidates) {
      for (const tree of trees) if (await hasFile(tree, candidate)) file ??= candidate;
    }
    if (file === undefined) {
      throw new AdapterError(
        "not-found",
        `var-files: there is no ${given} in ${directory} nor in the repository`,
      );
    }
    found.push(file);
  }
  return found;
}

/** Below the directory that the workflow works in. */
function isWithin(prefix: string, directory: string): boolean {
  return prefix === "" || directory === prefix || directory.startsWith(`${prefix}/`);
}

/**
 * The root modules of both sides that the workflow means, ordered by directory: those that `path` names or matches, else all that are
 * found. Throws an AdapterError for a path that is on neither side, or when nothing is found.
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
      throw new AdapterError(
        "not-found",
        `path: ${JSON.stringify(given)} holds no root module on either side of the change: name directories with .tf files`,
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
  return Promise.all(
    [...directories].toSorted().map(async (directory) => ({
      directory,
      varFiles: await varFilesOf(trees, directory, request),
    })),
  );
}
