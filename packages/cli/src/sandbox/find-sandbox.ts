import { type DockerEngine, sandboxHostProblem } from "@apex/sandbox-docker";
import type { Io } from "../io.ts";
import { type EngineSearch, findEngine, requireFound } from "./find-engine.ts";
import { terraformPlace } from "./terraform-isolation.ts";

/** Looks for an engine whose containers can be reached and measured from here. Makes nothing. */
export async function findHost(io: Io): Promise<EngineSearch> {
  const search = await findEngine(io);
  if (search.kind === "absent") return search;
  const problem = await sandboxHostProblem(search.engine);
  return problem === undefined ? search : { kind: "absent", reason: problem };
}

/** What decides where Terraform runs. */
export interface SandboxOptions {
  /** The user vouches for the configuration: Terraform runs on this host. */
  readonly trust?: boolean;
}

/**
 * Looks for an engine that can run the whole sandbox: services that are reached and measured, and Terraform, unless the user vouches
 * for what it runs. May build the image that Terraform runs in.
 */
export async function findSandbox(io: Io, options: SandboxOptions = {}): Promise<EngineSearch> {
  const search = await findHost(io);
  if (search.kind === "absent" || options.trust === true) return search;
  const place = await terraformPlace(io);
  return place.kind === "container" ? search : { kind: "absent", reason: place.reason };
}

/** The engine that runs the sandbox. Throws an AdapterError that says what to do when there is none. */
export async function requireSandbox(io: Io, options: SandboxOptions = {}): Promise<DockerEngine> {
  return requireFound(await findSandbox(io, options));
}
