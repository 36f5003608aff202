import { readFile } from "node:fs/promises";
import {
  AdapterError,
  type CounterReading,
  type HostCounters,
  type Replayer,
  type SandboxHost,
} from "@apex/core";
import type { HostPart } from "../pipeline/validate.ts";

/** What of a host a run may use. */
export interface PartOfHost {
  /** Indices of its CPUs; the first is the sender's. */
  readonly cpus: readonly number[];
  readonly memoryBytes: number;
  readonly gpus: number;
}

/** What is told of a run while it goes on. */
export interface PartHooks {
  /** Its first environment is being made: from now on it can be read. */
  readonly onOpened: () => void;
  readonly onReading: (reading: CounterReading) => void;
}

const MS_PER_TICK = 10;

/** The time of some CPUs, from /proc/stat: what other runs do on theirs is no foreign load of this one. */
export function countersOf(text: string, cpus: readonly number[], atMs: number): HostCounters {
  const wanted = new Set(cpus.map((cpu) => `cpu${cpu}`));
  const sums = { totalMs: 0, busyMs: 0, stealMs: 0 };
  for (const line of text.split("\n")) {
    const [name = "", ...fields] = line.split(/\s+/);
    if (!wanted.delete(name)) continue;
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
      fields.map(Number);
    const busy = user + nice + system + irq + softirq;
    sums.busyMs += busy * MS_PER_TICK;
    sums.stealMs += steal * MS_PER_TICK;
    sums.totalMs += (busy + idle + iowait + steal) * MS_PER_TICK;
  }
  if (wanted.size > 0) throw new AdapterError("unavailable", `this host has lost ${[...wanted].join(", ")}`);
  return { atMs, ...sums };
}

/**
 * A part of a host as a host of its own: its CPUs count from 0, services and sender get those of the part, and only their time is
 * compared with the run's.
 */
export function partOfHost(
  host: SandboxHost,
  replayer: Replayer,
  part: PartOfHost,
  hooks: PartHooks,
): HostPart {
  const { cpus, memoryBytes, gpus } = part;
  const place = (indices: readonly number[]) => indices.map((index) => cpus[index] ?? index);
  const isWhole = cpus.length >= host.facts.cpus;
  const within: SandboxHost = {
    facts: {
      ...host.facts,
      cpus: Math.min(cpus.length, host.facts.cpus),
      memoryBytes: Math.min(memoryBytes, host.facts.memoryBytes),
      gpus: Math.min(gpus, host.facts.gpus),
    },
    counters: async () =>
      isWhole
        ? host.counters()
        : countersOf(await readFile("/proc/stat", "utf8"), cpus, Number(process.hrtime.bigint()) / 1e6),
    provision: (spec, signal) => {
      hooks.onOpened();
      const containers = spec.containers.map((container) => ({
        ...container,
        ...(container.cpuset === undefined ? {} : { cpuset: place(container.cpuset) }),
        ...(container.cpusetUntilReady === undefined
          ? {}
          : { cpusetUntilReady: place(container.cpusetUntilReady) }),
      }));
      return host.provision({ ...spec, containers }, signal);
    },
    reading: async (runId) => {
      const reading = await host.reading(runId);
      hooks.onReading(reading);
      return reading;
    },
    closeRun: (runId) => host.closeRun(runId),
  };
  const sender: Replayer = {
    replay: (schedule, options) =>
      replayer.replay(schedule, {
        ...options,
        ...(options.cpus === undefined ? {} : { cpus: place(options.cpus) }),
      }),
  };
  return { host: within, replayer: sender };
}

/** Hands out a worker's CPUs, so that no two runs share one. */
export interface CpuAllotment {
  /** Throws an AdapterError (`unavailable`) when fewer are free. */
  take(count: number): { readonly cpus: readonly number[]; readonly giveBack: () => void };
}

export function cpuAllotment(cpus: readonly number[]): CpuAllotment {
  const free = new Set(cpus);
  return {
    take: (count) => {
      const taken = [...free].toSorted((a, b) => a - b).slice(0, count);
      if (taken.length < count) {
        throw new AdapterError(
          "unavailable",
          `${count} CPUs are wanted and ${free.size} are free on this worker`,
        );
      }
      for (const cpu of taken) free.delete(cpu);
      return {
        cpus: taken,
        giveBack: () => {
          for (const cpu of taken) free.add(cpu);
        },
      };
    },
  };
}
