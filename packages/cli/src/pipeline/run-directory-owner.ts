import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { isOwnerGone, ownedPrefix, ownerOfName } from "@apex/core";
import { PROCESSES } from "@apex/core/node";

/** A directory that only this user may enter; removed with everything in it when disposed. */
export interface OwnedDirectory extends AsyncDisposable {
  readonly path: string;
}

const live = new Set<string>();

// A second Ctrl-C disposes of nothing, but still comes here.
process.on("exit", () => {
  for (const directory of live) rmSync(directory, { recursive: true, force: true });
});

/** Makes a directory that goes with this process at the latest; its name says whose it was when the process is killed. */
export async function makeOwnedDirectory(kind: "state" | "run", parent: string): Promise<OwnedDirectory> {
  const directory = await mkdtemp(path.join(parent, ownedPrefix(kind, PROCESSES)));
  live.add(directory);
  return {
    path: directory,
    [Symbol.asyncDispose]: async () => {
      await rm(directory, { recursive: true, force: true });
      live.delete(directory);
    },
  };
}

/** Whether the process that made a directory of this name has ended; `undefined` when the name is none of ours. */
export function isLeftBehind(name: string): boolean | undefined {
  const owner = ownerOfName(name);
  return owner === undefined ? undefined : isOwnerGone(owner, PROCESSES);
}
