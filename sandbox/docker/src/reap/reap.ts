import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { AdapterError, type Reaped, type ReapedReading } from "@apex/core";
import type { DockerEngine } from "../connect.ts";
import { reapImages } from "../images/abandoned-images.ts";
import { type CgroupLayout, cgroupLayout } from "../meter/cgroup-layout.ts";
import type { Meter } from "../meter/run-reading.ts";
import { recordFolder } from "../run/record-folder.ts";
import { type EngineFinds, type ReapContext, reapEngine } from "./reap-engine.ts";
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
  /** Folders of stores that hold the inputs of runs; the system's temporary directory is always looked through. */
  readonly inputFolders?: readonly string[];
  /**
   * Told what a run has used before its counters are removed. Where it throws they stay for the next try, whoever makes it: what a
   * database did not take is not lost with this process.
   */
  readonly keep?: (reading: ReapedReading) => Promise<void>;
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
  { docker }: DockerEngine,
  options: ReapOptions,
  context: ReapContext & { readonly hasDiedJustNow: boolean },
): Promise<EngineFinds> {
  const first = await reapEngine(docker, options, context);
  if (options.dryRun || (isEmpty(first) && !context.hasDiedJustNow)) return first;
  const finds = [first];
  let quietSinceMs = performance.now();
  for (let pass = 0; pass < PASSES_MAX && performance.now() - quietSinceMs < QUIET_MS; pass++) {
    await pause(PASS_PAUSE_MS);
    context.failures.length = 0;
    const find = await reapEngine(docker, options, context);
    if (!isEmpty(find)) quietSinceMs = performance.now();
    finds.push(find);
  }
  return merged(finds);
}

/** `undefined` where this machine's control groups are none of the engine's: then none of them is ours. */
async function layoutOf(engine: DockerEngine): Promise<CgroupLayout | undefined> {
  if (process.platform !== "linux") return undefined;
  const mounts = await readFile("/proc/self/mounts", "utf8").catch(() => "");
  try {
    return cgroupLayout(engine.facts, mounts);
  } catch (error) {
    if (error instanceof AdapterError) return undefined;
    throw error;
  }
}

/** What reads the usage of the engine's runs here, if anything does. */
async function meterOf(engine: DockerEngine | undefined, folder: string): Promise<Meter | undefined> {
  const layout = engine === undefined ? undefined : await layoutOf(engine);
  if (engine === undefined || layout === undefined) return undefined;
  return { docker: engine.docker, layout, recordFolder: folder };
}

/**
 * Removes what has outlived its lease or whose owner is dead: containers, networks with their firewall rules, volumes, control
 * groups, and folders for temporary files. Never touches what lives, or what is not labelled as ours. What runs had used is
 * read before it is gone. Throws an AdapterError when something of the engine's could not be removed, after the rest of it has
 * been; records and control groups are then kept for the next try, since the readings go with them.
 */
export async function reap(engine: DockerEngine | undefined, options: ReapOptions): Promise<Reaped> {
  const failures: ReapFailures = [];
  const notes: string[] = [];
  const folder = recordFolder();
  const meter = await meterOf(engine, folder);
  const directories = await reapDirectories(options);
  const records = await findAbandonedRecords(folder, options.now, notes);
  const hasDiedJustNow = directories.length > 0 || records.some((record) => record.isFresh);
  const found =
    engine === undefined ? NONE : await reapUntilQuiet(engine, options, { meter, failures, hasDiedJustNow });
  if (failures.length > 0) {
    throw new AdapterError(
      "unavailable",
      `not everything could be removed: ${failures.join("; ")}. Try again.`,
    );
  }
  // After the containers in which they were tried.
  const images = engine === undefined ? [] : await reapImages(engine.docker, options);
  const { cgroups, files, readings } = await reapRecords({ meter, folder, notes }, records, options);
  return { ...found, images, cgroups, directories: [...files, ...directories], readings, notes };
}
