import { isAbsolute } from "node:path";
import {
  AdapterError,
  type CommandIsolation,
  type IsolatedCommand,
  type IsolatedCommands,
  type StopSignal,
} from "@apex/core";
import type Docker from "dockerode";
import type { DockerEngine } from "../connect.ts";
import { engineError, statusOf } from "../errors.ts";
import { lockedDown } from "../lockdown.ts";
import { removeContainer } from "../remove-container.ts";
import { ownLabels } from "../run/labels.ts";
import { type OpenContainer, runIsolated } from "./isolated-container.ts";

/** What all commands of one place may use together. */
export interface IsolationLimits {
  /** Scratch included: it is memory. */
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Processes and threads. */
  readonly pids: number;
  /** Files in scratch. */
  readonly scratchBytes: number;
  /** Of one command, both streams together. */
  readonly outputBytesMax: number;
  /** After so long the reaper may take the place away, whoever uses it. */
  readonly leaseMs: number;
}

/** Settings of {@link dockerIsolation}. */
export interface IsolationSettings {
  /** An image with Node and the programs to be run; it must be there. */
  readonly image: string;
  /** Of whatever the commands are run for: the label `apex.run`. */
  readonly runId: string;
  readonly limits?: Partial<IsolationLimits>;
}

const MIB = 1024 * 1024;
/** Terraform needs 60 MiB for a small plan and about 1 GiB for 5,000 resources. */
const LIMITS: IsolationLimits = {
  memoryBytes: 2048 * MIB,
  cpus: 2,
  pids: 256,
  scratchBytes: 512 * MIB,
  // As much as a string of V8's can hold, halved.
  outputBytesMax: 256 * MIB,
  leaseMs: 30 * 60 * 1000,
};
/** An engine without the right to raise limits cannot give more than its own, often a few thousand. */
const OPEN_FILES = 4096;
const SCRATCH = "/scratch";

/**
 * The first process waits for the end of its input, which we hold: when this process dies, however, the engine closes
 * it, and the container ends and is removed by the engine.
 */
const WAIT = ["node", "-e", 'process.stdin.resume().on("end", () => process.exit())'];

/**
 * Runs commands in a container of `image` that has no network, sees one directory of the host (read-only) and can write
 * nothing but its scratch. `open` throws an AdapterError when the image is not there or the engine fails.
 */
export function dockerIsolation(engine: DockerEngine, settings: IsolationSettings): CommandIsolation {
  const limits = { ...LIMITS, ...settings.limits };
  return {
    name: `docker ${engine.facts.version}`,
    open: ({ directory, signal }) => open({ engine, settings, limits, directory, signal }),
  };
}

function stopIfAborted(signal: StopSignal | undefined): void {
  if (signal?.aborted === true)
    throw signal.reason ?? new DOMException("This operation was aborted", "AbortError");
}

interface Opening {
  readonly engine: DockerEngine;
  readonly settings: IsolationSettings;
  readonly limits: IsolationLimits;
  readonly directory: string;
  readonly signal: StopSignal | undefined;
}

async function open(opening: Opening): Promise<IsolatedCommands> {
  const { limits, directory, signal } = opening;
  if (!isAbsolute(directory)) throw new AdapterError("invalid", `${directory} is not an absolute path.`);
  stopIfAborted(signal);
  const openedAtMs = Date.now();
  const container = await create(opening);
  let ending: Promise<void> | undefined;
  // What stays ends with its input, and says whose it is: the next reaping removes it.
  const end = () => (ending ??= removeContainer(opening.engine.docker, container.id).catch(() => {}));
  try {
    const input = await container.attach({ stream: true, stdin: true, hijack: true });
    input.on("error", () => {});
    await container.start();
    stopIfAborted(signal);
    const place: OpenContainer = { docker: opening.engine.docker, container, openedAtMs, end, ...limits };
    return {
      scratch: SCRATCH,
      run: (command: IsolatedCommand) => {
        if (ending === undefined) return runIsolated(place, command);
        return Promise.reject(new AdapterError("unavailable", "the sandbox for this command is closed."));
      },
      close: async () => {
        await end();
        input.end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function create({ engine, settings, limits, directory }: Opening): Promise<Docker.Container> {
  const policy = lockedDown(
    { memoryBytes: limits.memoryBytes, cpus: Math.min(limits.cpus, engine.facts.cpus), pids: limits.pids },
    {
      network: "none",
      tmpfs: { [SCRATCH]: limits.scratchBytes },
      readOnly: [{ source: directory, target: directory }],
      init: engine.facts.hasInit,
    },
  );
  try {
    return await engine.docker.createContainer({
      Image: settings.image,
      Entrypoint: WAIT,
      Cmd: [],
      WorkingDir: "/",
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      Labels: ownLabels(settings.runId, limits.leaseMs),
      ...policy,
      HostConfig: {
        ...policy.HostConfig,
        // No shared memory either: scratch is the only place that can be written to.
        IpcMode: "none",
        AutoRemove: true,
        Ulimits: [
          { Name: "nofile", Soft: OPEN_FILES, Hard: OPEN_FILES },
          { Name: "core", Soft: 0, Hard: 0 },
          // POSIX message queues are files too, in a file system that every container has.
          { Name: "msgqueue", Soft: 0, Hard: 0 },
        ],
      },
    });
  } catch (error) {
    if (statusOf(error) !== 404) throw engineError("creating the sandbox for Terraform", error);
    throw new AdapterError(
      "not-found",
      `the image ${settings.image} is not there; build it with "apex sandbox images".`,
      { cause: error },
    );
  }
}
