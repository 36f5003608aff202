/** What temporary directories hold: working copies for Terraform, states, tables of a collector, inputs of a run. */
export type OwnedDirectoryKind = "plan" | "state" | "collect" | "run";

/**
 * Which process made a directory: its number, when it started (clock ticks since boot; numbers are used again; 0 where the
 * kernel does not tell), and in which process namespace (`pid:[4026531836]`; elsewhere the number means another process).
 */
export interface DirectoryOwner {
  readonly pid: number;
  readonly startTicks: number;
  readonly pidNamespace: string;
}

/** The ways to ask the machine; each may throw. */
export interface ProcessTable {
  /** Of this process. */
  readonly pid: number;
  readonly readText: (path: string) => string;
  readonly readLink: (path: string) => string;
  /** Throws an error with the code "ESRCH" when there is no such process. */
  readonly probe: (pid: number) => unknown;
}

const NAME = /^apex-(?:plan|state|collect|run)-(\d{1,10})-(\d{1,20})-(\d{1,20})-[^/]+$/;
/** Of the fields after the name in `/proc/PID/stat`: proc_pid_stat(5). */
const STATE_FIELD = 0;
const START_FIELD = 19;
const ENDED_STATES = "ZXx";

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

/** State letter and start of a process. The name in the text may hold anything, ") (" included. */
function processStat(
  { readText }: ProcessTable,
  pid: number | "self",
): readonly [string, number] | undefined {
  const text = told(() => readText(`/proc/${pid}/stat`));
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const startTicks = Number(fields[START_FIELD]);
  return Number.isSafeInteger(startTicks) ? [fields[STATE_FIELD] ?? "", startTicks] : undefined;
}

function namespaceOf({ readLink }: ProcessTable): string {
  const digits = /^pid:\[(\d{1,20})\]$/.exec(told(() => readLink("/proc/self/ns/pid")))?.[1];
  return digits ?? "0";
}

/** `apex-KIND-PID-STARTTICKS-NAMESPACE-`, for a random end: the name says whose the directory is when it was left behind. */
export function ownedPrefix(kind: OwnedDirectoryKind, table: ProcessTable): string {
  const startTicks = processStat(table, "self")?.[1] ?? 0;
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
  const stat = processStat(table, owner.pid);
  if (stat !== undefined) return ENDED_STATES.includes(stat[0]) || stat[1] !== owner.startTicks;
  try {
    table.probe(owner.pid);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
