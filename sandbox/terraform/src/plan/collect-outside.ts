import { realpath } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { AdapterError } from "@apex/core";
import { mayCall, mayRead, type Project } from "../trust/project.ts";
import { statOrUndefined } from "./file-probe.ts";
import { isLocalSource, jsonModuleCalls, moduleCalls, outwardPaths } from "./hcl-modules.ts";
import type { RemoteModule } from "./working-copy.ts";

const DIRECTORIES_MAX = 500;

/** What a configuration points at. */
export interface Outside {
  /** The root directory and those that are pointed at. */
  readonly directories: Set<string>;
  readonly files: Set<string>;
  /** The highest directories on the way of relative paths: `../../modules/a` climbs there before it goes down again. */
  readonly summits: Set<string>;
  /** The root directory and the modules that are called. */
  readonly modules: ModuleSource[];
  readonly remoteModules: RemoteModule[];
  /** What lies outside of the project, and is not looked at. */
  readonly left: Set<string>;
}

/** One Terraform file. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** A directory with the Terraform files in it, overrides included. */
export interface ModuleSource {
  readonly directory: string;
  readonly files: readonly SourceText[];
  /** Whether calls lead here that do not say so: those of modules that were fetched. */
  readonly isFetched?: boolean;
}

/** How to look around. */
export interface Search {
  readonly root: string;
  /** Its limits count, unless it is `null`: then the user vouches for the configuration. */
  readonly project: Project | null;
  /** The Terraform files of a directory. */
  readonly texts: (directory: string) => Promise<readonly SourceText[]>;
}

function summitOf(base: string, path: string): string {
  const climb = path.split("/").filter((part) => part !== "." && part !== "");
  const level = climb.findIndex((part) => part !== "..");
  return resolve(base, ...climb.slice(0, level < 0 ? climb.length : level));
}

/** Where a path really leads, so that no link on the way gets around a limit. */
async function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function isModule({ project, texts }: Search, directory: string): Promise<boolean> {
  if (project === null) return true;
  const isWithin = mayCall(project, directory) && mayCall(project, await realOf(directory));
  // Without a checkout nothing else tells a module from the user's other directories.
  return isWithin && (project.checkout !== undefined || (await texts(directory)).length > 0);
}

/** Directories and files outside of the root that the configuration points at, found from module to module. */
export async function collectOutside(search: Search): Promise<Outside> {
  const { root } = search;
  const found: Outside = {
    directories: new Set([root]),
    files: new Set(),
    summits: new Set(),
    modules: [],
    remoteModules: [],
    left: new Set(),
  };
  const queue = [root];
  const seen = new Set(queue);
  for (let directory = queue.shift(); directory !== undefined; directory = queue.shift()) {
    const files = await search.texts(directory);
    found.modules.push({ directory, files });
    for (const { path, text } of files) {
      const calls = path.endsWith(".json") ? jsonModuleCalls(text) : moduleCalls(text);
      for (const call of calls) {
        const { source } = call;
        if (!isLocalSource(source)) {
          found.remoteModules.push({ ...call, directory: relative(root, directory) || "." });
          continue;
        }
        const target = resolve(directory, source);
        found.summits.add(summitOf(directory, source));
        if (seen.has(target)) continue;
        if (seen.size >= DIRECTORIES_MAX) {
          throw new AdapterError("invalid", `${root} calls more than ${DIRECTORIES_MAX} modules.`);
        }
        seen.add(target);
        if (await isModule(search, target)) {
          found.directories.add(target);
          queue.push(target);
        } else found.left.add(target);
      }
      for (const outward of outwardPaths(text)) {
        for (const base of new Set([directory, root])) await addOutward(search, { base, outward }, found);
      }
    }
  }
  return found;
}

/** Adds the file or directory that a relative path leads to, if there is one. */
async function addOutward(
  { project }: Search,
  { base, outward }: { readonly base: string; readonly outward: string },
  found: Outside,
): Promise<void> {
  const path = resolve(base, outward);
  const status = await statOrUndefined(path);
  if (status?.isFile() !== true && status?.isDirectory() !== true) return;
  found.summits.add(summitOf(base, outward));
  const isAllowed = (place: string) => project === null || mayRead(project, place, found.directories);
  if (!isAllowed(path) || !isAllowed(await realOf(path))) found.left.add(path);
  else if (status.isFile()) found.files.add(path);
  else found.directories.add(path);
}
