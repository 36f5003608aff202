import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Environment,
  type Replayer,
  type ReplayResult,
  type SandboxHost,
  TWIN_PROTOCOL,
} from "@apex/core";
import type { RecordedShape } from "./recorded-shapes.ts";
import { seededLoad, shapeSchedule } from "./shape-schedule.ts";

/** Where shapes are reproduced. */
export interface Laboratory {
  readonly host: SandboxHost;
  readonly replayer: Replayer;
  /** Reference of the twin's image. */
  readonly image: string;
}

/** How one shape went. Shares are of the container's CPU limit. */
export interface Reproduction {
  readonly shape: string;
  readonly points: readonly { readonly recordedShare: number; readonly measuredShare: number }[];
  readonly recordedShare: number;
  readonly measuredShare: number;
  /** Of the whole: |measured − recorded| ÷ recorded. */
  readonly errorShare: number;
  /** Mean over the points of |measured − recorded|, over the recorded mean: whether it is the same shape. */
  readonly shapeErrorShare: number;
  readonly throttledShare: number;
  /** How busy the whole host was, everybody's work included. */
  readonly hostBusyShare: number;
  readonly result: ReplayResult;
}

/** The recorded machine: four vCPUs at a quarter of a host's core each, in a container of one core. */
const MACHINE = {
  slots: 4,
  slotCores: 0.25,
  cpus: 1,
  memoryBytes: 512 * 2 ** 20,
  residentBytes: 128 * 2 ** 20,
};
/** CPU of a request on the host: 8 ms on the recorded machine. */
const WORK_US = 2000;
const CAPACITY = (MACHINE.cpus * 1e6) / WORK_US;
const SEED = 3;

interface CpuSample {
  readonly atMs: number;
  readonly cpuNs: number;
  readonly throttledPeriods: number;
  readonly periods: number;
}

async function sample(environment: Environment): Promise<CpuSample> {
  const { atMs, containers } = await environment.usage();
  const [container] = containers;
  if (container?.state.kind !== "running") throw new Error(`the twin does not run: ${container?.state.kind}`);
  return { atMs, ...container };
}

/** A replay with the CPU at its start and at the end of each step, and when all was answered. */
interface Steps {
  readonly samples: readonly CpuSample[];
  readonly after: CpuSample;
  readonly hostBusyShare: number;
  readonly result: ReplayResult;
}

/** CPU of the container between two samples, over its limit. */
function shareBetween(from: CpuSample, to: CpuSample): number {
  return (to.cpuNs - from.cpuNs) / 1e6 / (to.atMs - from.atMs) / MACHINE.cpus;
}

/** Replays a shape and samples the container's CPU where one step ends and the next begins. */
async function replaySteps(
  { host, replayer }: Laboratory,
  environment: Environment,
  shares: readonly number[],
  stepMs: number,
): Promise<Steps> {
  const schedule = shapeSchedule(seededLoad(SEED, CAPACITY, WORK_US), shares, stepMs);
  const start = Promise.withResolvers<number>();
  const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;
  const before = await host.counters();
  const replay = replayer.replay(schedule, {
    targets: environment.endpoints,
    timeoutMs: 60_000,
    connectionsMax: 256,
    inFlightMax: 20_000,
    warmupRequests: 0,
    onProgress: ({ elapsedMs }) => start.resolve(monotonicMs() - elapsedMs),
  });
  replay.catch(start.reject);
  const first = await sample(environment);
  const startMs = await start.promise;
  const samples = [{ ...first, atMs: startMs }];
  for (const step of shares.keys()) {
    await pause(Math.max(0, startMs + (step + 1) * stepMs - monotonicMs()));
    samples.push(await sample(environment));
  }
  const result = await replay;
  const now = await host.counters();
  const hostBusyShare = (now.busyMs - before.busyMs) / (now.totalMs - before.totalMs);
  return { samples, after: await sample(environment), hostBusyShare, result };
}

/** The figures of a replay. */
function compare(shape: RecordedShape, { samples, after, hostBusyShare, result }: Steps): Reproduction {
  const points = shape.cpuPercent.map((percent, step) => {
    const [from, to] = samples.slice(step, step + 2);
    if (!from || !to) throw new Error("a step without samples");
    return { recordedShare: percent / 100, measuredShare: shareBetween(from, to) };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const recordedShare = mean(points.map((point) => point.recordedShare));
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) throw new Error("a replay without samples");
  // What came in the last step may have been worked on after it.
  const measuredShare = shareBetween(first, { ...after, atMs: last.atMs });
  const errors = points.map((point) => Math.abs(point.measuredShare - point.recordedShare));
  const periods = after.periods - first.periods;
  return {
    shape: shape.name,
    points,
    recordedShare,
    measuredShare,
    errorShare: Math.abs(measuredShare - recordedShare) / recordedShare,
    shapeErrorShare: mean(errors) / recordedShare,
    throttledShare: periods === 0 ? 0 : (after.throttledPeriods - first.throttledPeriods) / periods,
    hostBusyShare,
    result,
  };
}

/**
 * Starts a twin in the sandbox, replays requests whose rate follows a recorded shape, `stepMs` for each of its points, and
 * compares the CPU that the container used with the record. Leaves nothing behind.
 */
export async function reproduceShape(
  laboratory: Laboratory,
  shape: RecordedShape,
  stepMs: number,
): Promise<Reproduction> {
  const { host, image } = laboratory;
  const runId = `twin-${randomBytes(6).toString("hex")}`;
  const names = TWIN_PROTOCOL.environment;
  const shares = shape.cpuPercent.map((percent) => percent / 100);
  try {
    const environment = await host.provision(
      {
        runId,
        name: "twin",
        containers: [
          {
            name: "service-0",
            image,
            env: {
              [names.slots]: String(MACHINE.slots),
              [names.slotCores]: String(MACHINE.slotCores),
              [names.residentBytes]: String(MACHINE.residentBytes),
            },
            port: TWIN_PROTOCOL.port,
            cpus: MACHINE.cpus,
            memoryBytes: MACHINE.memoryBytes,
            gpus: 0,
          },
        ],
        leaseMs: 120_000 + 2 * stepMs * shares.length,
        readyTimeoutMs: 60_000,
        readyPath: TWIN_PROTOCOL.readyPath,
      },
      new AbortController().signal,
    );
    return compare(shape, await replaySteps(laboratory, environment, shares, stepMs));
  } finally {
    await host.closeRun(runId);
  }
}
