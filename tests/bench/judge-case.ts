/** One validation on real containers: a baseline twin and a candidate that is equal or known to be too small. */
import {
  AdapterError,
  ContainerNotReady,
  type Environment,
  type EnvironmentSpec,
  type Replayer,
  type ReplaySchedule,
  type RunMeasurement,
  type SandboxHost,
  seededRng,
  type Side,
  TWIN_PROTOCOL,
  type Verdict,
} from "@apex/core";
import {
  deriveObjectives,
  fidelity,
  judge,
  measureRun,
  needsMoreRuns,
  PAIRS_FIRST,
} from "@apex/sandbox-engine";

/** What is done to the candidate: nothing, or a share of the CPU or memory that the baseline was seen to need. */
export interface Grade {
  readonly kind: "equal" | "cpu" | "memory";
  /** 1 when equal. */
  readonly share: number;
}

/** One validation to do. */
export interface JudgeCase {
  /** Kebab-case: "cpu-70-03". */
  readonly id: string;
  readonly grade: Grade;
  /** CPU used of the baseline's limit. */
  readonly utilisation: number;
  readonly seed: number;
}

/** What one container needs, as a calibration replay of the baseline measured it. */
export interface Need {
  readonly cpuSecondsPerRequest: number;
  readonly memoryBytes: number;
}

/** One validation that was done, as it is kept: a line of JSON. */
export interface JudgedCase extends JudgeCase {
  readonly need: Need;
  readonly kind: Verdict["kind"];
  readonly seconds: number;
  /** Without their buckets. */
  readonly runs: readonly RunMeasurement[];
}

/** Where the cases run. */
export interface Workbench {
  readonly host: SandboxHost;
  readonly replayer: Replayer;
  readonly image: string;
  readonly replayMs: number;
  /** Pairs of replays at most, where five do not decide. */
  readonly pairsMax: number;
  readonly signal: AbortSignal;
  /** Called after each replay. */
  readonly onReplay: (run: RunMeasurement) => void;
}

const MIB = 2 ** 20;
/** The baseline: a machine of four vCPUs at a scale of a quarter: one core. */
const SLOTS = 4;
const CORES = 1;
const MEMORY_BYTES = 512 * MIB;
const RESIDENT_BYTES = 192 * MIB;
/** CPU of a request on average, and what the twin's own handling of it costs. */
const WORK_US = 1_000;
const OVERHEAD_US = 50;
const REQUEST_TIMEOUT_MS = 5_000;
const READY_TIMEOUT_MS = 20_000;
const LEASE_MS = 120_000;
/** A candidate that did not start so often does not start. */
const START_FAILURES_MAX = 2;

