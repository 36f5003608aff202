/** The ways to ask the machine about its processes; each may throw. */
export interface ProcessTable {
  /** Of this process. */
  readonly pid: number;
  /** Paths below `/proc`, which other systems than Linux do not have. */
  readonly readText: (path: string) => string;
  readonly readLink: (path: string) => string;
  /** Throws an error with the code "ESRCH" when there is no such process. */
  readonly probe: (pid: number) => unknown;
}

/** State letter and start (clock ticks since boot) of a process. */
export interface ProcessStat {
  readonly state: string;
  readonly startTicks: number;
}

/**
 * What can be told of a process from here. One of another process namespace, or one that the kernel hides from this user,
 * cannot be seen: it counts as living.
 */
export type ProcessFate = "lives" | "dead" | "unseen";

/** Of the fields after the name in `/proc/PID/stat`: proc_pid_stat(5). */
const STATE_FIELD = 0;
const START_FIELD = 19;
const ENDED_STATES = "ZXx";

/** What the machine says, or `undefined` where it does not. */
export function told(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** `/proc/PID/stat` of a process. The name in it may hold anything, ") (" included. `undefined` where there is none to read. */
export function processStat({ readText }: ProcessTable, pid: number | "self"): ProcessStat | undefined {
  const text = told(() => readText(`${pid}/stat`)) ?? "";
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const startTicks = Number(fields[START_FIELD]);
  return Number.isSafeInteger(startTicks) ? { state: fields[STATE_FIELD] ?? "", startTicks } : undefined;
}

/** Whether there is no process of this number. Told to everybody, also where `/proc` hides the processes of others. */
function isNoProcess({ probe }: ProcessTable, pid: number): boolean {
  try {
    probe(pid);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/**
 * What became of a process of this namespace. A zombie has ended, and with `startTicks` a process of the same number that
 * started at another time is another one.
 */
export function processFate(table: ProcessTable, pid: number, startTicks?: number): ProcessFate {
  const stat = processStat(table, pid);
  // hidepid= and ProtectProc= keep other users' processes out of /proc: what cannot be read there may live.
  if (stat === undefined) return isNoProcess(table, pid) ? "dead" : "unseen";
  if (ENDED_STATES.includes(stat.state)) return "dead";
  return startTicks === undefined || stat.startTicks === startTicks ? "lives" : "dead";
}
