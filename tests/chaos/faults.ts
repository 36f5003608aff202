/** What goes wrong, when, and how badly: from the seed. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { DockerServer } from "./docker-server.ts";
import type { DatabaseCrash, PostgresServer } from "./postgres-server.ts";
import type { RedisServer } from "./redis-server.ts";
import type { SmallDisk } from "./small-disk.ts";
import type { WorkerPool } from "./worker-pool.ts";

interface Range {
  readonly least: number;
  readonly most: number;
}

/** What a fault may touch. */
export interface Theatre {
  readonly pool: WorkerPool;
  readonly database: PostgresServer;
  /** Absent where the queue is in the database. */
  readonly redis?: RedisServer;
  readonly leaseMs: number;
  /** How long a worker is frozen at least and at most, in leases. */
  readonly frozenLeases: Range;
  /** Absent where the engine is not the test's own. */
  readonly docker?: DockerServer;
  /** The disk of the workers' temporary files; absent where none of their own can be made. */
  readonly disk?: SmallDisk;
}

const KINDS = {
  "kill-worker": 6,
  "freeze-worker": 4,
  "shut-down-worker": 2,
  "clock-jump": 1,
  "full-disk": 1,
  "terminate-backends": 4,
  "crash-database": 2,
  "crash-redis": 2,
  "lose-redis": 1,
  "flush-queue": 1,
  "kill-docker": 2,
} as const;

/** What goes wrong; the numbers are how often, relative to each other. */
export type FaultKind = keyof typeof KINDS;

/** One fault of the schedule. */
export interface Fault {
  readonly kind: FaultKind;
  /** After the one before it. */
  readonly pauseMs: number;
  /** From 0 to below 1: which of those that it may hit. */
  readonly which: number;
  /** From 0 to below 1: how long, how many or in which manner. */
  readonly howMuch: number;
}

const PAUSE_MS = { least: 300, most: 2_200 };
const DOWN_MS_MAX = 2_500;
const FULL_MS = { least: 1_000, most: 4_000 };
const SKEW_HOURS_MAX = 9;
const AWAKE_MIN = 3;
const HOUR_MS = 3_600_000;

