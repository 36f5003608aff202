import { AdapterError } from "@apex/core";
import { type DockerEngine, findDocker } from "@apex/sandbox-docker";
import type { Io } from "../io.ts";

/** The Docker engine that runs the sandbox, or why there is none and what to do: one sentence or more. */
export type SandboxSearch =
  | { readonly kind: "found"; readonly engine: DockerEngine }
  | { readonly kind: "absent"; readonly reason: string };

/** Looks for the engine; `APEX_DOCKER=off` says to do without. */
export async function findSandbox(io: Io): Promise<SandboxSearch> {
  if (io.env["APEX_DOCKER"] === "off") {
    return {
      kind: "absent",
      reason: "APEX_DOCKER=off says to do without Docker; unset it to use the engine",
    };
  }
  const host = io.env["DOCKER_HOST"];
  const search = await findDocker(host ? { host } : {});
  return search.kind === "found" ? search : { kind: "absent", reason: search.reason.message };
}

/** The engine. Throws an AdapterError that says what to do when there is none. */
export async function requireSandbox(io: Io): Promise<DockerEngine> {
  const search = await findSandbox(io);
  if (search.kind === "absent") throw new AdapterError("unavailable", search.reason);
  return search.engine;
}
