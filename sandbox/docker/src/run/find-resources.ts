import type Docker from "dockerode";
import { bridgeName } from "../environment/network.ts";
import { asked, engineError, isGone } from "../errors.ts";
import { LABELS } from "./labels.ts";

/** A container, network or volume that carries a run's label. */
export interface Labelled {
  readonly id: string;
  /** As people know it: the engine's name. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

function filterOf(runId: string | undefined): { readonly label: string[] } {
  return { label: [runId === undefined ? LABELS.run : `${LABELS.run}=${runId}`] };
}

/** Containers of one run, or of all; dead ones and those that never ran included. */
export async function labelledContainers(docker: Docker, runId?: string): Promise<readonly Labelled[]> {
  const found = await asked(
    "listing containers",
    docker.listContainers({ all: true, filters: filterOf(runId) }),
  );
  return found.map(({ Id, Names, Labels }) => ({
    id: Id,
    name: Names[0]?.replace(/^\//, "") ?? Id,
    labels: Labels,
  }));
}

/** Networks of one run, or of all, each with its interface. */
export async function labelledNetworks(
  docker: Docker,
  runId?: string,
): Promise<readonly (Labelled & { readonly bridge: string })[]> {
  const found = await asked("listing networks", docker.listNetworks({ filters: filterOf(runId) }));
  return found.map(({ Id, Name, Labels }) => ({
    id: Id,
    name: Name,
    labels: Labels ?? {},
    bridge: bridgeName(Name),
  }));
}

/** Volumes of one run, or of all. */
export async function labelledVolumes(docker: Docker, runId?: string): Promise<readonly Labelled[]> {
  const { Volumes } = await asked("listing volumes", docker.listVolumes({ filters: filterOf(runId) }));
  return (Volumes ?? []).map(({ Name, Labels }) => ({ id: Name, name: Name, labels: Labels ?? {} }));
}

/** Inspects a container; `undefined` when it is gone. */
export async function inspectOne(
  docker: Docker,
  id: string,
): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(id).inspect();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw engineError(`looking at container ${id.slice(0, 12)}`, error);
  }
}

/** Inspects containers; those that are gone by now are left out. */
export async function inspectAll(
  docker: Docker,
  ids: readonly string[],
): Promise<readonly Docker.ContainerInspectInfo[]> {
  const found = await Promise.all(ids.map((id) => inspectOne(docker, id)));
  return found.filter((info) => info !== undefined);
}