/** In a random order, which is the same for the same numbers. */
function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** An endless schedule of faults, in which each kind has its turns before any has more. The same seed gives the same one. */
export function* faultSchedule(random: () => number, kinds: readonly FaultKind[]): Generator<Fault> {
  const turns = kinds.flatMap((kind) => Array.from({ length: KINDS[kind] }, () => kind));
  while (turns.length > 0) {
    for (const kind of shuffled(turns, random)) {
      const pauseMs = Math.round(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
      yield { kind, pauseMs, which: random(), howMuch: random() };
    }
  }
}

/** Which kinds can be done in a theatre. */
export function possibleFaults({
  redis,
  disk,
  docker,
}: Pick<Theatre, "redis" | "disk" | "docker">): readonly FaultKind[] {
  return (Object.keys(KINDS) as FaultKind[]).filter((kind) => {
    if (kind === "crash-redis" || kind === "lose-redis") return redis !== undefined;
    if (kind === "kill-docker") return docker !== undefined;
    return kind !== "full-disk" || disk !== undefined;
  });
}

/** One who is awake, if anybody is. */
function victim({ pool }: Theatre, { which }: Fault): string | undefined {
  const awake = pool.awake();
  return awake[Math.floor(which * awake.length)];
}

async function withDatabase(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: "chaos" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Ends the connections of workers: all of them, or each with an even chance. */
async function terminateBackends({ database }: Theatre, { howMuch }: Fault): Promise<string> {
  let ended = 0;
  const share = howMuch < 0.5 ? 1 : 0.5;
  await withDatabase(database.url, async (client) => {
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name <> 'chaos' AND backend_type = 'client backend' AND random() < $1`,
      [share],
    );
    ended = rowCount ?? 0;
  });
  return `${ended} connections`;
}

/** Takes every ticket away that a queue holds. */
async function flushQueue({ redis, database }: Theatre): Promise<string> {
  if (redis !== undefined) {
    redis.flush();
    return "FLUSHALL";
  }
  await withDatabase(database.url, async (client) => {
    const { rows } = await client.query<{ readonly name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'`,
    );
    if (rows.length > 0) await client.query(`TRUNCATE ${rows.map(({ name }) => name).join(", ")} CASCADE`);
  });
  return "tables of the queue truncated";
}

/** Ends a worker and starts another in its place, sooner or later. */
async function replace(
  theatre: Theatre,
  fault: Fault,
  how: {
    readonly end: "kill" | "shutDown";
    readonly skewMs?: number;
  },
): Promise<string> {
  const name = victim(theatre, fault);
  if (name !== undefined) await theatre.pool[how.end](name);
  await sleep(fault.howMuch * 800);
  const { skewMs = 0 } = how;
  return `${name ?? "nobody"}, then ${await theatre.pool.start(skewMs)}`;
}

/** The worker of a run that goes on, if that can be known now. */
async function busyWorker(theatre: Theatre, { which }: Fault): Promise<string | undefined> {
  const busy: string[] = [];
  await withDatabase(theatre.database.url, async (client) => {
    // Workers call themselves "host/pid/start".
    const { rows } = await client.query<{ readonly pid: string }>(
      "SELECT DISTINCT split_part(worker, '/', 2) AS pid FROM apex.validation_runs WHERE state = 'running' ORDER BY 1",
    );
    busy.push(...rows.flatMap(({ pid }) => theatre.pool.awakeNameOf(Number(pid)) ?? []));
  }).catch(() => undefined);
  return busy[Math.floor(which * busy.length)];
}

/** One who has something to lose, while there are others who may take it. */
async function freeze(theatre: Theatre, fault: Fault): Promise<string> {
  const { pool, leaseMs, frozenLeases } = theatre;
  if (pool.awake().length < AWAKE_MIN) return "nobody: too few are awake";
  const name = (await busyWorker(theatre, fault)) ?? victim(theatre, fault);
  const { least, most } = frozenLeases;
  const ms = Math.round(leaseMs * (least + fault.howMuch * (most - least)));
  if (name !== undefined) await pool.freeze(name, ms);
  return `${name ?? "nobody"} for ${ms} ms (a lease is ${leaseMs} ms)`;
}

/** Makes a fault happen and returns a few words about it, once it is over. */
export async function happen(fault: Fault, theatre: Theatre): Promise<string> {
  const { howMuch } = fault;
  const downMs = howMuch * DOWN_MS_MAX;
  const { database, redis, disk, docker } = theatre;
  switch (fault.kind) {
    case "kill-worker":
      return replace(theatre, fault, { end: "kill" });
    case "shut-down-worker":
      return replace(theatre, fault, { end: "shutDown" });
    case "clock-jump": {
      const hours = Math.round((howMuch * 2 - 1) * SKEW_HOURS_MAX) || 1;
      return `${hours} h: ${await replace(theatre, fault, { end: "kill", skewMs: hours * HOUR_MS })}`;
    }
    case "full-disk": {
      const ms = Math.round(FULL_MS.least + howMuch * (FULL_MS.most - FULL_MS.least));
      disk?.fill();
      await sleep(ms);
      disk?.free();
      return `for ${ms} ms`;
    }
    case "freeze-worker":
      return freeze(theatre, fault);
    case "terminate-backends":
      return terminateBackends(theatre, fault);
    case "crash-database": {
      const how: DatabaseCrash = fault.which < 0.5 ? "SIGKILL" : "SIGQUIT";
      await database.crash(how);
      await sleep(downMs);
      await database.start();
      return `${how}, away for ${Math.round(downMs)} ms`;
    }
    case "kill-docker":
      await docker?.crash();
      await sleep(downMs);
      await docker?.start();
      return `away for ${Math.round(downMs)} ms, and until it answered`;
    case "crash-redis":
    case "lose-redis":
      await redis?.crash();
      await sleep(downMs);
      if (fault.kind === "lose-redis") await redis?.loseData();
      await redis?.start();
      return `away for ${Math.round(downMs)} ms, back ${fault.kind === "lose-redis" ? "without" : "with"} its data`;
    default:
      return flushQueue(theatre);
  }
}
