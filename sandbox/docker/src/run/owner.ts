import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Where the kernel tells of processes. Other systems than Linux have no such place. */
const PROC = "/proc";
/** Boot and process namespace where the kernel does not tell them; they compare with nothing but themselves. */
const UNKNOWN_BOOT = "00000000-0000-0000-0000-000000000000";
const UNKNOWN_NAMESPACE = "pid:[0]";

/**
 * Which process made something: its number, when it started (clock ticks since boot; numbers are used again), on which boot,
 * and in which process namespace (elsewhere the number means another process).
 */
export interface Owner {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
  readonly pidNamespace: string;
}

/**
 * What can be told of a process from here. One of another process namespace, or one that the kernel hides from this user,
 * cannot be seen: it counts as living, until its lease is over.
 */
export type OwnerFate = "lives" | "dead" | "unseen";

const OWNER = /^(\d{1,10}):(\d{1,20}):([0-9a-f-]{36}):(pid:\[\d{1,20}\])$/;

function told(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The boot that this is; zeros where the kernel does not tell. */
export function bootId(proc: string = PROC): string {
  return told(() => readFileSync(join(proc, "sys/kernel/random/boot_id"), "utf8").trim()) ?? UNKNOWN_BOOT;
}

/** State letter and start time of a process's `/proc/PID/stat`. The name in it may hold anything, ") (" included. */
export function parseProcessStat(text: string): { readonly state: string; readonly startTicks: number } {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTicks: Number(fields[19]) };
}

function processStat(proc: string, pid: number | "self"): ReturnType<typeof parseProcessStat> | undefined {
  const text = told(() => readFileSync(join(proc, `${pid}/stat`), "utf8"));
  return text === undefined ? undefined : parseProcessStat(text);
}

/** Whether there is no process of this number. Told to everybody, also where `/proc` hides the processes of others. */
function isNoProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/**
 * What became of a process of this namespace. A zombie has ended, and with `startTicks` a process of the same number that
 * started at another time is another one.
 */
export function processFate(pid: number, startTicks?: number, proc: string = PROC): OwnerFate {
  const stat = processStat(proc, pid);
  // hidepid= and ProtectProc= keep other users' processes out of /proc: what cannot be read there may live.
  if (stat === undefined) return isNoProcess(pid) ? "dead" : "unseen";
  if ("ZXx".includes(stat.state)) return "dead";
  return startTicks === undefined || stat.startTicks === startTicks ? "lives" : "dead";
}

/** This process. */
export function currentOwner(proc: string = PROC): Owner {
  return {
    pid: process.pid,
    startTicks: processStat(proc, "self")?.startTicks ?? 0,
    bootId: bootId(proc),
    pidNamespace: told(() => readlinkSync(join(proc, "self/ns/pid"))) ?? UNKNOWN_NAMESPACE,
  };
}

/** "PID:TICKS:BOOT:NAMESPACE", as labels and files carry it. */
export function formatOwner(owner: Owner): string {
  return `${owner.pid}:${owner.startTicks}:${owner.bootId}:${owner.pidNamespace}`;
}

/** `undefined` for what is no owner: then only the lease counts. */
export function parseOwner(text: string | undefined): Owner | undefined {
  const parts = OWNER.exec(text ?? "");
  if (parts === null) return undefined;
  const [, pid = "", ticks = "", boot = "", pidNamespace = ""] = parts;
  return { pid: Number(pid), startTicks: Number(ticks), bootId: boot, pidNamespace };
}

/** Whether an owner still runs, as {@link processFate} tells it. */
export function ownerFate(owner: Owner, proc: string = PROC): OwnerFate {
  const here = currentOwner(proc);
  // Where only one side knows its boot nothing follows from the difference.
  if ((owner.bootId === UNKNOWN_BOOT) !== (here.bootId === UNKNOWN_BOOT)) return "unseen";
  if (owner.bootId !== here.bootId) return "dead";
  if (owner.pidNamespace !== here.pidNamespace) return "unseen";
  return processFate(owner.pid, owner.startTicks, proc);
}
