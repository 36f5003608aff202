/**
 * What a queue costs: a no-op run that is queued against the same run done inline, runs a minute with 1, 2 and 4 worker processes, and
 * the memory of a worker during a campaign of 1,000 runs; on both backends, with the records in the embedded PostgreSQL.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import path from "node:path";
import type { Campaign } from "@apex/core";
import { openRecordStores, type OpenRecordStores } from "@apex/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { killed } from "../chaos/child-end.ts";
import { type RedisServer, startRedis } from "../chaos/redis-server.ts";
import { doomedWorker } from "../queue/doomed-worker.ts";
import { backendsHere } from "../queue/redis-or-not.ts";
import { aMember, members, until, type World, worldOn } from "../queue/world.ts";

const IS_SMALL = process.env["APEX_BENCH_ITERATIONS"] !== undefined;
const RUNS = IS_SMALL ? 10 : 300;
const RUNS_OF_LARGE = IS_SMALL ? 20 : 1_000;
/** When memory is looked at first: caches are warm by then. */
const WARM_SHARE = 0.2;
const CORES = 4;
const TIMEOUT_MS = 600_000;
const MIB = 2 ** 20;

describe.each(backendsHere())("the queue on %s", (kind) => {
  let folder: string;
  let embedded: OpenRecordStores;
  let redis: RedisServer | undefined;
  let worlds = 0;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "apex-bench-"));
    embedded = openRecordStores({ directory: folder });
    redis = kind === "redis" ? await startRedis(path.join(folder, "redis")) : undefined;
  });

  afterAll(async () => {
    await redis?.crash();
    await embedded?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function newWorld(): Promise<World> {
    redis?.flush();
    return worldOn(await addressOf(embedded), `bench_${++worlds}`, redis?.url);
  }

  test(`a run that is queued against one that is not, ${RUNS} of each`, { timeout: TIMEOUT_MS }, async () => {
    await using world = await newWorld();
    const inlineMs = await inline(world);
    const queuedMs = await throughWorkers(world, 1, 1);
    report(
      `${kind}: ${inlineMs.toFixed(1)} ms a run inline (claim and end), ${queuedMs.toFixed(1)} ms queued, one after the other: ` +
        `${(queuedMs - inlineMs).toFixed(1)} ms more`,
    );
  });

  test.each([1, 2, 4])(
    `runs a minute with %i workers of ${CORES} cores`,
    { timeout: TIMEOUT_MS },
    async (workers) => {
      await using world = await newWorld();
      const perRunMs = await throughWorkers(world, workers, CORES);
      report(`${kind}: ${Math.round(60_000 / perRunMs)} runs a minute with ${workers} worker processes`);
    },
  );

  test(`the memory of a worker during ${RUNS_OF_LARGE} runs`, { timeout: TIMEOUT_MS }, async () => {
    await using world = await newWorld();
    const campaign = await world.order(members("m", RUNS_OF_LARGE));
    const [worker] = await startWorkers(world, 1, CORES);
    try {
      await until("it is warm", () => hasDone(world, campaign, RUNS_OF_LARGE * WARM_SHARE), TIMEOUT_MS);
      const warm = await residentBytes(worker);
      await until("it is done", () => hasDone(world, campaign, RUNS_OF_LARGE), TIMEOUT_MS);
      const done = await residentBytes(worker);
      report(
        `${kind}: ${(warm / MIB).toFixed(0)} MiB resident after ${RUNS_OF_LARGE * WARM_SHARE} runs, ` +
          `${(done / MIB).toFixed(0)} MiB after ${RUNS_OF_LARGE}`,
      );
      expect((await world.ended(campaign)).counts.done).toBe(RUNS_OF_LARGE);
    } finally {
      await killed(worker);
    }
  });
});

async function addressOf(embedded: OpenRecordStores): Promise<string> {
  const connection = await embedded.connection();
  if ("connectionString" in connection) return connection.connectionString;
  const { user, password, host, port, database } = connection;
  return `postgres://${user}:${password}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}

/** Claims and ends runs one after the other as a worker does, without a queue; milliseconds a run. */
async function inline(world: World): Promise<number> {
  const { stores } = world;
  await world.order(members("inline", RUNS), { name: "inline" }, { isQueueTold: false });
  const startedMs = performance.now();
  for (const { runId } of members("inline", RUNS)) {
    const outcome = await stores.campaigns.claim({ tenant: "acme", runId }, { id: "inline", host: "here" });
    if (outcome.kind !== "claimed") throw new Error(`${runId} was not claimed: ${outcome.kind}`);
    await stores.campaigns.end(outcome.claim, {
      kind: "verdict",
      verdict: "pass",
      isOurFault: false,
      result: "{}",
    });
  }
  return (performance.now() - startedMs) / RUNS;
}

/** Does a campaign of no-op runs with so many worker processes that are ready; milliseconds a run. */
async function throughWorkers(world: World, workers: number, cores: number): Promise<number> {
  const started = await startWorkers(world, workers, cores);
  try {
    const campaign = await world.order(members("queued", RUNS), { name: "queued" });
    const startedMs = performance.now();
    await until("all are done", () => hasDone(world, campaign, RUNS), TIMEOUT_MS);
    return (performance.now() - startedMs) / RUNS;
  } finally {
    for (const worker of started) await killed(worker);
  }
}

/** Worker processes that have each found the queue, and nothing in it: what they take to start is not measured. */
async function startWorkers(world: World, count: number, cores: number) {
  const { databaseUrl, server } = world;
  const doomed = { databaseUrl, server, leaseMs: 30_000, times: {}, cores, doesEnd: true };
  const workers = Array.from({ length: count }, () => doomedWorker(doomed));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.stdout.once("data", resolve))));
  for (const worker of workers) worker.stdout.resume();
  await world.ended(await world.order([aMember("first")], { name: "first" }));
  return workers as [ChildProcess, ...ChildProcess[]];
}

async function hasDone({ stores }: World, { tenant, id }: Campaign, count: number): Promise<boolean> {
  return ((await stores.campaigns.campaign(tenant, id))?.counts.done ?? 0) >= count;
}

async function residentBytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

function report(text: string): void {
  const load = loadavg().map((average) => average.toFixed(1));
  console.log(`${text} (load average ${load.join(" ")} on ${availableParallelism()} cores)`);
}
