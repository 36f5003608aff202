import { randomBytes } from "node:crypto";
import type { ContainerSpec, EnvironmentSpec } from "@apex/core";

const MIB = 1024 * 1024;

/** A run id that nothing else on this machine has. */
export function testRunId(): string {
  return `test-${randomBytes(6).toString("hex")}`;
}

/** A container that runs a program for Node; answers on port 8080 by default. */
export function containerSpec(
  spec: Partial<ContainerSpec> & { readonly image: string; readonly program?: string },
): ContainerSpec {
  const { program = `require("http").createServer((q, s) => s.end("here")).listen(8080)`, ...given } = spec;
  return {
    name: "web-0",
    command: ["node", "-e", program],
    env: {},
    port: 8080,
    cpus: 1,
    memoryBytes: 128 * MIB,
    gpus: 0,
    ...given,
  };
}

/** An environment of the given containers with a lease of minutes. */
export function environmentSpec(
  runId: string,
  containers: readonly ContainerSpec[],
  name = "env-1",
): EnvironmentSpec {
  return { runId, name, containers, leaseMs: 5 * 60_000, readyTimeoutMs: 30_000 };
}

/** A signal that nobody aborts. */
export const never: AbortSignal = new AbortController().signal;
