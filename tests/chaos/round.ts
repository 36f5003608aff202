/** One round: servers, workers, customers and faults, until everything has settled; then the evidence. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError, type Campaign, seededRng } from "@apex/core";
import { type DockerEngine, reap } from "@apex/sandbox-docker";
import type { QueueServer } from "@apex/sandbox-queue";
import { openRecordStores, type OpenRecordStores } from "@apex/store";
import { readBooks } from "./books.ts";
import { type Bookkeepers, bookkeepers } from "./bookkeepers.ts";
import type { DockerServer } from "./docker-server.ts";
import { customersOf, type Customers, endedShare, patiently } from "./customer.ts";
import { readExecutions } from "./execution-log.ts";
import { type FaultKind, faultSchedule, happen, possibleFaults, type Theatre } from "./faults.ts";
import { leftBehind, rulesWithoutBridge } from "./left-behind.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";
import type { Evidence } from "./run-checks.ts";
import { CARD, type Scenario } from "./scenario.ts";
import type { SmallDisk } from "./small-disk.ts";
import { workerPool } from "./worker-pool.ts";

/** How a round goes. */
export interface RoundSettings {
  readonly name: string;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly backend: "postgres" | "redis";
  /** The negative control's workers have none. */
  readonly isGuarded: boolean;
  /** Absent: all that are possible. */
  readonly kinds?: readonly FaultKind[];
  readonly workers: number;
  readonly leaseMs: number;
  readonly frozenLeases: Theatre["frozenLeases"];
  /** After so long there are no more faults. */
  readonly faultsMaxMs: number;
  /** After so long without faults everything has to have settled. */
  readonly settleMaxMs: number;
  readonly engine: DockerEngine;
  readonly image: string;
  readonly folder: string;
  readonly disk?: SmallDisk;
  readonly docker?: DockerServer;
  readonly say: (line: string) => void;
}

/** What a round came to. */
export interface RoundOutcome {
  readonly evidence: Evidence;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly seconds: number;
  /** Whole sentences: by the product's own audit, of workers that ended, of what was left on the host. */
  readonly audit: readonly string[];
  readonly ownEnds: readonly string[];
  readonly left: readonly string[];
  readonly bookkeepersKilled: number;
}

const PROGRESS_MS = 10_000;
const LOOK_MS = 400;
/** Faults end when so much is done, so that the rest of the runs shows whether everything recovers. */
const FAULTS_UNTIL_SHARE = 0.9;

interface Stage extends RoundSettings {
  readonly stores: OpenRecordStores;
  readonly theatre: Theatre;
  readonly customers: Customers;
  readonly keepers: Bookkeepers;
  readonly startedMs: number;
  readonly faults: Map<FaultKind, number>;
}

