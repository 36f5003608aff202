import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownedPrefix } from "@apex/core";
import { PROCESSES } from "@apex/core/node";

/** A private temporary folder that is removed with everything in it when disposed. */
export interface Scratch extends AsyncDisposable {
  readonly folder: string;
}

const live = new Set<string>();

process.on("exit", () => {
  for (const folder of live) rmSync(folder, { recursive: true, force: true });
});

/**
 * Makes a {@link Scratch} under the system's temporary folder, readable by this user alone. It goes with the process at the
 * latest; its name tells a reaper whose it was when the process is killed.
 */
export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), ownedPrefix("collect", PROCESSES)));
  live.add(folder);
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      await rm(folder, { recursive: true, force: true });
      live.delete(folder);
    },
  };
}
