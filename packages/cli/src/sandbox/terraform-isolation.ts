import { randomUUID } from "node:crypto";
import type { CommandIsolation } from "@apex/core";
import { type DockerEngine, dockerIsolation } from "@apex/sandbox-docker";
import type { Io } from "../io.ts";
import { findSandbox } from "./find-sandbox.ts";
import { prepareImages } from "./prepare-images.ts";

/** Names what is made for one run of Terraform alone. */
function newRunId(): string {
  return `plan-${randomUUID().slice(0, 8)}`;
}

/** Containers of the given engine for Terraform to run in. */
export function isolationOf(engine: DockerEngine, image: string, runId = newRunId()): CommandIsolation {
  return dockerIsolation(engine, { image, runId });
}

/** Where Terraform runs: in containers where there is an engine, otherwise on this host, which the planner then guards. */
export async function terraformIsolation(io: Io): Promise<CommandIsolation | undefined> {
  const search = await findSandbox(io);
  if (search.kind === "absent") return undefined;
  const { terraform } = await prepareImages(io, search.engine);
  return isolationOf(search.engine, terraform);
}