function shareOf(campaigns: readonly Campaign[]): number {
  const shares = campaigns.map(endedShare);
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function progressLine(campaigns: readonly Campaign[]): string {
  const total = { done: 0, dead: 0, cancelled: 0, running: 0, waiting: 0 };
  for (const { counts } of campaigns) {
    for (const state of Object.keys(total) as (keyof typeof total)[]) total[state] += counts[state];
  }
  return Object.entries(total)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ");
}

/** Whether nothing is left to do. A database that is away just now says nothing. */
async function isSettled({ customers, stores }: Stage): Promise<boolean> {
  if (!customers.isDone) return false;
  try {
    const campaigns = await customers.campaigns();
    const isOver = campaigns.every(({ state, counts }) => /done|stopped/.test(state) && counts.running === 0);
    return isOver && (await stores.campaigns.waitingRuns()).length === 0;
  } catch {
    return false;
  }
}

/** Does what customers do, and says how far it is. Returns when `until` says so. */
async function lookAfter(stage: Stage, until: () => Promise<boolean>): Promise<void> {
  const { customers, say } = stage;
  let saidMs = 0;
  while (!(await until())) {
    try {
      await customers.act();
      if (performance.now() - saidMs > PROGRESS_MS) {
        saidMs = performance.now();
        say(progressLine(await customers.campaigns()));
      }
    } catch (error) {
      if (!(error instanceof AdapterError && error.kind === "unavailable")) throw error;
    }
    await sleep(LOOK_MS);
  }
}

/** Lets faults happen until it is told that it is over. Freezes go on beside other faults; all of them have ended when it returns. */
async function wreak(stage: Stage, isOver: () => boolean): Promise<void> {
  const { theatre, say, faults, seed } = stage;
  const kinds = stage.kinds ?? possibleFaults(theatre);
  const frozen = new Set<Promise<void>>();
  for (const fault of faultSchedule(seededRng(seed), kinds)) {
    await sleep(fault.pauseMs);
    if (isOver()) break;
    faults.set(fault.kind, (faults.get(fault.kind) ?? 0) + 1);
    const told = happen(fault, theatre).then(
      (what) => say(`fault ${fault.kind}: ${what}`),
      (error: unknown) => say(`fault ${fault.kind} could not happen: ${String(error)}`),
    );
    if (fault.kind !== "freeze-worker") await told;
    else frozen.add(told);
  }
  await Promise.all(frozen);
}

async function perform(stage: Stage): Promise<void> {
  const { customers, say, faultsMaxMs, settleMaxMs, keepers } = stage;
  let areFaultsOver = false;
  const faultsUntilMs = performance.now() + faultsMaxMs;
  const wreaking = wreak(stage, () => areFaultsOver);
  await lookAfter(stage, async () => {
    if (performance.now() > faultsUntilMs) return true;
    const campaigns = await customers.campaigns().catch(() => []);
    return customers.isDone && shareOf(campaigns) >= FAULTS_UNTIL_SHARE;
  });
  areFaultsOver = true;
  await Promise.all([wreaking, keepers.close()]);
  say("no more faults: now everything has to settle");
  const settledUntilMs = performance.now() + settleMaxMs;
  await lookAfter(stage, async () => (await isSettled(stage)) || performance.now() > settledUntilMs);
}

/** Lets workers and bookkeepers end, removes what the dead have left, and gathers what can be known. */
async function conclude(
  stage: Stage,
  database: PostgresServer,
): Promise<Omit<RoundOutcome, "seconds" | "faults">> {
  const { stores, theatre, keepers, engine, scenario, folder, say } = stage;
  const { pool } = theatre;
  await Promise.all(pool.awake().map((name) => pool.shutDown(name)));
  const { readings } = await reap(engine, { dryRun: false, now: Date.now() });
  for (const { runId, ...reading } of readings) await stores.campaigns.keepReading(runId, reading);
  await keepers.storm();
  const audit = await patiently(() => stores.billing.audit());
  const books = await readBooks(database.url);
  say("workers and bookkeepers have ended: looking at the books");
  return {
    evidence: { books, executions: readExecutions(logFile(folder)), ordered: scenario.ordered },
    audit: audit.problems,
    ownEnds: pool.ownEnds,
    left: [
      ...(await leftBehind(engine, new Set(books.attempts.map(({ sandbox_run_id }) => sandbox_run_id)))),
      ...(await rulesWithoutBridge()).map((rule) => `The firewall rule ${rule} is left.`),
    ],
    bookkeepersKilled: keepers.killed(),
  };
}

function logFile(folder: string): string {
  return path.join(folder, "executions.jsonl");
}

async function openStage(
  settings: RoundSettings,
  database: PostgresServer,
  redis: RedisServer | undefined,
): Promise<Stage> {
  const { folder, scenario, leaseMs, say } = settings;
  const home = path.join(folder, "customers");
  await mkdir(home, { recursive: true });
  const stores = openRecordStores({ directory: home, databaseUrl: database.url, leaseMs });
  for (const id of scenario.tenants) await stores.tenants.create({ id, name: id, tier: "enterprise" });
  await stores.billing.publishRateCards([CARD]);
  const server: QueueServer =
    redis === undefined
      ? { kind: "postgres", connection: database.url }
      : { kind: "redis", url: redis.url, installation: () => stores.installationId() };
  const env = {
    DATABASE_URL: database.url,
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    DOCKER_HOST: settings.engine.address,
    APEX_CHAOS_LEASE_MS: String(leaseMs),
    APEX_CHAOS_IMAGE: settings.image,
    APEX_CHAOS_LOG: logFile(folder),
    APEX_CHAOS_UNGUARDED: settings.isGuarded ? "0" : "1",
  };
  const theatre: Theatre = {
    pool: workerPool({ env, folder }),
    database,
    leaseMs,
    frozenLeases: settings.frozenLeases,
    ...(redis === undefined ? {} : { redis }),
    ...(settings.docker === undefined ? {} : { docker: settings.docker }),
    ...(settings.disk === undefined ? {} : { disk: settings.disk }),
  };
  return {
    ...settings,
    stores,
    theatre,
    customers: customersOf(scenario, stores.campaigns, { server, say }),
    keepers: bookkeepers({
      env: { DATABASE_URL: database.url, APEX_HOME: home },
      tenants: scenario.tenants,
      billing: stores.billing,
      random: seededRng(settings.seed + 1),
      folder,
    }),
    startedMs: performance.now(),
    faults: new Map(),
  };
}

/** Plays a round to its end. Servers and processes are gone when it returns, however that is. */
export async function playRound(settings: RoundSettings): Promise<RoundOutcome> {
  const { folder } = settings;
  await mkdir(folder, { recursive: true });
  const database = await startPostgres(path.join(folder, "postgres"));
  const redis = settings.backend === "redis" ? await startRedis(path.join(folder, "redis")) : undefined;
  let stage: Stage | undefined;
  try {
    stage = await openStage(settings, database, redis);
    const { pool } = stage.theatre;
    await Promise.all(Array.from({ length: settings.workers }, () => pool.start()));
    stage.keepers.begin();
    await perform(stage);
    const outcome = await conclude(stage, database);
    const seconds = (performance.now() - stage.startedMs) / 1000;
    return { ...outcome, seconds, faults: Object.fromEntries(stage.faults) };
  } finally {
    await stage?.keepers.close();
    await stage?.theatre.pool.close();
    await stage?.stores.close().catch(() => undefined);
    await redis?.crash();
    await database.stop();
  }
}
