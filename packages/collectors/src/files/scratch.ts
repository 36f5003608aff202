import { readFileSync, readlinkSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownedPrefix, type ProcessTable } from "@apex/core";

const PROCESSES: ProcessTable = {
  pid: process.pid,
  readText: (path) => readFileSync(path, "utf8"),
  readLink: (path) => readlinkSync(path),
  probe: (pid) => process.kill(pid, 0),
};

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
