import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { AdapterError } from "@apex/core";
import { type Git, nulSeparated } from "./git.ts";

/** One side of the comparison: the files of a directory. */
export interface SideTree {
  /** Absolute, links resolved. */
  readonly root: string;
  /** Relative to it, with forward slashes; what git ignores is none of them. */
  readonly files: readonly string[];
  /** Whether this run wrote it, and may add to it. */
  readonly isOwn: boolean;
}

const FILES_MAX = 1_000_000;
/** What no checkout is made of. */
const LEFT_OUT = new Set([".git", ".terraform", "node_modules"]);

/** A module that was fetched is no part of the repository, whether or not git was told to ignore it. */
function withoutFetched(files: readonly string[]): readonly string[] {
  return files.filter((file) => !file.split("/").includes(".terraform"));
}

/** The files of the checkout as they lie there, those that are new and not ignored included. */
export async function workingTree(git: Git, root: string): Promise<SideTree> {
  const listed = await git.run([
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
    "--full-name",
  ]);
  const files = [...new Set(withoutFetched(nulSeparated(listed)))].toSorted();
  return { root, files, isOwn: false };
}

/** The files that a commit has and that were written to `root`. */
export async function commitTree(git: Git, commit: string, root: string): Promise<SideTree> {
  const listed = await git.run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]);
  return { root, files: withoutFetched(nulSeparated(listed)), isOwn: true };
}

/** All files of a directory that is no checkout of git's. */
export async function directoryTree(root: string): Promise<SideTree> {
  const files: string[] = [];
  const queue = [""];
  for (let directory = queue.pop(); directory !== undefined; directory = queue.pop()) {
    for (const entry of await readdir(path.join(root, directory), { withFileTypes: true })) {
      const name = directory === "" ? entry.name : `${directory}/${entry.name}`;
      if (LEFT_OUT.has(entry.name)) continue;
      if (entry.isDirectory()) queue.push(name);
      else files.push(name);
      if (files.length > FILES_MAX) {
        throw new AdapterError("invalid", `base: ${root} holds more than ${FILES_MAX} files`);
      }
    }
  }
  return { root, files: files.toSorted(), isOwn: false };
}

/** Whether a tree has the file; a link counts, wherever it leads. */
export async function hasFile(tree: SideTree, file: string): Promise<boolean> {
  return lstat(path.join(tree.root, file)).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}
