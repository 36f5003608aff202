import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { AdapterError, type Reaped } from "@apex/core";
import type { DockerEngine } from "../connect.ts";
import { type CgroupLayout, cgroupLayout } from "../meter/cgroup-layout.ts";
import { recordFolder } from "../run/record-folder.ts";
import { reapEngine, type EngineFinds } from "./reap-engine.ts";
import { reapDirectories } from "./reap-directories.ts";
import { findAbandonedRecords, reapRecords } from "./reap-records.ts";

/** The engine finishes what a process asked it for just before it died. So long after that nothing more comes. */
const QUIET_MS = 1_500;
const PASS_PAUSE_MS = 100;
/** A bound for a host on which somebody dies all the time. */
const PASSES_MAX = 200;

/** What a reaping does. */
export interface ReapOptions {
  /** Finds, and removes nothing. */
  readonly dryRun: boolean;
  /** Epoch milliseconds: leases that end before are over. */
  readonly now: number;
}

/** What could not be removed, and why. */
export type ReapFailures = string[];

const NONE: EngineFinds = { containers: [], networks: [], volumes: [] };

function merged(finds: readonly EngineFinds[]): EngineFinds {
  const all = (of: keyof EngineFinds) => [...new Set(finds.flatMap((find) => find[of]))].toSorted();
  return { containers: all("containers"), networks: all("networks"), volumes: all("volumes") };
}

function isEmpty({ containers, networks, volumes }: EngineFinds): boolean {
  return containers.length + networks.length + volumes.length === 0;
}

/** Removes what the engine has of the dead, and again what it was still making for one that has died just now. */
async function reapUntilQuiet(
  engine: DockerEngine,
  options: ReapOptions,
  hasDiedJustNow: boolean,
  failures: ReapFailures,
): Promise<EngineFinds> {
  const first = await reapEngine(engine.docker, options, failures);
  if (options.dryRun || (isEmpty(first) && !hasDiedJustNow)) return first;
  const finds = [first];
  let quietSinceMs = performance.now();
  for (let pass = 0; pass < PASSES_MAX && performance.now() - quietSinceMs < QUIET_MS; pass++) {
    await pause(PASS_PAUSE_MS);
    failures.length = 0;
    const find = await reapEngine(engine.docker, options, failures);
    if (!isEmpty(find)) quietSinceMs = performance.now();
    finds.push(find);
  }
  return merged(finds);
}

/** `undefined` where this machine's control groups are none of the engine's: then none of them is ours. */
async function layoutOf(engine: DockerEngine): Promise<CgroupLayout | undefined> {
  const mounts = await readFile("/proc/self/mounts", "utf8").catch(() => "");
  try {
    return cgroupLayout(engine.facts, mounts);
  } catch (error) {
    if (error instanceof AdapterError) return undefined;
    throw error;
  }
}

/**
 * Removes what has outlived its lease or whose owner is dead: containers, networks with their firewall rules, volumes, control
 * groups, and folders for temporary files. Never touches what lives, or what is not labelled as ours. Throws an AdapterError
 * when something could not be removed, after everything else has been.
 */
export async function reap(engine: DockerEngine | undefined, options: ReapOptions): Promise<Reaped> {
  const failures: ReapFailures = [];
  const folder = recordFolder();
  const directories = await reapDirectories(options);
  const records = await findAbandonedRecords(folder, options.now);
  const isFresh = directories.length > 0 || records.some((record) => record.isFresh);
  const found = engine === undefined ? NONE : await reapUntilQuiet(engine, options, isFresh, failures);
  const layout = engine === undefined ? undefined : await layoutOf(engine);
  const { cgroups, files } = await reapRecords({ engine, layout, folder }, records, options);
  if (failures.length > 0) {
    throw new AdapterError(
      "unavailable",
      `not everything could be removed: ${failures.join("; ")}. Try again.`,
    );
  }
  return { ...found, cgroups, directories: [...files, ...directories] };
}
