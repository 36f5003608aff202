import {
  ContainerNotReady,
  type ContainerSpec,
  type ContainerUsage,
  type Environment,
  type EnvironmentSpec,
  type HostFacts,
  type ReplayOptions,
  type ReplaySchedule,
  type RunEvent,
  seededRng,
  type StopSignal,
  TWIN_PROTOCOL,
} from "@apex/core";
import { StopSource } from "../stop-source.ts";
import type { ValidationPorts } from "../validation-request.ts";
import { type SimulatedServers, simulateReplay } from "./simulated-queue.ts";

/** The places where the world is touched, and can fail. */
export type Operation =
  | "provision"
  | "usage"
  | "counters"
  | "replay"
  | "destroy"
  | "reading"
  | "append"
  | "closeRun";

/** How a simulated world behaves; the defaults are a quiet host with 2 CPUs. */
export interface SimulatedWorld {
  readonly facts?: Partial<HostFacts>;
  /** CPU that the twin's HTTP costs a request. */
  readonly overheadUs?: number;
  /** CPU of a request to a user's own image. */
  readonly imageWorkUs?: number;
  /** Memory that a user's own image needs to start. */
  readonly imageBytes?: number;
  /** Share of the requests that the service answers with 404, by the environment's name. */
  readonly notFoundShare?: (name: string) => number;
  /** How long an environment takes to start. */
  readonly provisionMs?: number;
  /** CPU of the host that others use while a replay runs; by number of the replay. */
  readonly foreignShare?: (replay: number) => number;
  /** Called before every operation with its number over all of them; what it throws is what the port throws. */
  readonly onOperation?: (operation: Operation, count: number, sandbox: SimulatedSandbox) => void;
}

const MIB = 2 ** 20;
const PROVISION_MS = 700;
const DESTROY_MS = 300;
const TWIN_BYTES = 64 * MIB;

interface Standing {
  readonly spec: EnvironmentSpec;
  readonly cpuNs: number[];
}

/** A host, a replayer, a journal and a clock in memory: containers are queues, time is counted and not spent. */
export class SimulatedSandbox {
  readonly standing = new Map<string, Standing>();
  readonly events: RunEvent[] = [];
  /** What must never happen, and did. */
  readonly violations: string[] = [];
  readonly operations: Operation[] = [];
  readonly replayed: { readonly name: string; readonly schedule: ReplaySchedule }[] = [];
  readonly provisioned: EnvironmentSpec[] = [];
  readonly signal = new StopSource();
  isClosed = false;
  readonly #world: SimulatedWorld;
  readonly #rng = seededRng(7);
  #nowMs = 1_000;
  #busyMs = 0;
  #cpuNs = 0n;
  #moving = 0;
  #isReplaying = false;
  #replays = 0;

  constructor(world: SimulatedWorld = {}) {
    this.#world = world;
  }

  get facts(): HostFacts {
    return {
      cpus: 2,
      memoryBytes: 24 * 2 ** 30,
      gpus: 0,
      cpuModel: "simulated",
      kernel: "simulated",
      engineVersion: "1",
      cgroupVersion: 2,
      ...this.#world.facts,
    };
  }

