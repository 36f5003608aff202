import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Environment,
  type Replayer,
  type ReplayResult,
  type SandboxHost,
  TWIN_PROTOCOL,
} from "@apex/core";
import {
  type CpuSample,
  compareWithRecord,
  type RecordComparison,
  type Steps,
} from "./compare-with-record.ts";
import type { RecordedShape } from "./recorded-shapes.ts";
import { seededLoad, shapeSchedule } from "./shape-schedule.ts";

/** Where shapes are reproduced. */
export interface Laboratory {
  readonly host: SandboxHost;
  readonly replayer: Replayer;
  /** Reference of the twin's image. */
  readonly image: string;
}

/** How one shape went. */
export interface Reproduction extends RecordComparison {
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

async function sample(environment: Environment): Promise<CpuSample> {
  const { atMs, containers } = await environment.usage();
  const [container] = containers;
  if (container?.state.kind !== "running") throw new Error(`the twin does not run: ${container?.state.kind}`);
  return { atMs, ...container };
}

/** Replays a shape and samples the container's CPU where one step ends and the next begins. */
async function replaySteps(
  { host, replayer }: Laboratory,
  environment: Environment,
  shares: readonly number[],
  stepMs: number,
): Promise<{ readonly steps: Steps; readonly result: ReplayResult }> {
  const schedule = shapeSchedule(seededLoad(SEED, CAPACITY, WORK_US), shares, stepMs);
  const start = Promise.withResolvers<number>();
  const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;
  const before = await host.counters();
  // Before anything is sent: on a busy machine a sample can take longer than the replay takes to begin.
  const first = await sample(environment);
  const replay = replayer.replay(schedule, {
    targets: environment.endpoints,
    timeoutMs: 60_000,
    connectionsMax: 256,
    inFlightMax: 20_000,
    warmupRequests: 0,
    onProgress: ({ elapsedMs }) => start.resolve(monotonicMs() - elapsedMs),
  });
  replay.catch(start.reject);
  const startMs = await start.promise;
  const samples = [{ ...first, atMs: startMs }];
  for (const step of shares.keys()) {
    await pause(Math.max(0, startMs + (step + 1) * stepMs - monotonicMs()));
    samples.push(await sample(environment));
  }
  const result = await replay;
  const now = await host.counters();
  const hostBusyShare = (now.busyMs - before.busyMs) / (now.totalMs - before.totalMs);
  const after = await sample(environment);
  return { steps: { stepMs, cpus: MACHINE.cpus, samples, after, hostBusyShare }, result };
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
    const { steps, result } = await replaySteps(laboratory, environment, shares, stepMs);
    return { ...compareWithRecord(shape, steps), result };
  } finally {
    await host.closeRun(runId);
  }
}
