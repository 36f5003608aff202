import {
  AdapterError,
  type ContainerState,
  type ContainerUsage,
  type Endpoint,
  type Environment,
  type EnvironmentUsage,
} from "@apex/core";
import type Docker from "dockerode";
import { readContainer } from "../meter/cgroup-files.ts";
import { processNetwork } from "../meter/network-counters.ts";
import { type Meter, settle } from "../meter/run-reading.ts";
import { monotonicMs } from "../run/clock.ts";
import { inspectOne } from "../run/find-resources.ts";
import { removeContainer } from "../remove-container.ts";
import { lastLines } from "./container.ts";
import { removeNetwork, type RunNetwork } from "./network.ts";

/** A container of an environment that runs, or ran. */
export interface Member {
  readonly name: string;
  readonly id: string;
  readonly memoryBytes: number;
}

/** What an environment consists of. */
export interface EnvironmentParts {
  readonly runId: string;
  readonly name: string;
  readonly network: RunNetwork;
  readonly members: readonly Member[];
}

/** Settles and removes everything of an environment. Does not throw for what is gone already. */
export async function removeEnvironment(meter: Meter, parts: EnvironmentParts): Promise<void> {
  const { runId, members, network } = parts;
  try {
    await settle(meter, runId, { containerIds: members.map(({ id }) => id), networks: [network] });
  } finally {
    await Promise.all(members.map(({ id }) => removeContainer(meter.docker, id)));
    await removeNetwork(meter.docker, network);
  }
}

function stateOf(state: Docker.ContainerInspectInfo["State"]): ContainerState {
  if (state.Running) return { kind: "running" };
  return state.OOMKilled ? { kind: "oom-killed" } : { kind: "exited", exitCode: state.ExitCode };
}

function nothingUsed(member: Member): Omit<ContainerUsage, "state"> {
  return {
    container: member.name,
    cpuNs: 0,
    periods: 0,
    throttledPeriods: 0,
    throttledNs: 0,
    memoryBytes: 0,
    memoryPeakBytes: null,
    memoryLimitBytes: member.memoryBytes,
    majorFaults: null,
    oomKills: null,
    networkReceivedBytes: 0,
    networkSentBytes: 0,
    blockReadBytes: 0,
    blockWrittenBytes: 0,
  };
}

/**
 * Usage of a container. The counters go with its control group when it ends: of one that has ended, the last figures that were
 * read are given, with its state; the run's own counters are exact all the same.
 */
async function readMember(
  { docker, layout }: Meter,
  runId: string,
  member: Member,
  last: ContainerUsage | undefined,
): Promise<ContainerUsage> {
  const [info, counters] = await Promise.all([
    inspectOne(docker, member.id),
    readContainer(layout, runId, member.id),
  ]);
  if (info === undefined) {
    const why = "it was removed from outside, or its lease is over";
    throw new AdapterError("not-found", `container ${member.name} is gone: ${why}.`);
  }
  const state = stateOf(info.State);
  const known = { ...(last ?? nothingUsed(member)), state };
  if (counters === undefined) return known;
  const network = await processNetwork(info.State.Pid);
  return {
    ...known,
    ...counters,
    networkReceivedBytes: network?.received ?? known.networkReceivedBytes,
    networkSentBytes: network?.sent ?? known.networkSentBytes,
  };
}

/** An environment that is ready. */
export function runningEnvironment(
  meter: Meter,
  parts: EnvironmentParts,
  endpoints: readonly Endpoint[],
): Environment {
  const last = new Map<string, ContainerUsage>();
  let removal: Promise<void> | undefined;
  const memberNamed = (name: string): Member => {
    const member = parts.members.find((candidate) => candidate.name === name);
    if (member !== undefined) return member;
    throw new AdapterError("not-found", `the environment ${parts.name} has no container ${name}.`);
  };
  return {
    name: parts.name,
    endpoints,
    async usage(): Promise<EnvironmentUsage> {
      const atMs = monotonicMs();
      const read = (member: Member) => readMember(meter, parts.runId, member, last.get(member.name));
      const containers = await Promise.all(parts.members.map(read));
      for (const usage of containers) last.set(usage.container, usage);
      return { atMs, containers };
    },
    logs: (container) => lastLines(meter.docker, memberNamed(container).id),
    destroy: () => {
      // A removal that failed can be tried again.
      removal ??= removeEnvironment(meter, parts).catch((error: unknown) => {
        removal = undefined;
        throw error;
      });
      return removal;
    },
  };
}
