import { readFileSync, readlinkSync } from "node:fs";
import type { ProcessTable } from "@apex/core";

/** The processes of this machine, for the names of directories that say whose they are. */
export const PROCESSES: ProcessTable = {
  pid: process.pid,
  readText: (path) => readFileSync(path, "utf8"),
  readLink: (path) => readlinkSync(path),
  probe: (pid) => process.kill(pid, 0),
};
