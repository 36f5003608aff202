import { lstat, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AdapterError, processFate, type ReapedReading } from "@apex/core";
import { PROCESSES } from "@apex/core/node";
import { mountPoints, rootCgroup } from "../meter/cgroup-layout.ts";
import { removeRunCgroup, runCgroupDirectories } from "../meter/run-cgroup.ts";
import { type Meter, readRunCounters } from "../meter/run-reading.ts";
import { labelledContainers } from "../run/find-resources.ts";
import { LABELS } from "../run/labels.ts";
import { isLeaseOver } from "../run/lease.ts";
import { bootId, ownerFate } from "../run/owner.ts";
import { isOwnFolder, removeEmptyRecordFolder } from "../run/record-folder.ts";
import { readRunRecord, removeRunRecord, type RunRecord } from "../run/run-record.ts";
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

/** Whole sentences about what was not looked at. */
export type ReapNotes = string[];

/** A record that can be believed; of any other it is noted why not. */
async function believable(folder: string, runId: string, notes: ReapNotes): Promise<RunRecord | undefined> {
  try {
    return await readRunRecord(folder, runId);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    if (!notes.includes(error.message)) notes.push(error.message);
    return undefined;
  }
}

interface RecordSearch {
  readonly folder: string;
  readonly now: number;
  readonly notes: ReapNotes;
}

async function isRecordAbandoned({ folder, now, notes }: RecordSearch, runId: string): Promise<boolean> {
  const record = await believable(folder, runId, notes);
  if (record === undefined) return false;
  if (record.lease !== undefined && isLeaseOver(record.lease, now)) return true;
  if (record.owner !== undefined) return ownerFate(record.owner) === "dead";
  const { mtimeMs } = await stat(join(folder, `${runId}.jsonl`));
  return now - mtimeMs > GROUP_AGE_MS;
}

/** The names in a folder that nobody but this user could have filled; none, and a note, of any other. */
async function namesIn(folder: string, notes: ReapNotes): Promise<readonly string[]> {
  try {
    if (await isOwnFolder(folder)) return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  notes.push(
    `Records of runs were not looked at: ${folder} is not a directory that only this user can write to. Remove it, if it is yours.`,
  );
  return [];
}

/**
 * Finds the records of runs whose lease is over or whose owner is dead. Others can write to the folder's parent: what they may
 * have put there is not read, and said in `notes`.
 */
export async function findAbandonedRecords(
  folder: string,
  now: number,
  notes: ReapNotes,
): Promise<readonly AbandonedRecord[]> {
  const search = { folder, now, notes };
  const found: AbandonedRecord[] = [];
  for (const name of await namesIn(folder, notes)) {
    const path = join(folder, name);
    const status = await lstat(path).catch(() => undefined);
    if (status === undefined) continue;
    const isFresh = Math.abs(now - status.mtimeMs) < FRESH_MS;
    const runId = RECORD.exec(name)?.[1];
    const [, unfinished, pid, ticks] = UNFINISHED.exec(name) ?? [];
    if (runId !== undefined && (await isRecordAbandoned(search, runId))) {
      found.push({ runId, path, isFresh, isUnfinished: false });
    }
    if (unfinished !== undefined && processFate(PROCESSES, Number(pid), Number(ticks)) === "dead") {
      found.push({ runId: unfinished, path, isFresh, isUnfinished: true });
    }
  }
  return found;
}

/** Groups of runs that have neither a record here nor a container, and have had none for a day. */
async function forgottenGroups(
  { docker, layout }: Meter,
  { folder, now, notes }: RecordSearch,
): Promise<readonly string[]> {
  const root = rootCgroup(layout);
  const names = new Map<string, string>();
  for (const mount of mountPoints(layout)) {
    for (const entry of await readdir(`${mount}/${root.path}`, { withFileTypes: true }).catch(() => [])) {
      const runId = entry.isDirectory() ? root.runIdOf(entry.name) : undefined;
      if (runId !== undefined) names.set(runId, `${mount}/${root.path}/${entry.name}`);
    }
  }
  const containers = await labelledContainers(docker);
  const alive = new Set(containers.map(({ labels }) => labels[LABELS.run]));
  const forgotten: string[] = [];
  for (const [runId, directory] of names) {
    if (alive.has(runId) || (await believable(folder, runId, notes)) !== undefined) continue;
    const status = await stat(directory).catch(() => undefined);
    if (status !== undefined && now - status.mtimeMs > GROUP_AGE_MS) forgotten.push(runId);
  }
  return forgotten;
}

/**
 * What a run has used, for as long as its counters are there; those of an earlier boot are not. `undefined` where the engine
 * did not answer, and may the next time.
 */
async function lastReading(
  meter: Meter,
  runId: string,
  notes: ReapNotes,
): Promise<readonly ReapedReading[] | undefined> {
  try {
    const record = await readRunRecord(meter.recordFolder, runId);
    if (record === undefined || record.owner?.bootId !== bootId()) return [];
    return [{ runId, ...(await readRunCounters(meter, runId)) }];
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    notes.push(`What ${runId} has used could not be read: ${error.message}`);
    return error.kind === "unavailable" ? undefined : [];
  }
}

/** Where records and groups are. Without a meter there are no groups to be told. */
export interface RecordPlace {
  readonly meter: Meter | undefined;
  readonly folder: string;
  /** Filled with what was not looked at. */
  readonly notes: ReapNotes;
}

/** What was removed of runs, and what they had used by then. */
export interface RecordFinds {
  readonly cgroups: readonly string[];
  readonly files: readonly string[];
  readonly readings: readonly ReapedReading[];
}

/** Whether everything was taken that is to be kept; what was not, and why, is noted. */
async function isKept(
  readings: readonly ReapedReading[],
  { dryRun, keep }: ReapOptions,
  notes: ReapNotes,
): Promise<boolean> {
  if (dryRun || keep === undefined) return true;
  try {
    for (const reading of readings) await keep(reading);
    return true;
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    notes.push(
      `What ${readings[0]?.runId} has used could not be kept, and stays until it can: ${error.message}`,
    );
    return false;
  }
}

/** Reads what the runs have used, and removes their control groups and records; the record last, because it leads to the group. */
export async function reapRecords(
  { meter, folder, notes }: RecordPlace,
  records: readonly AbandonedRecord[],
  options: ReapOptions,
): Promise<RecordFinds> {
  const cgroups: string[] = [];
  const files: string[] = [];
  const readings: ReapedReading[] = [];
  const removeGroup = async (runId: string) => {
    if (meter === undefined) return;
    const remove = options.dryRun ? runCgroupDirectories : removeRunCgroup;
    cgroups.push(...(await remove(meter.layout, runId)));
  };
  for (const { runId, path, isUnfinished } of records) {
    const used = meter === undefined || isUnfinished ? [] : await lastReading(meter, runId, notes);
    if (used === undefined || !(await isKept(used, options, notes))) continue;
    readings.push(...used);
    if (!isUnfinished || (await believable(folder, runId, notes)) === undefined) await removeGroup(runId);
    files.push(path);
    if (options.dryRun) continue;
    if (isUnfinished) await rm(path, { force: true });
    else await removeRunRecord(folder, runId);
  }
  if (meter !== undefined) {
    const search = { folder, now: options.now, notes };
    for (const runId of await forgottenGroups(meter, search)) await removeGroup(runId);
  }
  if (!options.dryRun) await removeEmptyRecordFolder(folder);
  return { cgroups, files, readings };
}
