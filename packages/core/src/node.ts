import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { ProcessTable } from "./process-fate.ts";

/** The processes that a `/proc` tells of. A door of its own, for adapters: the rest of core touches nothing. */
export function processTable(proc: string): ProcessTable {
  return {
    pid: process.pid,
    readText: (path) => readFileSync(join(proc, path), "utf8"),
    readLink: (path) => readlinkSync(join(proc, path)),
    probe: (pid) => process.kill(pid, 0),
  };
}

/** The processes of this machine. */
export const PROCESSES: ProcessTable = processTable("/proc");
