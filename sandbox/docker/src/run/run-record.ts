import { appendFile, type FileHandle, link, open, rename, rm, unlink, writeFile } from "node:fs/promises";
import { constants } from "node:fs";
import { join } from "node:path";
import { AdapterError } from "@apex/core";
import { laterOnBoot, type Lease, onBoot } from "./lease.ts";
import { currentOwner, formatOwner, type Owner, ownerFate, parseOwner } from "./owner.ts";
import { makeRecordFolder, removeEmptyRecordFolder } from "./record-folder.ts";

/** Two processes that want the same run at the same moment: one of them wins each try. */
const OPEN_TRIES = 20;
/** Lines of one record: a run has some thousand containers at most. */
const LINES_MAX = 1_000_000;
/** Some 300,000 containers and networks. A larger file is none of ours. */
const BYTES_MAX = 64 * 1024 * 1024;

/** What a container or network had used when it was removed. Written before the removal; the counters are gone after it. */
export interface SettledUsage {
  /** The engine's id of the container or network. */
  readonly id: string;
  readonly memoryByteMs: bigint;
  readonly gpuMs: bigint;
  readonly networkBytes: bigint;
  /** Counts only where the run has no control group of its own that does. */
  readonly cpuNs: bigint;
  readonly blockBytes: bigint;
}

const AMOUNTS = ["memoryByteMs", "gpuMs", "networkBytes", "cpuNs", "blockBytes"] as const;

/** All that a record says. */
export interface RunRecord {
  readonly owner: Owner | undefined;
  /** `undefined` until there is an environment. */
  readonly lease: Lease | undefined;
  readonly settled: ReadonlyMap<string, SettledUsage>;
}

function recordPath(folder: string, runId: string): string {
  return join(folder, `${runId}.jsonl`);
}

type Line = Partial<Record<"owner" | "lease" | "leaseOnBoot" | "id" | (typeof AMOUNTS)[number], unknown>>;

function readLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // Cut off by the end of its writer: what it tells of is still there to be read again.
    return undefined;
  }
}

function bigintOf(value: unknown): bigint {
  return typeof value === "string" && /^\d{1,40}$/.test(value) ? BigInt(value) : 0n;
}

function usageOf(id: string, amountOf: (name: (typeof AMOUNTS)[number]) => bigint): SettledUsage {
  return {
    id,
    memoryByteMs: amountOf("memoryByteMs"),
    gpuMs: amountOf("gpuMs"),
    networkBytes: amountOf("networkBytes"),
    cpuNs: amountOf("cpuNs"),
    blockBytes: amountOf("blockBytes"),
  };
}

/** What is settled twice is settled once. Counters only rise: one that is lower was read when its source was gone already. */
function settledBoth(first: SettledUsage | undefined, second: SettledUsage): SettledUsage {
  if (first === undefined) return second;
  return usageOf(second.id, (name) => (first[name] > second[name] ? first[name] : second[name]));
}

/** Reads a record's lines: the last owner and the latest lease count. */
function parseRunRecord(text: string): RunRecord {
  let owner: Owner | undefined;
  let until = 0;
  let untilOnBoot: string | undefined;
  const settled = new Map<string, SettledUsage>();
  for (const row of text.split("\n", LINES_MAX)) {
    const line = row === "" ? undefined : readLine(row);
    if (line === undefined) continue;
    if (typeof line.owner === "string") owner = parseOwner(line.owner) ?? owner;
    if (typeof line.lease === "number") until = Math.max(until, line.lease);
    if (typeof line.leaseOnBoot === "string") untilOnBoot = laterOnBoot(untilOnBoot, line.leaseOnBoot);
    if (typeof line.id === "string") {
      const usage = usageOf(line.id, (name) => bigintOf(line[name]));
      settled.set(line.id, settledBoth(settled.get(line.id), usage));
    }
  }
  return { owner, lease: until > 0 ? { until, onBoot: untilOnBoot } : undefined, settled };
}

function noRecord(path: string, why: string): AdapterError {
  return new AdapterError("invalid", `${path} is no record of a run: ${why}. Remove it, if it is yours.`);
}

