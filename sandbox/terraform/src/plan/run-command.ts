import { type ChildProcess, spawn } from "node:child_process";
import { AdapterError } from "@apex/core";

/** A command to run to its end. */
export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** More than any plan of a real stack prints; a command that prints more is stopped. */
const OUTPUT_BYTES_MAX = 512 * 1024 * 1024;
/** Terraform gets this long to stop by itself before it is killed. */
const STOP_GRACE_MS = 3_000;

const running = new Set<ChildProcess>();

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

// The children lead groups of their own, which a Ctrl-C at the terminal does not reach.
process.on("exit", () => {
  for (const child of running) killGroup(child, "SIGKILL");
});

function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException("This operation was aborted", "AbortError");
}

/**
 * Runs a command in a process group of its own and waits for its end; whatever happens, nothing of the group is left
 * running. Throws an AdapterError when it cannot start, runs out of time or prints too much, and the signal's reason
 * when it is aborted. A non-zero exit is a result.
 */
export async function runCommand(command: Command): Promise<CommandResult> {
  const { signal } = command;
  if (signal?.aborted === true) throw abortReason(signal);
  const child = spawn(command.path, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[], bytes: 0 };
  let failed: unknown;
  const stop = (reason: unknown) => {
    failed ??= reason;
    killGroup(child, "SIGTERM");
    setTimeout(() => killGroup(child, "SIGKILL"), STOP_GRACE_MS).unref();
  };
  const collect = (kind: "stdout" | "stderr") => (chunk: Buffer) => {
    output.bytes += chunk.length;
    if (output.bytes <= OUTPUT_BYTES_MAX) output[kind].push(chunk);
    else stop(new AdapterError("invalid", `${command.path} ${command.args[0]} printed too much.`));
  };
  child.stdout.on("data", collect("stdout"));
  child.stderr.on("data", collect("stderr"));
  const timer = setTimeout(() => {
    const seconds = command.timeoutMs / 1000;
    stop(
      new AdapterError("unavailable", `${command.path} ${command.args[0]} did not end within ${seconds} s.`),
    );
  }, command.timeoutMs);
  const onAbort = () => stop(signal === undefined ? undefined : abortReason(signal));
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const exitCode = await ended(child, command);
    if (failed !== undefined) throw failed;
    const text = (kind: "stdout" | "stderr") => Buffer.concat(output[kind]).toString("utf8");
    return { exitCode, stdout: text("stdout"), stderr: text("stderr") };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    killGroup(child, "SIGKILL");
    running.delete(child);
  }
}

function ended(child: ChildProcess, command: Command): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      reject(
        new AdapterError("not-found", `${command.path} could not be started: ${cause.message}`, { cause }),
      );
    });
    child.once("close", (code) => resolve(code ?? -1));
  });
}
