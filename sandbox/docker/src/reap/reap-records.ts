import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DockerEngine } from "../connect.ts";
import { type CgroupLayout, rootCgroup } from "../meter/cgroup-layout.ts";
import { removeRunCgroup, runCgroupDirectories } from "../meter/run-cgroup.ts";
import { labelledContainers } from "../run/find-resources.ts";
import { LABELS } from "../run/labels.ts";
import { ownerFate, processStartTicks } from "../run/owner.ts";
import { removeEmptyRecordFolder } from "../run/record-folder.ts";
import { readRunRecord, removeRunRecord } from "../run/run-record.ts";
import type { ReapOptions } from "./reap.ts";

/** One that was written to in this time belongs to somebody who may have died with requests under way. */
const FRESH_MS = 60_000;
/** No lease is longer. Younger groups may be those of a user whose records are somewhere else. */
const GROUP_AGE_MS = 24 * 60 * 60 * 1000;
const RECORD = /^([a-z0-9-]+)\.jsonl$/;
const UNFINISHED = /^([a-z0-9-]+)\.(\d+)-(\d+)\.tmp$/;

/** The record of a run that nobody needs any more. */
export interface AbandonedRecord {
  readonly runId: string;
  readonly path: string;
  /** Its maker died before it had its name; the run may have another record by now. */
  readonly isUnfinished: boolean;
  readonly isFresh: boolean;
}

async function isRecordAbandoned(folder: string, runId: string, now: number): Promise<boolean> {
  const record = await readRunRecord(folder, runId);
  if (record === undefined) return false;
  if (record.leaseUntil > 0 && record.leaseUntil <= now) return true;
  if (record.owner !== undefined) return ownerFate(record.owner) === "dead";
  const { mtimeMs } = await stat(join(folder, `${runId}.jsonl`));
  return now - mtimeMs > GROUP_AGE_MS;
}

/** Finds the records of runs whose lease is over or whose owner is dead. */
export async function findAbandonedRecords(folder: string, now: number): Promise<readonly AbandonedRecord[]> {
  const found: AbandonedRecord[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (status === undefined) continue;
    const isFresh = Math.abs(now - status.mtimeMs) < FRESH_MS;
    const runId = RECORD.exec(name)?.[1];
    const [, unfinished, pid, ticks] = UNFINISHED.exec(name) ?? [];
    if (runId !== undefined && (await isRecordAbandoned(folder, runId, now))) {
      found.push({ runId, path, isFresh, isUnfinished: false });
    }
    if (unfinished !== undefined && processStartTicks(Number(pid)) !== Number(ticks)) {
      found.push({ runId: unfinished, path, isFresh, isUnfinished: true });
    }
  }
  return found;
}

/** Groups of runs that have neither a record here nor a container, and have had none for a day. */
async function forgottenGroups(
  place: RecordPlace,
  engine: DockerEngine,
  now: number,
): Promise<readonly string[]> {
  const { layout, folder } = place;
  if (layout === undefined) return [];
  const root = rootCgroup(layout);
  const names = new Map<string, string>();
  for (const mount of new Set(layout.mounts.values())) {
    for (const entry of await readdir(`${mount}/${root.path}`, { withFileTypes: true }).catch(() => [])) {
      const runId = entry.isDirectory() ? root.runIdOf(entry.name) : undefined;
      if (runId !== undefined) names.set(runId, `${mount}/${root.path}/${entry.name}`);
    }
  }
  const containers = await labelledContainers(engine.docker);
  const alive = new Set(containers.map(({ labels }) => labels[LABELS.run]));
  const forgotten: string[] = [];
  for (const [runId, directory] of names) {
    if (alive.has(runId) || (await readRunRecord(folder, runId)) !== undefined) continue;
    const status = await stat(directory).catch(() => undefined);
    if (status !== undefined && now - status.mtimeMs > GROUP_AGE_MS) forgotten.push(runId);
  }
  return forgotten;
}

/** Where records and groups are. Without an engine there are no groups to be told. */
export interface RecordPlace {
  readonly engine: DockerEngine | undefined;
  readonly layout: CgroupLayout | undefined;
  readonly folder: string;
}

/** Removes records and the control groups of their runs; the record last, because it leads to the group. */
export async function reapRecords(
  place: RecordPlace,
  records: readonly AbandonedRecord[],
  options: ReapOptions,
): Promise<{ readonly cgroups: readonly string[]; readonly files: readonly string[] }> {
  const { engine, layout, folder } = place;
  const cgroups: string[] = [];
  const files: string[] = [];
  const removeGroup = async (runId: string) => {
    if (layout === undefined) return;
    const remove = options.dryRun ? runCgroupDirectories : removeRunCgroup;
    cgroups.push(...(await remove(layout, runId)));
  };
  for (const { runId, path, isUnfinished } of records) {
    if (!isUnfinished || (await readRunRecord(folder, runId)) === undefined) await removeGroup(runId);
    files.push(path);
    if (options.dryRun) continue;
    if (isUnfinished) await rm(path, { force: true });
    else await removeRunRecord(folder, runId);
  }
  if (engine !== undefined)
    for (const runId of await forgottenGroups(place, engine, options.now)) await removeGroup(runId);
  if (!options.dryRun) await removeEmptyRecordFolder(folder);
  return { cgroups, files };
}
