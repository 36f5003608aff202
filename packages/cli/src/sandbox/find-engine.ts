import { AdapterError, isDockerOff } from "@apex/core";
import { type DockerEngine, findDocker } from "@apex/sandbox-docker";
import type { Io } from "../io.ts";

/** A Docker engine that can do what is wanted, or why there is none and what to do: one sentence or more. */
export type EngineSearch =
  | { readonly kind: "found"; readonly engine: DockerEngine }
  | { readonly kind: "absent"; readonly reason: string };

/** Looks for an engine that answers, whatever it can run; asks none where the user wants none ({@link isDockerOff}). */
export async function findEngine(io: Io): Promise<EngineSearch> {
  if (isDockerOff(io.env)) {
    const reason = `APEX_DOCKER=${io.env["APEX_DOCKER"]} says to do without Docker; unset it to use the engine`;
    return { kind: "absent", reason };
  }
  const host = io.env["DOCKER_HOST"];
  const search = await findDocker(host ? { host } : {});
  return search.kind === "found" ? search : { kind: "absent", reason: search.reason.message };
}

/** The engine of a search. Throws an AdapterError that says what to do when there is none. */
export function requireFound(search: EngineSearch): DockerEngine {
  if (search.kind === "absent") throw new AdapterError("unavailable", search.reason);
  return search.engine;
}
