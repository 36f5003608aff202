import { readFileSync, readlinkSync } from "node:fs";

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

/** What can be told of an owner from here: one of another process namespace cannot be seen, so it counts as living. */
export type OwnerFate = "lives" | "dead" | "unseen";

const OWNER = /^(\d{1,10}):(\d{1,20}):([0-9a-f-]{36}):(pid:\[\d{1,20}\])$/;

/** The boot that this is. */
export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** State letter and start time of a process's `/proc/PID/stat`. The name in it may hold anything, ") (" included. */
export function parseProcessStat(text: string): { readonly state: string; readonly startTicks: number } {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTicks: Number(fields[19]) };
}

function processStat(pid: number | "self"): ReturnType<typeof parseProcessStat> | undefined {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** When a process started, in clock ticks since boot; `undefined` when it has ended, as a zombie has. */
export function processStartTicks(pid: number): number | undefined {
  const stat = processStat(pid);
  return stat === undefined || "ZXx".includes(stat.state) ? undefined : stat.startTicks;
}

/** This process. */
export function currentOwner(): Owner {
  return {
    pid: process.pid,
    startTicks: processStat("self")?.startTicks ?? 0,
    bootId: bootId(),
    pidNamespace: readlinkSync("/proc/self/ns/pid"),
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

/** Whether an owner still runs. A zombie has ended; a process of the same number that started later is another one. */
export function ownerFate(owner: Owner): OwnerFate {
  const here = currentOwner();
  if (owner.bootId !== here.bootId) return "dead";
  if (owner.pidNamespace !== here.pidNamespace) return "unseen";
  return processStartTicks(owner.pid) === owner.startTicks ? "lives" : "dead";
}
