import { appendFileSync } from "node:fs";
import path from "node:path";
import type { AgentEvent } from "@apex/agent";
import { AdapterError } from "@apex/core";
import { writeRefusal } from "@apex/core/node";
import type { Io } from "./io.ts";
import { freshLine } from "./progress.ts";

/**
 * Adds every event of a run to a file as it happens, one JSON object a line. Throws an AdapterError where the file cannot be
 * written at all; what breaks later (a full disk) costs the rest of the file, is said once, and is not the run's concern.
 */
export function eventLog(io: Io, named: string | undefined): ((event: AgentEvent) => void) | undefined {
  if (named === undefined) return undefined;
  const file = path.resolve(io.cwd, named);
  const add = (text: string): void => {
    try {
      appendFileSync(file, text);
    } catch (cause) {
      const reason = writeRefusal(cause) ?? String(cause);
      throw new AdapterError("denied", `--events ${named} cannot be written: ${reason}`, { cause });
    }
  };
  add("");
  let isBroken = false;
  return (event) => {
    if (isBroken) return;
    try {
      add(`${JSON.stringify(event)}\n`);
    } catch (error) {
      isBroken = true;
      io.err(`${freshLine(io)}apex: warning: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
}
