import { rmSync } from "node:fs";
import { chmod, lstat, mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOwnerGone, ownedPrefix, ownerOfName } from "@apex/core";
import { PROCESSES } from "@apex/core/node";

/** Removes what processes that were killed could not; what belongs to others or cannot be removed stays. */
async function removeStale(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const owner = name.startsWith("apex-plan-") ? ownerOfName(name) : undefined;
    if (owner === undefined || !isOwnerGone(owner, PROCESSES)) continue;
    const path = join(parent, name);
    const status = await lstat(path).catch(() => undefined);
    if (status?.isDirectory() !== true || status.uid !== process.getuid?.()) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** Makes a directory that only we may enter. States lie in it: those of processes that were killed are removed here. */
export async function createPrivateDirectory(parent: string): Promise<string> {
  await removeStale(parent);
  return mkdtemp(join(parent, ownedPrefix("plan", PROCESSES)));
}

/** A place on disk for one run. */
export interface Home {
  /** May be opened to every reader: it lies in a directory that only we may enter. */
  readonly path: string;
  remove(): Promise<void>;
}

const live = new Set<string>();

process.on("exit", () => {
  for (const directory of live) rmSync(directory, { recursive: true, force: true });
});

/** Makes a home in the system's temporary directory; it goes with the process at the latest. */
export async function createHome(): Promise<Home> {
  const directory = await createPrivateDirectory(await realpath(tmpdir()));
  live.add(directory);
  const path = join(directory, "run");
  await mkdir(path);
  await chmod(path, 0o755);
  return {
    path,
    remove: async () => {
      await rm(directory, { recursive: true, force: true });
      live.delete(directory);
    },
  };
}
