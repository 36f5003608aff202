/** Real records on a real PostgreSQL, and queues on it or on a real Redis, for tests of whole workers. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PUBLISHED_RATE_CARDS } from "@apex/billing";
import {
  type Campaign,
  type CampaignDraft,
  type CampaignMember,
  decimal,
  type ExecutionContext,
  type RunClaim,
  type RunExecutor,
} from "@apex/core";
import {
  type Capacity,
  openQueues,
  openWorker,
  type Queues,
  type QueueServer,
  type WorkerEvent,
  type WorkerTimes,
} from "@apex/sandbox-queue";
import { openRecordStores, type OpenRecordStores } from "@apex/store";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../chaos/postgres-server.ts";
import { type RedisServer, startRedis } from "../chaos/redis-server.ts";

export type BackendKind = QueueServer["kind"];

const WAIT_MAX_MS = 60_000;
const LOOK_AGAIN_MS = 25;
export const LEASE_MS = 3_000;
/** In more of a hurry than real workers are, and with time to spare on a busy machine. */
export const TIMES: Partial<WorkerTimes> = {
  lockMs: 3_000,
  stalledCheckMs: 1_000,
  sweepMs: 1_000,
  patienceMs: 1_500,
};
const GIB = 1024 ** 3;

/** The servers of one file's tests. */
export interface Servers extends AsyncDisposable {
  readonly postgres: PostgresServer;
  /** `undefined` where the queue is in PostgreSQL too. */
  readonly redis: RedisServer | undefined;
  /** An empty database with empty queues. */
  world(): Promise<World>;
}

/** A database of its own, and who works on it. */
export interface World extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly server: QueueServer;
  readonly stores: OpenRecordStores;
  readonly queues: Queues;
  /** Makes a campaign of runs, starts it and queues its runs. */
  order(
    runs: readonly CampaignMember[],
    changes?: Partial<CampaignDraft>,
    options?: { readonly isQueueTold: boolean },
  ): Promise<Campaign>;
  /** A worker in this process. */
  worker(options: WorkingOptions): Working;
  /** Waits until a campaign has ended. */
  ended(campaign: Campaign): Promise<Campaign>;
}

export interface WorkingOptions {
  readonly name?: string;
  readonly cores?: number;
  readonly capacity?: Capacity;
  readonly times?: Partial<WorkerTimes>;
  readonly execute: (claim: RunClaim, context: ExecutionContext) => Promise<unknown>;
}

/** A worker at work. */
export interface Working {
  readonly events: readonly WorkerEvent[];
  /** Asks it to end in good order, and waits for it. */
  stop(): Promise<void>;
}

