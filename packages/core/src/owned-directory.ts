import { type ProcessTable, processFate, processStat, told } from "./process-fate.ts";

/** What temporary directories hold: working copies for Terraform, states, tables of a collector, inputs of a run, a provider's socket. */
export type OwnedDirectoryKind = "plan" | "state" | "collect" | "run" | "provider";

/**
 * Which process made a directory: its number, when it started (clock ticks since boot; numbers are used again; 0 where the
 * kernel does not tell), and in which process namespace (`pid:[4026531836]`; elsewhere the number means another process).
 */
export interface DirectoryOwner {
  readonly pid: number;
  readonly startTicks: number;
  readonly pidNamespace: string;
}

const NAME = /^apex-(?:plan|state|collect|run|provider)-(\d{1,10})-(\d{1,20})-(\d{1,20})-[^/]+$/;
function namespaceOf({ readLink }: ProcessTable): string {
  const digits = /^pid:\[(\d{1,20})\]$/.exec(told(() => readLink("self/ns/pid")) ?? "")?.[1];
  return digits ?? "0";
}

/** `apex-KIND-PID-STARTTICKS-NAMESPACE-`, for a random end: the name says whose the directory is when it was left behind. */
export function ownedPrefix(kind: OwnedDirectoryKind, table: ProcessTable): string {
  const startTicks = processStat(table, "self")?.startTicks ?? 0;
  return `apex-${kind}-${table.pid}-${startTicks}-${namespaceOf(table)}-`;
}

/** Whose a directory of this name is; `undefined` when it is none of ours. */
export function ownerOfName(name: string): DirectoryOwner | undefined {
  const [, pid, startTicks, digits] = NAME.exec(name) ?? [];
  if (digits === undefined) return undefined;
  return { pid: Number(pid), startTicks: Number(startTicks), pidNamespace: `pid:[${digits}]` };
}

/**
 * Whether the process that a directory is named for has certainly ended. What cannot be seen from here, in another process
 * namespace or hidden by the kernel, may live.
 */
export function isOwnerGone(owner: DirectoryOwner, table: ProcessTable): boolean {
  if (owner.pidNamespace !== `pid:[${namespaceOf(table)}]`) return false;
  return processFate(table, owner.pid, owner.startTicks) === "dead";
}
