import { readdir } from "node:fs/promises";
import { cpus, release } from "node:os";
import { AdapterError, type HostFacts } from "@apex/core";
import type { DockerEngine } from "../connect.ts";

/** NVIDIA's driver has one directory here for each GPU. */
const NVIDIA_GPUS = "/proc/driver/nvidia/gpus";

/** Containers of the engine are somewhere else, for the reason `why`. */
export function elsewhere(why: string): AdapterError {
  return new AdapterError(
    "unavailable",
    `services cannot be replayed against here: ${why}, so containers can neither be reached nor measured. Use Docker as root ` +
      "on Linux, and Apex on the same machine.",
  );
}

/**
 * What this host has. Throws an AdapterError (`unavailable`) when the engine's containers run somewhere that this process
 * cannot reach or measure: another machine, a virtual one, or a rootless engine's own network.
 */
export async function hostFacts(engine: DockerEngine): Promise<HostFacts> {
  const { facts } = engine;
  const why =
    process.platform !== "linux" || facts.kernel !== release()
      ? "the Docker engine does not run on this machine's own kernel but in a virtual machine"
      : facts.isRootless
        ? "rootless Docker keeps its networks to itself"
        : undefined;
  if (why !== undefined) throw elsewhere(why);
  const gpus = facts.hasNvidia ? await readdir(NVIDIA_GPUS).catch(() => []) : [];
  return {
    cpus: facts.cpus,
    memoryBytes: facts.memoryBytes,
    gpus: gpus.length,
    cpuModel: cpus()[0]?.model.trim() ?? "unknown",
    kernel: facts.kernel,
    engineVersion: facts.version,
    cgroupVersion: facts.cgroupVersion,
  };
}
