import { isDeepStrictEqual } from "node:util";
import type { ContainerSpec, EnvironmentSpec } from "@apex/core";
import type Docker from "dockerode";
import { engineError, isGone } from "../errors.ts";
import { cpuLimits, lockedDown } from "../lockdown.ts";
import { clockPair, formatClockPair } from "../run/clock.ts";
import { LABELS, ownLabels } from "../run/labels.ts";
import type { ImageSettings } from "./image-settings.ts";
import { printable, unframedLog } from "./printable.ts";

/** Processes and threads: a Java service may have hundreds, and so few cannot harm a host. */
const PIDS_MAX = 1024;
const TMPFS_BYTES_MAX = 64 * 1024 * 1024;
/** tmpfs is memory of the container: files may not be all of it. */
const TMPFS_MEMORY_SHARE = 0.25;
const LOG_LINES = 20;

/** Where a container belongs. */
export interface ContainerPlace {
  readonly spec: EnvironmentSpec;
  readonly network: string;
  readonly cgroupParent: string;
}

/**
 * The CPUs of a container while it starts: what happens before it is ready is not measured, and a runtime that warms up on a quarter
 * of a core takes many times as long. Runtimes that size themselves by a quota round it up, so that whole cores tell them the same.
 */
function startCpus({
  cpus,
  cpuset,
  cpusetUntilReady,
}: ContainerSpec): Pick<ContainerSpec, "cpus" | "cpuset"> {
  if (cpusetUntilReady !== undefined) return { cpus: cpusetUntilReady.length, cpuset: cpusetUntilReady };
  return { cpus: Math.ceil(cpus), ...(cpuset === undefined ? {} : { cpuset }) };
}

/** Holds a container that is ready to the CPUs of its specification. */
export async function limitCpus(docker: Docker, id: string, container: ContainerSpec): Promise<void> {
  const [start, final] = [cpuLimits(startCpus(container)), cpuLimits(container)];
  if (isDeepStrictEqual(start, final)) return;
  try {
    await docker.getContainer(id).update(final);
  } catch (error) {
    throw engineError(`limiting container ${container.name} to its CPUs`, error);
  }
}

/** Creates a container; it does not run yet. Its CPU limit comes by {@link limitCpus}, once it is ready. */
export async function createContainer(
  docker: Docker,
  place: ContainerPlace,
  container: ContainerSpec,
  image: ImageSettings,
): Promise<Docker.Container> {
  const { spec, network, cgroupParent } = place;
  const tmpfsBytes = Math.min(TMPFS_BYTES_MAX, container.memoryBytes * TMPFS_MEMORY_SHARE);
  const limits = { ...container, ...startCpus(container), pids: PIDS_MAX };
  try {
    return await docker.createContainer({
      name: `apex-${spec.runId}-${spec.name}-${container.name}`,
      Hostname: container.name,
      Image: image.id,
      ...(container.command === undefined ? {} : { Entrypoint: [...container.command], Cmd: [] }),
      Env: Object.entries(container.env).map(([key, value]) => `${key}=${value}`),
      Labels: {
        ...ownLabels(spec.runId, spec.leaseMs),
        [LABELS.environment]: spec.name,
        [LABELS.container]: container.name,
        [LABELS.clock]: formatClockPair(clockPair()),
      },
      // The image's own checks would burn CPU in the container that is measured.
      Healthcheck: { Test: ["NONE"] },
      ...lockedDown(limits, {
        user: image.user,
        tmpfs: Object.fromEntries(image.writable.map((path) => [path, tmpfsBytes])),
        network,
        cgroupParent,
        gpus: container.gpus,
      }),
    });
  } catch (error) {
    throw engineError(`creating container ${container.name} of ${spec.name}`, error);
  }
}

/** The last lines that a container printed, fit for a terminal; empty when it is gone. */
export async function lastLines(docker: Docker, id: string): Promise<string> {
  try {
    const log = await docker
      .getContainer(id)
      .logs({ stdout: true, stderr: true, tail: LOG_LINES, follow: false });
    return printable(unframedLog(log)).trimEnd();
  } catch (error) {
    if (isGone(error)) return "";
    throw engineError("reading a container's log", error);
  }
}
