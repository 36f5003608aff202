import type { Duplex } from "node:stream";
import { AdapterError, type IsolatedCommand, type IsolatedCommandResult } from "@apex/core";
import type Docker from "dockerode";
import { engineError, isGone } from "../errors.ts";
import { OutputFrames } from "./output-frames.ts";

/** A command's end and its exit code reach us on two ways. */
const EXIT_CODE_TRIES = 100;
const EXIT_CODE_PAUSE_MS = 20;
/** 128 + SIGKILL: what the kernel sends when memory runs out. */
const KILLED = 137;

/** A running container of ours, and what commands in it may use. */
export interface OpenContainer {
  readonly docker: Docker;
  readonly container: Docker.Container;
  /** When it was made, epoch milliseconds. */
  readonly openedAtMs: number;
  readonly memoryBytes: number;
  readonly outputBytesMax: number;
  /** Ends the container and everything in it. Resolves when it is gone; never throws. */
  readonly end: () => Promise<void>;
}

function sayingOf(command: IsolatedCommand): string {
  return command.args.slice(0, 2).join(" ");
}

function abortReason(command: IsolatedCommand): unknown {
  return command.signal?.reason ?? new DOMException("This operation was aborted", "AbortError");
}

/**
 * Runs one command in the container. Whatever ends it early (time, abort, too much output) ends the container: nothing
 * that the command started can live on.
 */
export async function runIsolated(
  open: OpenContainer,
  command: IsolatedCommand,
): Promise<IsolatedCommandResult> {
  if (command.signal?.aborted === true) throw abortReason(command);
  let failed: { readonly reason: unknown } | undefined;
  let stream: Duplex | undefined;
  const fail = (reason: unknown) => {
    if (failed !== undefined) return;
    failed = { reason };
    // The engine closes the stream when the container is dead, but not every engine at once.
    void open.end().finally(() => stream?.destroy());
  };
  const timer = setTimeout(() => {
    const seconds = command.timeoutMs / 1000;
    fail(new AdapterError("unavailable", `${sayingOf(command)} did not end within ${seconds} s.`));
  }, command.timeoutMs);
  const onAbort = () => fail(abortReason(command));
  command.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const exec = await start(open, command);
    stream = exec.stream;
    const frames = new OutputFrames(open.outputBytesMax);
    await drained(stream, (chunk) => {
      if (failed === undefined && !frames.push(chunk)) {
        fail(new AdapterError("invalid", `${sayingOf(command)} printed too much.`));
      }
    });
    if (failed !== undefined) throw failed.reason;
    const exitCode = await exitCodeOf(exec.exec);
    if (exitCode === undefined || exitCode === KILLED) await explainKill(open, command, exitCode);
    return { exitCode: exitCode ?? KILLED, stdout: frames.stdout, stderr: frames.stderr };
  } catch (error) {
    if (failed !== undefined) throw (failed as { readonly reason: unknown }).reason;
    throw isGone(error) ? ended(command) : engineError(`running ${sayingOf(command)} in the sandbox`, error);
  } finally {
    clearTimeout(timer);
    command.signal?.removeEventListener("abort", onAbort);
    if (failed !== undefined) await open.end();
  }
}

async function start(
  { container }: OpenContainer,
  command: IsolatedCommand,
): Promise<{ readonly exec: Docker.Exec; readonly stream: Duplex }> {
  const exec = await container.exec({
    Cmd: [...command.args],
    Env: Object.entries(command.env).map(([name, value]) => `${name}=${value}`),
    WorkingDir: command.cwd,
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    Privileged: false,
  });
  return { exec, stream: await exec.start({ Detach: false, Tty: false }) };
}

function drained(stream: Duplex, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on("data", onChunk);
    stream.once("end", resolve);
    stream.once("close", resolve);
    stream.once("error", reject);
  });
}

/** `undefined` when the command was gone before it had one. */
async function exitCodeOf(exec: Docker.Exec): Promise<number | undefined> {
  for (let tries = 0; tries < EXIT_CODE_TRIES; tries++) {
    const status = await exec.inspect();
    if (!status.Running) return status.ExitCode ?? undefined;
    await new Promise((resolve) => setTimeout(resolve, EXIT_CODE_PAUSE_MS));
  }
  return undefined;
}

function ended(command: IsolatedCommand): AdapterError {
  return new AdapterError(
    "unavailable",
    `the sandbox's container ended while ${sayingOf(command)} ran in it.`,
  );
}

/** The state of a container tells of its first process only; of the others there is an event before they die. */
async function hasRunOutOfMemory({ docker, container, openedAtMs }: OpenContainer): Promise<boolean> {
  const events = await docker.getEvents({
    since: Math.floor(openedAtMs / 1000),
    // An end in the past: what the engine remembers, without waiting for more.
    until: Date.now() / 1000,
    filters: { container: [container.id], event: ["oom"] },
  });
  let isThere = false;
  for await (const chunk of events) isThere ||= chunk.length > 0;
  return isThere;
}

/** Throws when the memory limit or the end of the container was the reason; returns when the command killed itself. */
async function explainKill(
  open: OpenContainer,
  command: IsolatedCommand,
  exitCode: number | undefined,
): Promise<void> {
  const { State: state } = await open.container.inspect();
  if (state.OOMKilled || (await hasRunOutOfMemory(open))) {
    const mebibytes = Math.round(open.memoryBytes / 1024 / 1024);
    throw new AdapterError(
      "unavailable",
      `${sayingOf(command)} needed more than the sandbox's ${mebibytes} MiB of memory and was killed.`,
    );
  }
  if (!state.Running || exitCode === undefined) throw ended(command);
}
