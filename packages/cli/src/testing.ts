import type { Io } from "./io.ts";

export { repairDirectory } from "./agent/testing/repair-directory.ts";
export type { RepairRun } from "./agent/run-repair.ts";

/** What a command printed. */
export interface RecordedIo extends Io {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** An {@link Io} that keeps what a command prints: for running commands as functions in tests. */
export function recordedIo(overrides: Partial<Io> = {}): RecordedIo {
  const stdout: string[] = [];
  const stderr: string[] = [];
  return {
    out: (text) => void stdout.push(text),
    err: (text) => void stderr.push(text),
    cwd: process.cwd(),
    env: {},
    signal: new AbortController().signal,
    now: () => new Date("2026-11-21T07:00:00Z"),
    isTerminal: false,
    colour: false,
    width: 100,
    ...overrides,
    stdout: () => stdout.join(""),
    stderr: () => stderr.join(""),
  };
}
