import { randomUUID } from "node:crypto";
import { AdapterError, type CommandIsolation } from "@apex/core";
import { type DockerEngine, dockerIsolation, isolationProblem } from "@apex/sandbox-docker";
import { findTerraform } from "@apex/sandbox-terraform";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { freshLine } from "../progress.ts";
import { findEngine } from "./find-engine.ts";
import { isolationMemory } from "./isolation-memory.ts";
import { cacheDirectory, prepareTerraformImage } from "./prepare-images.ts";

/** Where Terraform runs: in containers of an image, or, for a reason, on this host. */
export type TerraformPlace =
  | { readonly kind: "container"; readonly engine: DockerEngine; readonly image: string }
  | { readonly kind: "host"; readonly reason: string };

/** Names what is made for one run of Terraform alone. */
function newRunId(): string {
  return `plan-${randomUUID().slice(0, 8)}`;
}

/** Containers of the given engine for Terraform to run in. */
export function isolationOf(engine: DockerEngine, image: string, runId = newRunId()): CommandIsolation {
  return dockerIsolation(engine, { image, runId });
}

/** Why containers of the image cannot run Terraform here; `undefined` when they can. Tried once a day, not for each plan. */
async function problemOf(io: Io, engine: DockerEngine, image: string): Promise<string | undefined> {
  const memory = isolationMemory(cacheDirectory(io), { engine, image, nowMs: io.now().getTime() });
  if (await memory.hasWorked()) return undefined;
  const problem = await isolationProblem(engine, { image, runId: newRunId(), signal: io.signal });
  if (problem === undefined) await memory.remember();
  return problem;
}

/** The image in which Terraform runs on this engine, the one that the user named if any, or why it cannot. */
async function tryEngine(
  io: Io,
  engine: DockerEngine,
  named: string | undefined,
): Promise<{ readonly image: string } | { readonly problem: string }> {
  // Without Terraform nothing can be planned on this host either: its absence is told as it is.
  const terraform = named ? "" : (await findTerraform()).path;
  try {
    const image = named || (await prepareTerraformImage(io, engine, terraform));
    const problem = await problemOf(io, engine, image);
    return problem === undefined ? { image } : { problem };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return { problem: error.message };
  }
}

async function decide(io: Io): Promise<TerraformPlace> {
  if (process.platform !== "linux") {
    return { kind: "host", reason: `on ${process.platform} Terraform runs on this host, not in containers.` };
  }
  const search = await findEngine(io);
  if (search.kind === "absent") return { kind: "host", reason: search.reason };
  const { engine } = search;
  const named = io.env["APEX_TERRAFORM_IMAGE"];
  const tried = await tryEngine(io, engine, named);
  if ("image" in tried) return { kind: "container", engine, image: tried.image };
  const why = tried.problem.trim().replace(/\.$/, "");
  const reason = `Docker at ${engine.address} cannot run Terraform here (${why})`;
  if (named) {
    const next =
      "unset APEX_TERRAFORM_IMAGE to have Apex choose, or set APEX_DOCKER=off to plan on this host";
    throw new AdapterError("unavailable", `${reason}: ${next}`);
  }
  io.err(`${freshLine(io)}apex: warning: ${printable(reason)}; planned on this host\n`);
  return { kind: "host", reason: `${reason}.` };
}

/** A command decides once, and warns once. */
const decided = new WeakMap<Io, Promise<TerraformPlace>>();

/**
 * Where Terraform runs for this command: in a container wherever an engine can do that, else on this host, where the planner
 * refuses what it cannot trust. An engine that answers and cannot is told of on stderr, unless the user named an image:
 * then it is an AdapterError. The first call may build the image.
 */
export function terraformPlace(io: Io): Promise<TerraformPlace> {
  const known = decided.get(io) ?? decide(io);
  decided.set(io, known);
  return known;
}

/** Isolation for Terraform by {@link terraformPlace}; `undefined` on this host, which the planner then guards. */
export async function terraformIsolation(io: Io): Promise<CommandIsolation | undefined> {
  const place = await terraformPlace(io);
  return place.kind === "container" ? isolationOf(place.engine, place.image) : undefined;
}
