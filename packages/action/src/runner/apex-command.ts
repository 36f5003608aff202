import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { AdapterError } from "@apex/core";
import type { ActionIo } from "./action-io.ts";
import { childEnvironment } from "./child-environment.ts";

/** What a command of Apex's printed, and how it ended. */
export interface EndedCommand {
  /** `null` when it was stopped. */
  readonly code: number | null;
  readonly stdout: string;
  /** The end of it. */
  readonly stderr: string;
}

/** Brings what the command line needs, once, and runs it: GitHub hands out this repository without any packages. */
const SETUP = "infra/setup/setup.mjs";
const OUTPUT_CHARACTERS_MAX = 256 * 1024 * 1024;
const ERROR_CHARACTERS_MAX = 4_000;

function setupBesideAction(): string {
  for (let directory = import.meta.dirname; ; directory = path.dirname(directory)) {
    const entry = path.join(directory, SETUP);
    if (existsSync(entry)) return entry;
    if (path.dirname(directory) !== directory) continue;
    throw new AdapterError(
      "not-found",
      "the command line of Apex does not lie beside this Action: use the Action from the repository of Apex, as owner/apex/packages/action@SHA",
    );
  }
}

/** What Node is to run: the command line that is named, or that of the same commit, with what it needs brought first. */
function entryOf(named: string | undefined): readonly string[] {
  return named === undefined ? [setupBesideAction(), "apex"] : [named];
}

/**
 * Runs `apex` of the same commit as this Action, unless `entry` names another command line. There is no shell: whatever an argument holds, it is one. Throws an AdapterError when
 * the command line is not there; how the command ends is the caller's to judge.
 */
export function runApex(
  io: ActionIo,
  args: readonly string[],
  options: { readonly cwd: string; readonly entry?: string },
): Promise<EndedCommand> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...entryOf(options.entry), ...args], {
      cwd: options.cwd,
      env: childEnvironment(io.env),
      signal: io.signal,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.length > OUTPUT_CHARACTERS_MAX) child.kill();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = `${stderr}${text}`.slice(-ERROR_CHARACTERS_MAX);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