/** The record's text; a link is not followed, and nothing but a file of this user's own is read. */
async function ownText(path: string, handle: FileHandle): Promise<string> {
  const status = await handle.stat();
  if (!status.isFile()) throw noRecord(path, "it is no file");
  if (status.uid !== process.getuid?.()) throw noRecord(path, "it belongs to another user");
  if (status.size > BYTES_MAX) throw noRecord(path, `it has ${status.size} bytes`);
  return handle.readFile("utf8");
}

/**
 * A run's record; `undefined` when there is none. Throws an AdapterError (`invalid`) for what is no file of this user's: others
 * may have put it where the records lie.
 */
export async function readRunRecord(folder: string, runId: string): Promise<RunRecord | undefined> {
  const path = recordPath(folder, runId);
  try {
    // Without waiting: opening a pipe would last until somebody writes to it.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return parseRunRecord(await ownText(path, handle));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (["ELOOP", "EMLINK", "ENXIO"].includes(code)) throw noRecord(path, "it is no file");
    throw error;
  }
}

/** Files that are about to become a record; the owner is in the name, because the content may not be there yet. */
function unfinishedName(runId: string, owner: Owner): string {
  return `${runId}.${owner.pid}-${owner.startTicks}.tmp`;
}

async function tryToOpen(folder: string, runId: string, owner: Owner): Promise<boolean> {
  const path = recordPath(folder, runId);
  const unfinished = join(folder, unfinishedName(runId, owner));
  const record = await readRunRecord(folder, runId);
  const line = `${JSON.stringify({ owner: formatOwner(owner) })}\n`;
  if (record?.owner !== undefined && formatOwner(record.owner) === formatOwner(owner)) return true;
  if (record?.owner !== undefined && ownerFate(record.owner) !== "dead") {
    throw new AdapterError(
      "unavailable",
      `the run ${runId} is already under way in process ${record.owner.pid}: wait for it, or end that process.`,
    );
  }
  try {
    // Only one process can take a dead one's record away, and only one can put a record in an empty place.
    if (record === undefined) await writeFile(unfinished, line, { mode: 0o600 });
    else {
      await rename(path, unfinished);
      await appendFile(unfinished, `\n${line}`);
    }
    await link(unfinished, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!["EEXIST", "ENOENT"].includes(code)) throw error;
    return false;
  } finally {
    await unlink(unfinished).catch(() => {});
  }
}

/**
 * Makes a run this process's, taking over what a dead process has left of the same run on the same boot. Throws an
 * AdapterError (`unavailable`) when another process has it.
 */
export async function openRunRecord(folder: string, runId: string): Promise<void> {
  const owner = currentOwner();
  for (let tries = 0; tries < OPEN_TRIES; tries++) {
    await makeRecordFolder(folder);
    if (await tryToOpen(folder, runId, owner)) return;
  }
  throw new AdapterError(
    "unavailable",
    `the run ${runId} could not be opened in ${folder}: another process keeps taking it.`,
  );
}

/** Adds to a record that is there; `false` when it is not: the run was closed, or reaped. Never makes one without an owner. */
async function addTo(folder: string, runId: string, text: string): Promise<boolean> {
  try {
    const flag = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW;
    await appendFile(recordPath(folder, runId), text, { flag });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Notes until when the run may need what it has. Throws an AdapterError (`unavailable`) when the run was taken away. */
export async function noteLease(folder: string, runId: string, leaseUntil: number): Promise<void> {
  const line = { lease: leaseUntil, leaseOnBoot: onBoot(leaseUntil) };
  if (await addTo(folder, runId, `${JSON.stringify(line)}\n`)) return;
  throw new AdapterError(
    "unavailable",
    `the run ${runId} has outlived its lease and was reaped: begin it again.`,
  );
}

/** Notes what was used by something that is about to be removed. Of a run that is over, nothing is noted any more. */
export async function noteSettled(
  folder: string,
  runId: string,
  settled: readonly SettledUsage[],
): Promise<void> {
  const lines = settled.map((part) =>
    JSON.stringify({ id: part.id, ...Object.fromEntries(AMOUNTS.map((name) => [name, String(part[name])])) }),
  );
  // One write: a crash leaves whole lines or one that is cut off at the end. The empty line ends such a one.
  if (lines.length > 0) await addTo(folder, runId, `\n${lines.join("\n")}\n`);
}

/** Forgets a run. */
export async function removeRunRecord(folder: string, runId: string): Promise<void> {
  await rm(recordPath(folder, runId), { force: true });
  await removeEmptyRecordFolder(folder);
}
