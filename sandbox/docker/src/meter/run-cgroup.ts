import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rmdir, stat, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { type CgroupLayout, cgroupDirectory, mountPoints, rootCgroup, runCgroup } from "./cgroup-layout.ts";

const run = promisify(execFile);

/**
 * Of 1,024 that every process outside of groups has: on version 1 those compete with all of our containers together, one by
 * one, so that a few busy ones would starve what is being measured. Quotas and CPU sets bound it all the same.
 */
const CPU_SHARES = 10_240;
/** The kernel removes a group a moment after its last process is gone. */
const REMOVAL_TRIES = 40;
const REMOVAL_PAUSE_MS = 25;
const SYSTEMCTL_TIMEOUT_MS = 10_000;

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? "");
}

/** Where a run's group is made. */
function hierarchies(layout: CgroupLayout): readonly string[] {
  if (layout.version === 2) return [layout.mounts.get("") ?? ""];
  return mountPoints(layout);
}

async function giveWeight(layout: CgroupLayout, path: string): Promise<void> {
  if (layout.version === 2) return;
  for (const group of [rootCgroup(layout).path, path]) {
    await writeFile(`${cgroupDirectory(layout, "cpu", group)}/cpu.shares`, String(CPU_SHARES));
  }
}

/**
 * Makes the group of a run, so that it outlives its containers and counts from zero. Without the right to do so the engine
 * makes it with the first container; under systemd it then ends with the last one, and `false` says that this will be.
 */
export async function openRunCgroup(layout: CgroupLayout, runId: string): Promise<boolean> {
  const { parent, path } = runCgroup(layout, runId);
  try {
    if (layout.driver === "systemd")
      await run("systemctl", ["start", parent], { timeout: SYSTEMCTL_TIMEOUT_MS });
    else {
      for (const mount of hierarchies(layout)) await mkdir(`${mount}/${path}`, { recursive: true });
      await giveWeight(layout, path);
    }
    return true;
  } catch (error) {
    if (layout.driver === "systemd" || ["EACCES", "EPERM", "EROFS"].includes(codeOf(error))) {
      return layout.driver === "cgroupfs";
    }
    throw error;
  }
}

async function childrenOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${directory}/${name}`);
}

/** Kills what runs in a group and below it. */
async function killMembers(directory: string): Promise<void> {
  for (const child of await childrenOf(directory)) await killMembers(child);
  const members = await readFile(`${directory}/cgroup.procs`, "utf8").catch(() => "");
  for (const line of members.split("\n")) {
    const pid = Number(line);
    // A process that this PID namespace does not see is 0 here, and 0 and 1 would mean others.
    if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile, or is not ours to kill.
    }
  }
}

/**
 * Kills what runs in the group of a run that has no containers: a container that an engine was just starting when it was
 * killed lives on, and no engine knows of it.
 */
export async function killStrays(layout: CgroupLayout, runId: string): Promise<void> {
  for (const directory of await runCgroupDirectories(layout, runId)) await killMembers(directory);
}

/** An engine that was killed leaves the groups of its containers within the run's. What still holds a process stays. */
async function removeChildren(directory: string): Promise<void> {
  for (const child of await childrenOf(directory)) {
    await removeChildren(child);
    await rmdir(child).catch(() => {});
  }
}

async function removeDirectory(directory: string): Promise<boolean> {
  for (let tries = 0; tries < REMOVAL_TRIES; tries++) {
    try {
      await rmdir(directory);
      return true;
    } catch (error) {
      if (codeOf(error) !== "EBUSY") return false;
    }
    await killMembers(directory);
    await removeChildren(directory);
    await pause(REMOVAL_PAUSE_MS);
  }
  return false;
}

/** The directories of a run's group that are there. */
export async function runCgroupDirectories(layout: CgroupLayout, runId: string): Promise<readonly string[]> {
  const { path } = runCgroup(layout, runId);
  const candidates = mountPoints(layout).map((mount) => `${mount}/${path}`);
  const found = await Promise.all(
    candidates.map((directory) =>
      stat(directory).then(
        () => directory,
        () => undefined,
      ),
    ),
  );
  return found.filter((directory) => directory !== undefined);
}

/**
 * Removes a run's group wherever it is, and the group of all runs when it was the last. What still runs there is killed, so the
 * run's containers have to be gone. What is not ours to kill or to remove stays. Returns the directories that it removed.
 */
export async function removeRunCgroup(layout: CgroupLayout, runId: string): Promise<readonly string[]> {
  const directories = await runCgroupDirectories(layout, runId);
  if (layout.driver === "systemd" && directories.length > 0) {
    await run("systemctl", ["stop", runCgroup(layout, runId).parent], {
      timeout: SYSTEMCTL_TIMEOUT_MS,
    }).catch(() => {});
  }
  const removed = await Promise.all(directories.map(removeDirectory));
  const { path } = rootCgroup(layout);
  // Fails for as long as there is another run: that is meant.
  for (const mount of mountPoints(layout)) await rmdir(`${mount}/${path}`).catch(() => {});
  return directories.filter((_directory, index) => removed[index]);
}
