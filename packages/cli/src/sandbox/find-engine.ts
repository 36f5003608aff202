import { AdapterError } from "@apex/core";
import { type DockerEngine, findDocker } from "@apex/sandbox-docker";
import type { Io } from "../io.ts";

/** A Docker engine that can do what is wanted, or why there is none and what to do: one sentence or more. */
export type EngineSearch =
  | { readonly kind: "found"; readonly engine: DockerEngine }
  | { readonly kind: "absent"; readonly reason: string };

/** Looks for an engine that answers, whatever it can run; `APEX_DOCKER=off` says to do without. */
export async function findEngine(io: Io): Promise<EngineSearch> {
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

/** The engine of a search. Throws an AdapterError that says what to do when there is none. */
export function requireFound(search: EngineSearch): DockerEngine {
  if (search.kind === "absent") throw new AdapterError("unavailable", search.reason);
  return search.engine;
}
