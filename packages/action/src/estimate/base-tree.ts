import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import type { Git } from "./git.ts";

/** The files of a commit in a directory of their own. */
export interface BaseTree extends AsyncDisposable {
  readonly root: string;
}

/**
 * Writes a commit's files into a new directory below `parent`. The checkout's index and files stay as they are, and no hook, filter
 * or attribute of the commit has a say: `git archive` would leave out what a commit marks so.
 */
export async function materialise(git: Git, commit: string, parent: string): Promise<BaseTree> {
  await mkdir(parent, { recursive: true });
  const home = await mkdtemp(path.join(parent, "apex-base-"));
  const root = path.join(home, "tree");
  // The planner takes it for a checkout: files beside a root module belong to it as they do on the other side.
  await mkdir(path.join(root, ".git"), { recursive: true });
  const index = { GIT_INDEX_FILE: path.join(home, "index") };
  await git.run(["read-tree", commit], index);
  await git.run(["checkout-index", "--all", "--force", `--prefix=${root}/`], index);
  return { root, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) };
}
