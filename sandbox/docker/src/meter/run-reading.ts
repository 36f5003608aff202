import { AdapterError, type CounterReading } from "@apex/core";
import type Docker from "dockerode";
import { monotonicMs } from "../run/clock.ts";
import { inspectAll, labelledContainers, labelledNetworks } from "../run/find-resources.ts";
import { bootId } from "../run/owner.ts";
import { noteSettled, readRunRecord, type SettledUsage } from "../run/run-record.ts";
import { readContainer, readRun } from "./cgroup-files.ts";
import type { CgroupLayout } from "./cgroup-layout.ts";
import { bridgeBytes } from "./network-counters.ts";
import { reservedBy } from "./reservation.ts";

/** Where the parts of a run's usage are found. */
export interface Meter {
  readonly docker: Docker;
  readonly layout: CgroupLayout;
  readonly recordFolder: string;
}

/** Containers and networks of a run. */
interface Parts {
  readonly containerIds: readonly string[];
  readonly networks: readonly { readonly id: string; readonly bridge: string }[];
}

const NOTHING = { memoryByteMs: 0n, gpuMs: 0n, networkBytes: 0n, cpuNs: 0n, blockBytes: 0n };

async function containerUsage(
  { layout }: Meter,
  runId: string,
  info: Docker.ContainerInspectInfo,
): Promise<SettledUsage> {
  const counters = await readContainer(layout, runId, info.Id);
  const blockBytes = BigInt((counters?.blockReadBytes ?? 0) + (counters?.blockWrittenBytes ?? 0));
  return { ...NOTHING, id: info.Id, ...reservedBy(info), cpuNs: BigInt(counters?.cpuNs ?? 0), blockBytes };
}

async function usageOf(
  meter: Meter,
  runId: string,
  { containerIds, networks }: Parts,
): Promise<readonly SettledUsage[]> {
  const infos = await inspectAll(meter.docker, containerIds);
  return Promise.all([
    ...infos.map((info) => containerUsage(meter, runId, info)),
    ...networks.map(async ({ id, bridge }) => ({ ...NOTHING, id, networkBytes: await bridgeBytes(bridge) })),
  ]);
}

/** Notes what containers and networks have used. To be called before they are removed: with them goes what they counted. */
export async function settle(meter: Meter, runId: string, parts: Parts): Promise<void> {
  await noteSettled(meter.recordFolder, runId, await usageOf(meter, runId, parts));
}

function sum(parts: Iterable<SettledUsage>, of: (part: SettledUsage) => bigint): bigint {
  let total = 0n;
  for (const part of parts) total += of(part);
  return total;
}

function larger(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}

/**
 * The counters of a run: CPU and block I/O from its own control group, which has counted dead containers too; reservations
 * and network from what was settled before removal plus what is there. Needs nothing of the process that ran it. Where the run
 * could not have a group that outlives its containers, CPU is the sum of what was read of each before it was removed.
 */
export async function readRunCounters(meter: Meter, runId: string): Promise<CounterReading> {
  const { docker, layout, recordFolder } = meter;
  const [containers, networks] = await Promise.all([
    labelledContainers(docker, runId),
    labelledNetworks(docker, runId),
  ]);
  // What is there first, what was settled after it: something removed in between is then in both, and counted once.
  const present = await usageOf(meter, runId, { containerIds: containers.map(({ id }) => id), networks });
  const record = await readRunRecord(recordFolder, runId);
  if (record === undefined && present.length === 0) {
    throw new AdapterError("not-found", `there is no run ${runId} on this machine, or it has been closed.`);
  }
  const counted = await readRun(layout, runId);
  const parts = new Map(present.map((part) => [part.id, part]));
  for (const part of record?.settled.values() ?? []) parts.set(part.id, part);
  return {
    at: Date.now(),
    monotonicMs: monotonicMs(),
    bootId: bootId(),
    cpuNs: larger(
      counted?.cpuNs ?? 0n,
      sum(parts.values(), (part) => part.cpuNs),
    ),
    blockBytes: larger(
      counted?.blockBytes ?? 0n,
      sum(parts.values(), (part) => part.blockBytes),
    ),
    memoryReservedByteMs: sum(parts.values(), (part) => part.memoryByteMs),
    gpuMs: sum(parts.values(), (part) => part.gpuMs),
    networkBytes: sum(parts.values(), (part) => part.networkBytes),
  };
}
