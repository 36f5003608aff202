import {
  AdapterError,
  assert,
  ContainerNotReady,
  type ContainerSpec,
  type ContainerState,
  type Endpoint,
  type Environment,
  type EnvironmentSpec,
} from "@apex/core";
import type Docker from "dockerode";
import { engineError } from "../errors.ts";
import { inspectOne } from "../run/find-resources.ts";
import type { Meter } from "../meter/run-reading.ts";
import { createContainer, lastLines, limitCpus } from "./container.ts";
import { type Member, removeEnvironment, runningEnvironment } from "./environment.ts";
import { findImage, type ImageSettings } from "./image-settings.ts";
import { createNetwork, type RunNetwork } from "./network.ts";
import { untilReady } from "./readiness.ts";

/** Of a container that somebody removed: as one that was killed (128 + SIGKILL). */
const REMOVED_EXIT_CODE = 137;

/** Where environments are made. */
export interface Ground {
  readonly meter: Meter;
  /** The engine's name of the run's control group. */
  readonly cgroupParent: string;
  readonly isHostClosed: boolean;
}

/** Settles when all have: nothing may still be on its way into existence when the rest is removed. Throws the first failure. */
async function allSettled<Value>(promises: readonly Promise<Value>[]): Promise<readonly Value[]> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

async function imagesOf(docker: Docker, spec: EnvironmentSpec): Promise<ReadonlyMap<string, ImageSettings>> {
  const references = [...new Set(spec.containers.map((container) => container.image))];
  return new Map(
    await allSettled(references.map(async (name) => [name, await findImage(docker, name)] as const)),
  );
}

/** Where containers are created from and to; `made` is filled as they come. */
interface Creation {
  readonly network: RunNetwork;
  readonly images: ReadonlyMap<string, ImageSettings>;
  readonly made: Member[];
}

async function createAll(
  { meter, cgroupParent }: Ground,
  spec: EnvironmentSpec,
  { network, images, made }: Creation,
): Promise<void> {
  const place = { spec, network: network.name, cgroupParent };
  const create = async (container: ContainerSpec) => {
    const image = images.get(container.image);
    if (image === undefined) return;
    const { id } = await createContainer(meter.docker, place, container, image);
    made.push({ name: container.name, id, memoryBytes: container.memoryBytes });
  };
  await allSettled(spec.containers.map(create));
  const order = new Map(spec.containers.map((container, index) => [container.name, index]));
  made.sort((left, right) => (order.get(left.name) ?? 0) - (order.get(right.name) ?? 0));
}

async function start(
  docker: Docker,
  member: Member,
  spec: EnvironmentSpec,
  network: RunNetwork,
): Promise<string> {
  const container = docker.getContainer(member.id);
  try {
    await container.start();
    const info = await container.inspect();
    return info.NetworkSettings.Networks[network.name]?.IPAddress ?? "";
  } catch (error) {
    const failure = engineError(`starting container ${member.name} of ${spec.name}`, error);
    // What the engine refuses as wrong here is the image's: its command is not there or may not be executed.
    throw /exec: |executable file not found|permission denied/.test(failure.message)
      ? new AdapterError("invalid", failure.message, { cause: error })
      : failure;
  }
}

function howEnded(state: Docker.ContainerInspectInfo["State"] | undefined): string {
  if (state === undefined) return "was removed from outside";
  return state.OOMKilled ? "was killed because its memory ran out" : `ended with exit code ${state.ExitCode}`;
}

function endState(state: Docker.ContainerInspectInfo["State"] | undefined): ContainerState {
  if (state?.OOMKilled === true) return { kind: "oom-killed" };
  return { kind: "exited", exitCode: state?.ExitCode ?? REMOVED_EXIT_CODE };
}

async function awaitReady(
  docker: Docker,
  member: Member,
  spec: EnvironmentSpec,
  endpoint: Endpoint & { readonly signal: AbortSignal },
): Promise<void> {
  const readiness = {
    host: endpoint.host,
    port: endpoint.port,
    ...(spec.readyPath === undefined ? {} : { path: spec.readyPath }),
    timeoutMs: spec.readyTimeoutMs,
    signal: endpoint.signal,
    isRunning: async () => (await inspectOne(docker, member.id))?.State.Running === true,
  };
  // One that ended at once has no address any more, and no address would mean this host's own.
  const end = endpoint.host === "" ? { kind: "exited" as const } : await untilReady(readiness);
  if (end.kind === "ready") return;
  const state = (await inspectOne(docker, member.id))?.State;
  const log = await lastLines(docker, member.id);
  const said = log === "" ? "It printed nothing." : `Its last lines:\n${log}`;
  const who = `container ${member.name} of ${spec.name}`;
  if (end.kind === "exited") {
    throw new ContainerNotReady(`${who} ${howEnded(state)} before it was ready. ${said}`, {
      container: member.name,
      state: endState(state),
    });
  }
  const seconds = spec.readyTimeoutMs / 1000;
  throw new ContainerNotReady(
    `${who} was not ready on port ${endpoint.port} in ${seconds} s (${end.last}). ${said}`,
    { container: member.name, state: { kind: "running" } },
  );
}

async function startAll(
  { meter }: Ground,
  spec: EnvironmentSpec,
  parts: { readonly network: RunNetwork; readonly members: readonly Member[] },
  stop: AbortSignal,
): Promise<readonly Endpoint[]> {
  const failure = new AbortController();
  const signal = AbortSignal.any([stop, failure.signal]);
  const startOne = async (member: Member, index: number): Promise<Endpoint> => {
    const container = spec.containers[index];
    assert(container !== undefined, "a container that was not asked for");
    const host = await start(meter.docker, member, spec, parts.network);
    signal.throwIfAborted();
    const endpoint = { container: member.name, host, port: container.port };
    await awaitReady(meter.docker, member, spec, { ...endpoint, signal });
    await limitCpus(meter.docker, member.id, container);
    return endpoint;
  };
  // The others need not get ready when one of them has failed: they end with its error.
  return allSettled(
    parts.members.map((member, index) =>
      startOne(member, index).catch((error: unknown) => {
        failure.abort(error);
        throw failure.signal.reason;
      }),
    ),
  );
}

/**
 * Makes an environment that is ready: its network, then its containers side by side. Throws an AdapterError, or the signal's
 * reason, and has removed everything by then.
 */
export async function provision(
  ground: Ground,
  spec: EnvironmentSpec,
  signal: AbortSignal,
): Promise<Environment> {
  const { meter } = ground;
  signal.throwIfAborted();
  const images = await imagesOf(meter.docker, spec);
  const { runId, name, leaseMs } = spec;
  const network = await createNetwork(meter.docker, {
    runId,
    environment: name,
    leaseMs,
    isHostClosed: ground.isHostClosed,
  });
  const members: Member[] = [];
  const parts = { runId, name, network, members };
  try {
    signal.throwIfAborted();
    await createAll(ground, spec, { network, images, made: members });
    signal.throwIfAborted();
    const endpoints = await startAll(ground, spec, parts, signal);
    return runningEnvironment(meter, parts, endpoints);
  } catch (error) {
    await removeEnvironment(meter, parts).catch((remaining: unknown) => {
      const [why, what] = [error, remaining].map((of) => (of instanceof Error ? of.message : String(of)));
      const next = `What is left of it could not be removed (${what}): "apex sandbox reap" removes it.`;
      throw new AdapterError("unavailable", `${why} ${next}`, { cause: error });
    });
    throw error;
  }
}