/** Starts what the queue of that kind needs. */
export async function startServers(kind: BackendKind): Promise<Servers> {
  const folder = await mkdtemp(path.join(tmpdir(), "apex-queue-"));
  // Where we are root, the database is somebody else's.
  await chmod(folder, 0o755);
  const postgres = await startPostgres(path.join(folder, "postgres"));
  const redis = kind === "redis" ? await startRedis(path.join(folder, "redis")) : undefined;
  let databases = 0;
  return {
    postgres,
    redis,
    async world() {
      redis?.flush();
      return worldOn(postgres.url, `queue_${++databases}`, redis?.url);
    },
    async [Symbol.asyncDispose]() {
      await redis?.crash();
      await postgres.crash("SIGQUIT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A new database on a server, with its queues on Redis or beside it. */
export async function worldOn(serverUrl: string, name: string, redisUrl?: string): Promise<World> {
  const databaseUrl = await newDatabase(serverUrl, name);
  return worldOf(databaseUrl, redisUrl);
}

async function newDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client(serverUrl);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  // Not a URL to everybody: one with its socket's folder has no host.
  return serverUrl.replace(/^([^?]*@[^/]*\/)[^?]*/, `$1${name}`);
}

async function worldOf(databaseUrl: string, redisUrl: string | undefined): Promise<World> {
  const stores = openRecordStores({ directory: "/nowhere", databaseUrl, leaseMs: LEASE_MS });
  const installation = await stores.installationId();
  const server: QueueServer =
    redisUrl === undefined
      ? { kind: "postgres", connection: databaseUrl }
      : { kind: "redis", url: redisUrl, installation };
  await stores.billing.publishRateCards(PUBLISHED_RATE_CARDS);
  const queues = await openQueues(server);
  const working = new Set<Working>();
  const world: World = {
    databaseUrl,
    server,
    stores,
    queues,
    async order(runs, changes = {}, { isQueueTold } = { isQueueTold: true }) {
      const draft = aDraft(runs, changes);
      if ((await stores.tenants.tenant(draft.tenant)) === undefined) {
        await stores.tenants.create({ id: draft.tenant, name: draft.tenant, tier: "enterprise" });
      }
      const { tenant, id } = await stores.campaigns.create(draft);
      const campaign = await stores.campaigns.start(tenant, id);
      if (isQueueTold)
        await queues.enqueue(
          (await stores.campaigns.waitingRuns()).filter(({ campaignId }) => campaignId === id),
        );
      return campaign;
    },
    worker(options) {
      const worker = startWorker(world, options);
      working.add(worker);
      return worker;
    },
    async ended({ tenant, id }) {
      let campaign: Campaign | undefined;
      await until(`campaign ${id} ends`, async () => {
        campaign = await stores.campaigns.campaign(tenant, id);
        return campaign?.state === "done" || campaign?.state === "stopped";
      });
      if (campaign === undefined) throw new Error(`there is no campaign ${id}`);
      return campaign;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...working].map((one) => one.stop()));
      await queues.close();
      await stores.close();
    },
  };
  return world;
}

function startWorker(world: World, options: WorkingOptions): Working {
  const { name = "w1", cores = 4, times = {} } = options;
  const events: WorkerEvent[] = [];
  const stop = new AbortController();
  const executor: RunExecutor = {
    kind: "test",
    async execute(claim, context) {
      await options.execute(claim, context);
      return { ending: { kind: "verdict", verdict: "pass", isOurFault: false, result: `{"ok":true}` } };
    },
  };
  const running = openWorker({
    server: world.server,
    records: world.stores.campaigns,
    executors: [executor],
    capacity: options.capacity ?? { cores, memoryBytes: 64 * GIB, gpus: 0 },
    identity: { id: `${name}/${process.pid}`, host: name },
    reap: async () => undefined,
    onEvent: (event) => events.push(event),
    times: { ...TIMES, ...times },
  }).run(stop.signal);
  return {
    events,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

/** One core for up to an hour. */
export function aMember(runId: string, changes: Partial<CampaignMember["reservation"]> = {}): CampaignMember {
  return {
    runId,
    target: `aws_instance.${runId}`,
    change: "m5.xlarge → m5.large",
    monthlySavings: { list: decimal("70.08"), net: null },
    kind: "test",
    job: "{}",
    reservation: { cores: 1, memoryBytes: GIB, gpus: 0, gpuModel: null, maxSeconds: 3_600, ...changes },
  };
}

/** So many runs: "a-0", "a-1" … */
export function members(prefix: string, count: number): readonly CampaignMember[] {
  return Array.from({ length: count }, (_, index) => aMember(`${prefix}-${index}`));
}

function aDraft(own: readonly CampaignMember[], changes: Partial<CampaignDraft>): CampaignDraft {
  return {
    tenant: "acme",
    name: "a night",
    priority: 5,
    budget: null,
    deadline: null,
    members: own,
    diagnostics: [],
    ...changes,
  };
}

/** Waits for something that is to come true soon. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  maxMs = WAIT_MAX_MS,
): Promise<void> {
  for (const untilMs = performance.now() + maxMs; performance.now() < untilMs; ) {
    if (await isSo()) return;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Error(`not within ${maxMs / 1000} s: ${what}`);
}

/** Something that others wait for until it is opened. */
export function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}

/** Waits until an attempt is aborted, and throws its reason. */
export function abortion({ signal }: ExecutionContext): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(new Error(`aborted: ${String(signal.reason)}`));
    signal.addEventListener("abort", fail, { once: true });
    if (signal.aborted) fail();
  });
}
