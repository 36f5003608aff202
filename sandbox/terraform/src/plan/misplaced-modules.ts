import { existsSync } from "node:fs";
import { isAbsolute, join, normalize, relative, resolve } from "node:path";
import type { TrustFinding } from "../trust/finding.ts";
import { lineOf } from "../trust/line-of.ts";
import { isInside } from "../trust/project.ts";
import { isLocalSource } from "./hcl-modules.ts";

/** One module of the list that `terraform init` writes; the names are Terraform's. */
export interface InstalledModule {
  /** The path of calls: "network.vpc"; "" is the root. */
  readonly Key: string;
  readonly Source: string;
  readonly Version?: string | undefined;
  /** Relative to the root directory. */
  readonly Dir: string;
}

/** A list of installed modules as it is written. */
interface ModuleList {
  /** Relative to the root directory. */
  readonly path: string;
  readonly text: string;
  readonly modules: readonly InstalledModule[];
}

/** What has been looked through. */
interface LookedThrough {
  readonly root: string;
  /** Absolute directories of the local modules that are called. */
  readonly known: ReadonlySet<string>;
}

/** "a.b.c" is called by "a.b"; the root's key is "". */
function callerOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf(".")));
}

/** Where the entry of a module begins in the list. */
function positionOf(text: string, { Key, Dir }: InstalledModule): number {
  const key = Math.max(0, text.indexOf(JSON.stringify(Key)));
  return Math.max(key, text.indexOf(JSON.stringify(Dir), key));
}

/**
 * Terraform takes modules from wherever its list says, and a list is a file that anybody may have committed: finds the
 * entries that lead elsewhere than to what was fetched, or than their sources say, relative to their callers.
 */
export function misplacedModules(
  { path: file, text, modules }: ModuleList,
  { root, known }: LookedThrough,
): readonly TrustFinding[] {
  const installed = join(root, ".terraform/modules");
  const directories = new Map(modules.map(({ Key, Dir }) => [Key, resolve(root, Dir)]));
  directories.set("", root);
  const isPlaced = ({ Key, Source, Dir }: InstalledModule): boolean => {
    const path = resolve(root, Dir);
    // From the copy a way above the file system's root, or an absolute one, would lead to another place.
    const isPlain = !isAbsolute(Dir) && normalize(Dir) === (relative(root, path) || ".");
    if (!isPlain) return false;
    if (!isLocalSource(Source)) return isInside(path, installed);
    const caller = directories.get(callerOf(Key));
    const isNamed = caller !== undefined && resolve(caller, Source) === path;
    // One that is gone is no longer called, or Terraform says that it is not there.
    return isNamed && (known.has(path) || isInside(path, installed) || !existsSync(path));
  };
  return modules
    .filter((module) => module.Key !== "" && !isPlaced(module))
    .map((module) => ({
      kind: "outside-module",
      file,
      line: lineOf(text, positionOf(text, module)),
      what: `module "${module.Key}" from ${module.Source} is taken from ${module.Dir}, where "terraform init" puts none: remove .terraform/modules and run "terraform init" again`,
    }));
}