  get ports(): ValidationPorts {
    return {
      host: {
        facts: this.facts,
        counters: async () => {
          await this.#operation("counters");
          return {
            atMs: this.#nowMs,
            totalMs: this.#nowMs * this.facts.cpus,
            busyMs: this.#busyMs,
            stealMs: 0,
          };
        },
        provision: (spec, signal) => this.#provision(spec, signal),
        reading: async () => {
          await this.#operation("reading");
          if (this.isClosed) this.violations.push("a reading after the run was closed");
          return {
            at: this.#nowMs,
            monotonicMs: this.#nowMs,
            bootId: "boot",
            cpuNs: this.#cpuNs,
            memoryReservedByteMs: 0n,
            gpuMs: 0n,
            networkBytes: 0n,
            blockBytes: 0n,
          };
        },
        closeRun: async () => {
          if (this.standing.size > 0) this.violations.push("closed while environments stand");
          this.isClosed = true;
          // Whatever a failed teardown left is removed here: that is what closing a run is for.
          await this.#operation("closeRun");
        },
      },
      replayer: { replay: (schedule, options) => this.#replay(schedule, options) },
      journal: {
        append: async (event) => {
          await this.#operation("append");
          this.events.push(event);
        },
        close: async () => {},
      },
      clock: { now: () => 1_700_000_000_000 + this.#nowMs, monotonicMs: () => this.#nowMs },
      signal: this.signal,
    };
  }

  /** A few turns of the event loop, so that things finish in different orders. */
  async #turns(): Promise<void> {
    for (let turns = Math.floor(this.#rng() * 6); turns >= 0; turns -= 1) await Promise.resolve();
  }

  async #operation(operation: Operation): Promise<void> {
    this.operations.push(operation);
    this.#world.onOperation?.(operation, this.operations.length, this);
    await this.#turns();
  }

  async #move(operation: "provision" | "destroy", durationMs: number): Promise<void> {
    if (this.#isReplaying && !this.signal.aborted) this.violations.push(`${operation} while a replay runs`);
    this.#moving += 1;
    try {
      await this.#operation(operation);
      this.#nowMs += durationMs;
    } finally {
      this.#moving -= 1;
    }
  }

  async #provision(spec: EnvironmentSpec, signal: StopSignal): Promise<Environment> {
    this.provisioned.push(spec);
    if (this.isClosed) this.violations.push("provisioned after the run was closed");
    await this.#move("provision", this.#world.provisionMs ?? PROVISION_MS);
    if (signal.aborted) throw signal.reason;
    const starved = spec.containers.find((container) => this.#needs(container) > container.memoryBytes);
    if (starved !== undefined) {
      const state = { kind: "oom-killed" } as const;
      throw new ContainerNotReady(`${starved.name} was killed.`, { container: starved.name, state });
    }
    const standing: Standing = { spec, cpuNs: spec.containers.map(() => 0) };
    this.standing.set(spec.name, standing);
    return {
      name: spec.name,
      endpoints: spec.containers.map(({ name, port }) => ({ container: name, host: spec.name, port })),
      usage: async () => {
        await this.#operation("usage");
        const containers = spec.containers.map((container, index) => this.#usage(container, standing, index));
        return { atMs: this.#nowMs, containers };
      },
      logs: async () => "",
      destroy: async () => {
        this.standing.delete(spec.name);
        await this.#move("destroy", DESTROY_MS);
      },
    };
  }

  #needs(container: ContainerSpec): number {
    const resident = container.env[TWIN_PROTOCOL.environment.residentBytes];
    return resident === undefined ? (this.#world.imageBytes ?? 0) : Number(resident) + TWIN_BYTES;
  }

  #usage(container: ContainerSpec, standing: Standing, index: number): ContainerUsage {
    return {
      container: container.name,
      state: { kind: "running" },
      cpuNs: standing.cpuNs[index] ?? 0,
      periods: 0,
      throttledPeriods: 0,
      throttledNs: 0,
      memoryBytes: this.#needs(container),
      memoryPeakBytes: this.#needs(container),
      memoryLimitBytes: container.memoryBytes,
      majorFaults: 0,
      oomKills: 0,
      networkReceivedBytes: 0,
      networkSentBytes: 0,
      blockReadBytes: 0,
      blockWrittenBytes: 0,
    };
  }

  async #replay(schedule: ReplaySchedule, options: ReplayOptions) {
    const name = options.targets[0]?.host ?? "";
    if (this.#moving > 0) this.violations.push("a replay while an environment comes or goes");
    if (this.standing.size !== 1) this.violations.push(`${this.standing.size} environments in a replay`);
    this.#isReplaying = true;
    try {
      await this.#operation("replay");
      if (options.signal?.aborted === true) throw options.signal.reason;
      const standing = this.standing.get(name);
      if (standing === undefined) throw new Error(`no environment ${name}`);
      this.replayed.push({ name, schedule });
      return this.#measured(schedule, options, standing);
    } finally {
      this.#isReplaying = false;
    }
  }

  #measured(schedule: ReplaySchedule, options: ReplayOptions, standing: Standing) {
    const { overheadUs = 120, imageWorkUs = 2_000, notFoundShare, foreignShare } = this.#world;
    // Hosts are not alike from replay to replay.
    const drift = 1 + (this.#rng() - 0.5) * 0.01;
    const { result, cpuUs } = simulateReplay(schedule, standing.spec.containers.map(serversOf), {
      overheadUs: overheadUs * drift,
      defaultWorkUs: imageWorkUs * drift,
      timeoutMs: options.timeoutMs,
    });
    const notFound = Math.round(result.completed * (notFoundShare?.(standing.spec.name) ?? 0));
    options.onProgress?.({
      elapsedMs: schedule.durationMs / 2,
      durationMs: schedule.durationMs,
      sent: result.sent / 2,
      completed: result.completed / 2,
      failed: 0,
      inFlight: 0,
      p99Ms: result.latency.p99Ms,
    });
    this.#replays += 1;
    // The warm-up costs an image as much as any other request, and the twin nothing.
    const isImage = standing.spec.containers.every(
      ({ env }) => env[TWIN_PROTOCOL.environment.slots] === undefined,
    );
    const warmupUs = isImage
      ? (options.warmupRequests * (imageWorkUs + overheadUs) * drift) / cpuUs.length
      : 0;
    cpuUs.forEach((us, index) => {
      standing.cpuNs[index] = (standing.cpuNs[index] ?? 0) + (us + warmupUs) * 1000;
    });
    const usedUs = cpuUs.reduce((sum, us) => sum + us + warmupUs, 0);
    this.#cpuNs += BigInt(Math.round(usedUs * 1000));
    this.#nowMs += result.durationMs;
    const foreignMs = (foreignShare?.(this.#replays) ?? 0) * result.durationMs * this.facts.cpus;
    this.#busyMs += usedUs / 1000 + result.senderCpuMs + foreignMs;
    return { ...result, statuses: { "200": result.completed - notFound, "404": notFound } };
  }
}

function serversOf(container: ContainerSpec): SimulatedServers {
  const { slots, slotCores } = TWIN_PROTOCOL.environment;
  if (container.env[slots] === undefined) return { slots: 1, slotCores: container.cpus };
  return { slots: Number(container.env[slots]), slotCores: Number(container.env[slotCores]) };
}
