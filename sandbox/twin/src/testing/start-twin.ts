import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { PROTOCOL } from "../protocol.ts";
import type { TwinStatistics } from "../twin.ts";

/** A twin in a process of its own. */
export interface StartedTwin {
  readonly process: ChildProcess;
  readonly port: number;
  statistics(): Promise<TwinStatistics>;
  /** Ends it as a container would be and returns its exit code. */
  stop(): Promise<number | null>;
}

/** What the twin prints once it is ready. */
const READY = /^ready on port (\d+):/;

/** Starts a twin as it starts in its container, on a port that is free, and waits until it is ready. */
export async function startTwin(environment: Readonly<Record<string, string>> = {}): Promise<StartedTwin> {
  const main = path.resolve(import.meta.dirname, "../main.ts");
  const child = spawn(process.execPath, [main], {
    env: { [PROTOCOL.environment.port]: "0", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      const match = READY.exec(line);
      if (match) resolve(Number(match[1]));
    });
    child.once("exit", (code) => reject(new Error(`the twin ended with ${code} before it was ready`)));
  });
  return {
    process: child,
    port,
    statistics: async () => {
      const answer = await fetch(`http://127.0.0.1:${port}${PROTOCOL.statsPath}`);
      return (await answer.json()) as TwinStatistics;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
      return child.exitCode;
    },
  };
}
