import { type ProcessFate, type ProcessTable, processFate, processStat, told } from "@apex/core";
import { PROCESSES } from "@apex/core/node";

/** Boot and process namespace where the kernel does not tell them; they compare with nothing but themselves. */
export const UNKNOWN_BOOT = "00000000-0000-0000-0000-000000000000";
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

const OWNER = /^(\d{1,10}):(\d{1,20}):([0-9a-f-]{36}):(pid:\[\d{1,20}\])$/;

/** The boot that this is; zeros where the kernel does not tell. */
export function bootId(table: ProcessTable = PROCESSES): string {
  return told(() => table.readText("sys/kernel/random/boot_id"))?.trim() ?? UNKNOWN_BOOT;
}

/** This process. */
export function currentOwner(table: ProcessTable = PROCESSES): Owner {
  return {
    pid: table.pid,
    startTicks: processStat(table, "self")?.startTicks ?? 0,
    bootId: bootId(table),
    pidNamespace: told(() => table.readLink("self/ns/pid")) ?? UNKNOWN_NAMESPACE,
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

/** Whether an owner still runs, as {@link processFate} tells it; one that cannot be seen counts as living until its lease is over. */
export function ownerFate(owner: Owner, table: ProcessTable = PROCESSES): ProcessFate {
  const here = currentOwner(table);
  // Where only one side knows its boot nothing follows from the difference.
  if ((owner.bootId === UNKNOWN_BOOT) !== (here.bootId === UNKNOWN_BOOT)) return "unseen";
  if (owner.bootId !== here.bootId) return "dead";
  if (owner.pidNamespace !== here.pidNamespace) return "unseen";
  return processFate(table, owner.pid, owner.startTicks);
}
