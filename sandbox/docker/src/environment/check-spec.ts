import { AdapterError, type ContainerSpec, type EnvironmentSpec, type HostFacts } from "@apex/core";

/** Names become names of containers, networks, interfaces, control groups and files. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/;
/** More than any host that this is meant for could run side by side. */
const CONTAINERS_MAX = 64;
/** The least that the engine accepts. */
const MEMORY_BYTES_MIN = 6 * 1024 * 1024;
const CPUS_MIN = 0.01;
const PORT_MAX = 65_535;
const LEASE_MS_MAX = 24 * 60 * 60 * 1000;
const PATH = /^\/[\x21-\x7e]*$/;

function problemOf(container: ContainerSpec, facts: HostFacts): string | undefined {
  const { name, cpus, cpuset, cpusetUntilReady, memoryBytes, port, gpus } = container;
  if (!NAME.test(name)) return `the name "${name}" is not lower-case letters, digits and hyphens`;
  if (!(Number.isInteger(port) && port >= 1 && port <= PORT_MAX)) return `${port} is not a port`;
  if (!(cpus >= CPUS_MIN && cpus <= facts.cpus))
    return `it wants ${cpus} cores, and this host has ${facts.cpus}`;
  if (cpuset?.length === 0 || cpusetUntilReady?.length === 0) return "its set of CPUs is empty";
  const wrongCpu = [...(cpuset ?? []), ...(cpusetUntilReady ?? [])].find(
    (cpu) => !(Number.isInteger(cpu) && cpu >= 0 && cpu < facts.cpus),
  );
  if (wrongCpu !== undefined) return `CPU ${wrongCpu} is not one of this host's ${facts.cpus}`;
  if (!(memoryBytes >= MEMORY_BYTES_MIN && memoryBytes <= facts.memoryBytes)) {
    return `it wants ${memoryBytes} bytes of memory; between ${MEMORY_BYTES_MIN} and the host's ${facts.memoryBytes} can be given`;
  }
  if (!(Number.isInteger(gpus) && gpus >= 0 && gpus <= facts.gpus)) {
    return `it wants ${gpus} GPUs, and this host has ${facts.gpus} that containers can use (with NVIDIA's container runtime)`;
  }
  const wrongVariable = Object.entries(container.env).find(
    ([key, value]) => /[=\0]|^$/.test(key) || value.includes("\0"),
  );
  return wrongVariable === undefined
    ? undefined
    : `the environment variable "${wrongVariable[0]}" cannot be set`;
}

/** Throws an AdapterError (`invalid`) that says which part of a specification cannot be had on this host. */
export function checkSpec(spec: EnvironmentSpec, facts: HostFacts): void {
  const fail = (what: string): never => {
    throw new AdapterError("invalid", `the environment ${spec.name} cannot be made: ${what}.`);
  };
  checkRunId(spec.runId);
  if (!NAME.test(spec.name)) fail("its name is not lower-case letters, digits and hyphens, at most 48");
  const names = new Set(spec.containers.map((container) => container.name));
  if (names.size !== spec.containers.length) fail("two of its containers have the same name");
  if (names.size === 0 || names.size > CONTAINERS_MAX)
    fail(`it has ${names.size} containers; 1 to ${CONTAINERS_MAX} can be run`);
  if (!(spec.leaseMs > 0 && spec.leaseMs <= LEASE_MS_MAX))
    fail(`its lease of ${spec.leaseMs} ms is not within a day`);
  if (!(spec.readyTimeoutMs > 0)) fail("it leaves its services no time to get ready");
  if (spec.readyPath !== undefined && !PATH.test(spec.readyPath)) fail(`"${spec.readyPath}" is not a path`);
  for (const container of spec.containers) {
    const problem = problemOf(container, facts);
    if (problem !== undefined) fail(`${container.name}: ${problem}`);
  }
}

/** Throws an AdapterError (`invalid`) for an id that could not be a part of names and paths. */
export function checkRunId(runId: string): void {
  if (NAME.test(runId)) return;
  throw new AdapterError(
    "invalid",
    `the run id "${runId}" is not lower-case letters, digits and hyphens, at most 48.`,
  );
}
