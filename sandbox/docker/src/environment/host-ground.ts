import { access, readFile } from "node:fs/promises";
import { AdapterError, type HostFacts } from "@apex/core";
import type Docker from "dockerode";
import type { DockerEngine } from "../connect.ts";
import { engineError, isGone } from "../errors.ts";
import { type CgroupLayout, cgroupLayout } from "../meter/cgroup-layout.ts";
import { elsewhere, hostFacts } from "./host-facts.ts";

/** The engine's own network, which nearly every engine has. */
const DEFAULT_NETWORK = "bridge";
const BRIDGE_OPTION = "com.docker.network.bridge.name";
/** Linux takes no more for an interface's name; the engine's word for it becomes part of a path. */
const INTERFACE = /^[\w.-]{1,15}$/;

const OTHER_NETWORKS =
  "the networks of the Docker engine are not among this machine's interfaces: it runs in a virtual machine, or Apex runs in " +
  "a container";

/** Whether this process sees a network interface of the name. */
export async function hasInterface(name: string): Promise<boolean> {
  if (!INTERFACE.test(name) || name.startsWith(".")) return false;
  return access(`/sys/class/net/${name}`).then(
    () => true,
    () => false,
  );
}

/** A network's interface must be one of this machine's. Throws an AdapterError (`unavailable`) otherwise. */
export async function requireInterface(name: string): Promise<void> {
  if (!(await hasInterface(name))) throw elsewhere(OTHER_NETWORKS);
}

/** The interface of the engine's own network; `undefined` where the engine has none or does not tell. */
async function defaultBridge(docker: Docker): Promise<string | undefined> {
  try {
    const network: Docker.NetworkInspectInfo = await docker.getNetwork(DEFAULT_NETWORK).inspect();
    return network.Options?.[BRIDGE_OPTION];
  } catch (error) {
    if (isGone(error)) return undefined;
    throw engineError("looking at the engine's network", error);
  }
}

/** What environments stand on: this machine's facts, and where containers are counted. */
export interface HostGround {
  readonly facts: HostFacts;
  readonly layout: CgroupLayout;
}

/**
 * Looks whether containers of the engine can be reached and measured from here; makes nothing. Throws an AdapterError
 * (`unavailable`) when not: in a virtual machine, from a container, rootless, or without control groups.
 */
export async function hostGround(engine: DockerEngine): Promise<HostGround> {
  const facts = await hostFacts(engine);
  const layout = cgroupLayout(engine.facts, await readFile("/proc/self/mounts", "utf8"));
  const bridge = await defaultBridge(engine.docker);
  if (bridge !== undefined) await requireInterface(bridge);
  return { facts, layout };
}

/** Why no services can be replayed against on this engine, and what to do; `undefined` when they can. Costs one round trip. */
export async function sandboxHostProblem(engine: DockerEngine): Promise<string | undefined> {
  try {
    await hostGround(engine);
    return undefined;
  } catch (error) {
    if (error instanceof AdapterError) return error.message;
    throw error;
  }
}
