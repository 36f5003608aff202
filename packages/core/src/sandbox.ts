import { AdapterError } from "./adapter-error.ts";
import type { StopSignal } from "./ports.ts";

/** What this host has for the sandbox. */
export interface HostFacts {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly cpuModel: string;
  readonly kernel: string;
  readonly engineVersion: string;
  readonly cgroupVersion: 1 | 2;
}

/** The host's cumulative processor time since boot, for telling foreign load and steal from the run's own. Milliseconds over all CPUs. */
export interface HostCounters {
  /** Monotonic, milliseconds. */
  readonly atMs: number;
  readonly totalMs: number;
  readonly busyMs: number;
  /** Taken by other guests of the same hardware. Not in `busyMs`. */
  readonly stealMs: number;
}

/** One container of an environment. */
export interface ContainerSpec {
  /** Unique in its environment: "web-0". */
  readonly name: string;
  /** Reference of an image that is already there. */
  readonly image: string;
  /** Program and arguments, instead of the image's entry point and command; absent: the image's own. */
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The TCP port that the service listens on. */
  readonly port: number;
  /** CPU limit in cores. */
  readonly cpus: number;
  /** Which of the host's CPUs it may run on, as indices; absent: any. */
  readonly cpuset?: readonly number[];
  /**
   * The CPUs that it has until it is ready, without any other limit; absent: those of `cpuset`, and `cpus` rounded up. For programs
   * that do not size themselves by the CPUs that they see at their start.
   */
  readonly cpusetUntilReady?: readonly number[];
  /** Memory limit; swap is off. */
  readonly memoryBytes: number;
  readonly gpus: number;
}

/** What to start for one side of one replay. */
export interface EnvironmentSpec {
  /** Of the whole validation; the label `apex.run` of everything that is made. */
  readonly runId: string;
  /** Unique in the run: "baseline-3". */
  readonly name: string;
  readonly containers: readonly ContainerSpec[];
  /** After so long from now the reaper may take everything away, whoever runs it. */
  readonly leaseMs: number;
  /** How long the services may take until they accept connections (and answer `readyPath`, where given, with 2xx). */
  readonly readyTimeoutMs: number;
  readonly readyPath?: string;
}

/** Where a container can be reached from this process. */
export interface Endpoint {
  readonly container: string;
  readonly host: string;
  readonly port: number;
}

/** Whether a container still serves. */
export type ContainerState =
  | { readonly kind: "running" }
  | { readonly kind: "exited"; readonly exitCode: number }
  | { readonly kind: "oom-killed" };

/**
 * A container that never got ready. `state` tells why: killed for want of memory, ended by itself, or running and mute until
 * the time was over. With the smaller machine this is a finding about it, not a failure of the sandbox.
 */
export class ContainerNotReady extends AdapterError {
  readonly container: string;
  readonly state: ContainerState;

  constructor(message: string, detail: { readonly container: string; readonly state: ContainerState }) {
    super("unavailable", message);
    this.container = detail.container;
    this.state = detail.state;
  }
}

/** Cumulative counters of one container since its start. Where the kernel has no such counter the field is `null`. */
export interface ContainerUsage {
  readonly container: string;
  readonly state: ContainerState;
  readonly cpuNs: number;
  /** Enforcement periods in all, those in which it was throttled, and for how long. */
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledNs: number;
  readonly memoryBytes: number;
  readonly memoryPeakBytes: number | null;
  readonly memoryLimitBytes: number;
  readonly majorFaults: number | null;
  readonly oomKills: number | null;
  readonly networkReceivedBytes: number;
  readonly networkSentBytes: number;
  readonly blockReadBytes: number;
  readonly blockWrittenBytes: number;
}

/** The usage of an environment at one moment. */
export interface EnvironmentUsage {
  /** Monotonic, milliseconds. */
  readonly atMs: number;
  readonly containers: readonly ContainerUsage[];
}

/** Running containers on a network of their own. */
export interface Environment {
  readonly name: string;
  /** In the order of the specification. */
  readonly endpoints: readonly Endpoint[];
  usage(): Promise<EnvironmentUsage>;
  /** The last lines that a container printed, for people; control characters are escaped. */
  logs(container: string): Promise<string>;
  /** Stops and removes everything of it. Never throws for what is gone already. */
  destroy(): Promise<void>;
}

/** What a reaper removed, or would. */
export interface Reaped {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** What builders left of images that they did not finish. */
  readonly images: readonly string[];
  readonly cgroups: readonly string[];
  readonly directories: readonly string[];
  /** What the runs had used whose counters went with them: the last chance to keep it. */
  readonly readings: readonly ReapedReading[];
  /** Whole sentences: what was not looked at, and why. */
  readonly notes: readonly string[];
}

/** What a run that was reaped had used. */
export interface ReapedReading extends CounterReading {
  readonly runId: string;
}

/** A host that runs environments. */
export interface SandboxHost {
  readonly facts: HostFacts;
  counters(): Promise<HostCounters>;
  /**
   * Throws an AdapterError and leaves nothing behind when it cannot be started; a {@link ContainerNotReady} when a container
   * started and did not get ready.
   */
  provision(spec: EnvironmentSpec, signal: StopSignal): Promise<Environment>;
  /** What a whole run has used so far, by its own parent cgroup: exact after its containers are gone or killed. */
  reading(runId: string): Promise<CounterReading>;
  /** Ends a run: removes whatever is left of it, its parent cgroup last. Readings are over. */
  closeRun(runId: string): Promise<void>;
}

/** Cumulative counters of one run. */
export interface CounterReading {
  /** Wall clock, epoch milliseconds: a label only. */
  readonly at: number;
  /** Monotonic since boot, milliseconds: durations come from it. */
  readonly monotonicMs: number;
  /** Counters of another boot cannot be compared. */
  readonly bootId: string;
  readonly cpuNs: bigint;
  /** Reserved memory × time of all containers, bytes × milliseconds: the limit for as long as the container ran. */
  readonly memoryReservedByteMs: bigint;
  /** GPUs allocated × time, milliseconds. */
  readonly gpuMs: bigint;
  readonly networkBytes: bigint;
  readonly blockBytes: bigint;
}
