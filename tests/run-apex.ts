/** Apex as a user starts it: the command in a process of its own, from the root of the repository. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import path from "node:path";
import type { Readable } from "node:stream";
import { onTestFinished } from "vitest";

export const ROOT = path.resolve(import.meta.dirname, "..");

/** What a command came to. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a command whose store is in `home`. */
export function startApex(
  home: string,
  args: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [path.join(ROOT, "packages/cli/src/main.ts"), ...args], {
    cwd: ROOT,
    env: { ...process.env, APEX_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Starts a command and waits until it has ended. */
export async function runApex(home: string, args: readonly string[]): Promise<Ended> {
  const child = startApex(home, args);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { code, stdout, stderr };
}

/** The same within a test, which shows what the command told a person when it fails. */
export async function runApexShown(home: string, args: readonly string[]): Promise<Ended> {
  const ended = await runApex(home, args);
  onTestFinished((context) => {
    if (context.task.result?.state === "fail")
      console.error(args[0], ended.stderr, ended.stdout.slice(0, 10_000));
  });
  return ended;
}
