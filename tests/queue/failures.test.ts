import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { killedWorker } from "./doomed-worker.ts";
import { backendsHere } from "./redis-or-not.ts";
import {
  aMember,
  gate,
  LEASE_MS,
  members,
  type Servers,
  startServers,
  TIMES,
  until,
  type World,
} from "./world.ts";

const CLOCK_AHEAD_MS = 600_000;

/** What an operator does who thinks that a queue is no database. */
async function emptyQueue({ databaseUrl }: World, { redis }: Servers): Promise<void> {
  if (redis !== undefined) return redis.flush();
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query("TRUNCATE bullmq.job CASCADE");
  await client.end();
}

/** What the tickets are on. */
function queueServer({ redis, postgres }: Servers) {
  return redis ?? { crash: () => postgres.crash("SIGQUIT"), start: () => postgres.start() };
}

describe.each(backendsHere())("workers on %s", (kind) => {
  let servers: Servers;

  beforeAll(async () => {
    servers = await startServers(kind);
  });

  afterAll(async () => {
    await servers[Symbol.asyncDispose]();
  });

  function doomed({ databaseUrl, server }: World) {
    return { databaseUrl, server, leaseMs: LEASE_MS, times: TIMES, cores: 2, doesEnd: false };
  }

  test.each([
    ["another", 0],
    ["another, though its clock was ahead,", CLOCK_AHEAD_MS],
  ])("hand what a killed one had to %s", async (_who, clockAheadMs) => {
    await using world = await servers.world();
    const campaign = await world.order(members("k", 4));
    await killedWorker(doomed(world), 2, clockAheadMs);
    const done: string[] = [];
    world.worker({ execute: async ({ runId }) => done.push(runId) });
    expect((await world.ended(campaign)).counts.done).toBe(4);
    expect(done.toSorted()).toEqual(["k-0", "k-1", "k-2", "k-3"]);
    const runs = await world.stores.campaigns.runs("acme", campaign.id);
    expect(runs.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(6);
  });

  test("put back what an emptied queue has lost, and finish what runs", async () => {
    await using world = await servers.world();
    const goOn = gate();
    const done: string[] = [];
    const campaign = await world.order(members("e", 12));
    const worker = world.worker({
      cores: 2,
      execute: async ({ runId }) => {
        await goOn.opened;
        done.push(runId);
      },
    });
    await until("two run", () => worker.events.filter((event) => event.kind === "claimed").length === 2);
    await emptyQueue(world, servers);
    goOn.open();
    expect((await world.ended(campaign)).counts.done).toBe(12);
    expect(done).toHaveLength(12);
    expect(worker.events).toContainEqual(expect.objectContaining({ kind: "requeued", tenant: "acme" }));
  });

  test("do what a campaign asks whose queue nobody told", async () => {
    await using world = await servers.world();
    const first = await world.order(members("told", 2));
    // Whoever started it died between the records and the queue.
    const campaign = await world.order(members("untold", 2), { name: "untold" }, { isQueueTold: false });
    world.worker({ execute: async () => undefined });
    await world.ended(first);
    expect((await world.ended(campaign)).counts.done).toBe(2);
  });

  test("wait for a queue's server that is away, say so once each way, and lose nothing", async () => {
    await using world = await servers.world();
    const campaign = await world.order(members("r", 20));
    const restart = gate();
    let running = 0;
    const worker = world.worker({
      cores: 2,
      execute: async () => {
        if (++running === 6) restart.open();
        await sleep(100);
      },
    });
    await restart.opened;
    const server = queueServer(servers);
    await server.crash();
    await until("the worker has noticed", () => worker.events.some((event) => event.kind === "away"));
    await server.start();
    expect((await world.ended(campaign)).counts.done).toBe(20);
    await until("it is back", () =>
      worker.events.some((event) => event.kind === "back" && event.service === "queue"),
    );
    const ways = worker.events.flatMap((event) =>
      (event.kind === "away" || event.kind === "back") && event.service === "queue" ? [event.kind] : [],
    );
    expect(ways).toEqual(["away", "back"]);
  });

  test("start before their queue's server does", async () => {
    await using world = await servers.world();
    const campaign = await world.order([aMember("early")]);
    const server = queueServer(servers);
    await server.crash();
    const worker = world.worker({ execute: async () => undefined });
    await until("the worker has noticed", () => worker.events.some((event) => event.kind === "away"));
    await server.start();
    expect((await world.ended(campaign)).counts.done).toBe(1);
  });
});