interface Container {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** Poisson arrivals with exponential work, the same for both sides. */
function scheduleOf(utilisation: number, durationMs: number, seed: number): ReplaySchedule {
  const rng = seededRng(seed);
  const gapMs = (WORK_US + OVERHEAD_US) / 1000 / (utilisation * CORES);
  const offsetsMs: number[] = [];
  for (let at = exponential(rng, gapMs); at < durationMs; at += exponential(rng, gapMs)) offsetsMs.push(at);
  const codes = new Uint32Array(offsetsMs.length);
  return {
    offsetsMs: Float64Array.from(offsetsMs),
    methods: { values: ["GET"], codes },
    paths: { values: ["/"], codes },
    bodyBytes: new Uint32Array(offsetsMs.length),
    workUs: Float64Array.from(offsetsMs, () => exponential(rng, WORK_US)),
    durationMs,
    rate: (offsetsMs.length * 1000) / durationMs,
  };
}

function exponential(rng: () => number, mean: number): number {
  return -mean * Math.log(1 - rng());
}

/** What the baseline needs, from one replay of it. */
export async function measureNeed(bench: Workbench, runId: string): Promise<Need> {
  const schedule = scheduleOf(0.5, bench.replayMs, 1);
  const container = { cpus: CORES, memoryBytes: MEMORY_BYTES };
  try {
    const run = await replayOnce(bench, { runId, side: "baseline", ordinal: 1, container, schedule });
    const { cpuSecondsPerRequest, memoryPeakShare } = run;
    if (!(cpuSecondsPerRequest > 0) || memoryPeakShare === null) {
      throw new Error(
        "the calibration replay measured no CPU or no memory peak: nothing can be graded by it",
      );
    }
    return { cpuSecondsPerRequest, memoryBytes: memoryPeakShare * MEMORY_BYTES };
  } finally {
    await bench.host.closeRun(runId);
  }
}

/** The judge's opinion as `apex validate` asks for it with the twin and a record without durations, of which these cases are. */
export function verdictOf(runs: readonly RunMeasurement[]): Verdict {
  return judge(runs, { objectives: deriveObjectives({ baselineRuns: runs }), standIn: "twin" });
}

/** Does a whole validation: replays in the order ABBA…, more where the judge asks for them. */
export async function runCase(bench: Workbench, each: JudgeCase, need: Need): Promise<JudgedCase> {
  const startedMs = performance.now();
  const runId = `judge-${each.id}-${process.pid}`;
  const schedule = scheduleOf(each.utilisation, bench.replayMs, each.seed);
  const baseline: Container = { cpus: CORES, memoryBytes: MEMORY_BYTES };
  const containers = {
    baseline,
    candidate: candidateOf(each.grade, { need, rate: schedule.rate, baseline }),
  };
  const runs: RunMeasurement[] = [];
  const opinion = () => verdictOf(runs);
  try {
    let pairs = 0;
    for (let more = PAIRS_FIRST; more > 0; more = needsMoreRuns(opinion(), pairs, bench.pairsMax)) {
      for (const side of interleaved(pairs, more)) {
        const container = containers[side];
        const run = await replayOnce(bench, { runId, side, ordinal: runs.length + 1, container, schedule });
        runs.push(run);
        bench.onReplay(run);
        if (runs.filter(({ sent }) => sent === 0).length >= START_FAILURES_MAX) break;
      }
      pairs += more;
      if (runs.some(({ sent }) => sent === 0)) break;
    }
  } finally {
    await bench.host.closeRun(runId);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { ...each, need, kind: opinion().kind, seconds, runs };
}

/** ABBA…: `count` pairs after the first `done`. */
function interleaved(done: number, count: number): readonly Side[] {
  return Array.from({ length: count }, (_, index): readonly Side[] =>
    (done + index) % 2 === 0 ? ["baseline", "candidate"] : ["candidate", "baseline"],
  ).flat();
}

function candidateOf(
  { kind, share }: Grade,
  { need, rate, baseline }: { readonly need: Need; readonly rate: number; readonly baseline: Container },
): Container {
  switch (kind) {
    case "equal":
      return baseline;
    case "cpu":
      return { ...baseline, cpus: share * rate * need.cpuSecondsPerRequest };
    case "memory":
      return { ...baseline, memoryBytes: Math.round(share * need.memoryBytes) };
    default:
      return kind satisfies never;
  }
}

interface Order {
  readonly runId: string;
  readonly side: Side;
  readonly ordinal: number;
  readonly container: Container;
  readonly schedule: ReplaySchedule;
}

async function replayOnce(bench: Workbench, order: Order): Promise<RunMeasurement> {
  let environment: Environment | undefined;
  try {
    environment = await bench.host.provision(environmentSpec(bench.image, order), bench.signal);
    return await replayIn(environment, bench, order);
  } catch (error) {
    if (order.side === "candidate" && isOwnFault(error)) return notStarted(order, error);
    throw error;
  } finally {
    await environment?.destroy();
  }
}

/** Whether a container that was started did not get ready, which is a finding; all else is the sandbox's failure. */
function isOwnFault(error: unknown): error is AdapterError {
  return error instanceof ContainerNotReady || (error instanceof AdapterError && error.kind === "invalid");
}

async function replayIn(
  environment: Environment,
  bench: Workbench,
  { side, ordinal, container, schedule }: Order,
): Promise<RunMeasurement> {
  const counters = async () => ({ usage: await environment.usage(), host: await bench.host.counters() });
  const before = await counters();
  const connectionsMax = 256;
  const result = await bench.replayer
    .replay(schedule, {
      targets: environment.endpoints,
      timeoutMs: REQUEST_TIMEOUT_MS,
      connectionsMax,
      cpus: [0],
      inFlightMax: 8_192,
      warmupRequests: 0,
      signal: bench.signal,
    })
    .catch(async (error: unknown) => {
      if (!(error instanceof AdapterError)) throw error;
      const { containers } = await environment.usage();
      const dead = containers.find(({ state }) => state.kind !== "running");
      throw dead === undefined ? error : new ContainerNotReady(error.message, dead);
    });
  const replay = {
    side,
    purpose: "measurement" as const,
    name: `${side}-${ordinal}`,
    loadFactor: 1,
    durationMs: schedule.durationMs,
  };
  const run = measureRun(
    {
      replay,
      ordinal,
      schedule,
      result,
      counters: { before, after: await counters() },
      cores: container.cpus,
      warmupRequests: 0,
    },
    { connectionsMax },
  );
  return { ...run, latency: { ...run.latency, buckets: [] }, lateness: { ...run.lateness, buckets: [] } };
}

function environmentSpec(image: string, { runId, side, ordinal, container }: Order): EnvironmentSpec {
  const slots = Math.max(1, Math.ceil(SLOTS * (container.cpus / CORES) - 1e-9));
  const names = TWIN_PROTOCOL.environment;
  return {
    runId,
    name: `${side}-${ordinal}`,
    containers: [
      {
        name: "service",
        image,
        env: {
          [names.slots]: String(slots),
          [names.slotCores]: String(Math.min(1, container.cpus / slots)),
          [names.residentBytes]: String(RESIDENT_BYTES),
          [names.port]: String(TWIN_PROTOCOL.port),
        },
        port: TWIN_PROTOCOL.port,
        cpus: container.cpus,
        cpuset: [1],
        memoryBytes: container.memoryBytes,
        gpus: 0,
      },
    ],
    leaseMs: LEASE_MS,
    readyTimeoutMs: READY_TIMEOUT_MS,
    readyPath: TWIN_PROTOCOL.readyPath,
  };
}

/** A candidate that never served is a replay in which nothing was answered. */
function notStarted({ side, ordinal, schedule }: Order, error: AdapterError): RunMeasurement {
  const nothing = {
    count: 0,
    meanMs: null,
    p50Ms: null,
    p90Ms: null,
    p95Ms: null,
    p99Ms: null,
    p999Ms: null,
    maxMs: null,
    buckets: [],
  };
  const scheduled = schedule.offsetsMs.length;
  const isKilled = error instanceof ContainerNotReady && error.state.kind === "oom-killed";
  const run = {
    side,
    ordinal,
    loadFactor: 1,
    latency: nothing,
    lateness: nothing,
    scheduled,
    sent: 0,
    dropped: 0,
    errorShare: 1,
    errors: scheduled,
    durationMs: schedule.durationMs,
    achievedShare: 0,
    cpuShare: 0,
    cpuSecondsPerRequest: 0,
    throttledPeriodShare: null,
    memoryPeakShare: null,
    majorFaults: null,
    oomKills: isKilled ? 1 : 0,
    exitedContainers: isKilled ? 0 : 1,
    intervals: [],
    intervalMs: 250,
    senderCpuShare: 0,
    foreignCpuShare: 0,
    stealShare: 0,
  };
  return { ...run, unfit: fidelity(run) };
}
