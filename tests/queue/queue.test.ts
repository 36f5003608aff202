import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError } from "@apex/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backendsHere } from "./redis-or-not.ts";
import { abortion, aMember, gate, members, type Servers, startServers, until } from "./world.ts";

describe.each(backendsHere())("a queue on %s", (kind) => {
  let servers: Servers;

  beforeAll(async () => {
    servers = await startServers(kind);
  });

  afterAll(async () => {
    await servers[Symbol.asyncDispose]();
  });

  test("brings every run to a worker, once", async () => {
    await using world = await servers.world();
    const done: string[] = [];
    const campaign = await world.order(members("a", 30));
    // Twice is once.
    await world.queues.enqueue(await world.stores.campaigns.waitingRuns());
    const worker = world.worker({ execute: async ({ runId }) => done.push(runId) });
    const { state, counts } = await world.ended(campaign);
    expect({ state, done: counts.done }).toEqual({ state: "done", done: 30 });
    expect(done.toSorted()).toEqual(
      members("a", 30)
        .map(({ runId }) => runId)
        .toSorted(),
    );
    await until("the worker is idle", () => worker.events.some((event) => event.kind === "idle"));
    expect(worker.events.filter((event) => event.kind === "campaign-ended")).toHaveLength(1);
  });

  test("gives a tenant with few runs its turn before one with many is through", async () => {
    await using world = await servers.world();
    const order: string[] = [];
    const many = await world.order(members("many", 50), { tenant: "many" });
    const few = await world.order(members("few", 5), { tenant: "few" });
    world.worker({
      cores: 2,
      execute: async ({ tenant }) => {
        order.push(tenant);
        await sleep(5);
      },
    });
    await Promise.all([world.ended(many), world.ended(few)]);
    // Turn by turn it is 5 of the first 10; a run may end between two looks.
    expect(order.slice(0, 15).filter((tenant) => tenant === "few")).toHaveLength(5);
  });

  test("takes urgent campaigns of a tenant first", async () => {
    await using world = await servers.world();
    const order: string[] = [];
    const campaigns = [
      await world.order(members("last", 4), { priority: 10 }),
      await world.order(members("middle", 4), { priority: 5 }),
      await world.order(members("first", 4), { priority: 1 }),
    ];
    world.worker({ cores: 1, execute: async ({ runId }) => order.push(runId.replace(/-.*/, "")) });
    await Promise.all(campaigns.map((campaign) => world.ended(campaign)));
    expect(order).toEqual(["first", "middle", "last"].flatMap((name) => Array<string>(4).fill(name)));
  });

  test("never takes more than the host has, and does not let small runs go before a large one forever", async () => {
    await using world = await servers.world();
    let cores = 0;
    let coresMax = 0;
    const order: string[] = [];
    const campaign = await world.order([
      ...members("early", 4),
      aMember("large", { cores: 4 }),
      ...members("late", 60),
    ]);
    world.worker({
      cores: 4,
      times: { patienceMs: 300 },
      execute: async ({ runId, reservation }) => {
        cores += reservation.cores;
        coresMax = Math.max(coresMax, cores);
        order.push(runId);
        await sleep(200);
        cores -= reservation.cores;
      },
    });
    await world.ended(campaign);
    expect(coresMax).toBe(4);
    // When it comes up the early ones have the room, and then late ones: all four cores are never free by chance.
    expect(order.indexOf("large")).toBeGreaterThan(3);
    expect(order.indexOf("large")).toBeLessThan(60);
  });

  test("leaves a run that is larger than the host to another host", async () => {
    await using world = await servers.world();
    const by: string[] = [];
    const campaign = await world.order([aMember("large", { cores: 8 }), aMember("small")]);
    const small = world.worker({
      name: "small-host",
      cores: 2,
      execute: async ({ runId }) => by.push(`small-host: ${runId}`),
    });
    await until("the small host has said so", () => small.events.some((event) => event.kind === "too-large"));
    world.worker({
      name: "large-host",
      cores: 8,
      execute: async ({ runId }) => by.push(`large-host: ${runId}`),
    });
    await world.ended(campaign);
    expect(by).toContain("large-host: large");
    expect(small.events.filter((event) => event.kind === "too-large")).toHaveLength(1);
  });

  test("shares the work of two workers, each run once", async () => {
    await using world = await servers.world();
    const done: string[] = [];
    const by = new Set<string>();
    const campaign = await world.order(members("shared", 40));
    for (const name of ["w1", "w2"]) {
      world.worker({
        name,
        cores: 2,
        execute: async ({ runId }) => {
          done.push(runId);
          by.add(name);
          await sleep(20);
        },
      });
    }
    await world.ended(campaign);
    expect(new Set(done).size).toBe(40);
    expect(done).toHaveLength(40);
    expect(by.size).toBe(2);
  });

  test("starts nothing of a paused campaign, and goes on at once when it is resumed", async () => {
    await using world = await servers.world();
    const done: string[] = [];
    const campaign = await world.order(members("p", 6));
    const { tenant, id } = campaign;
    await world.stores.campaigns.pause(tenant, id);
    const other = await world.order(members("o", 3), { name: "another" });
    world.worker({ execute: async ({ runId }) => done.push(runId) });
    await world.ended(other);
    expect(done.toSorted()).toEqual(["o-0", "o-1", "o-2"]);
    await world.stores.campaigns.resume(tenant, id);
    await world.queues.nudge(tenant);
    expect((await world.ended(campaign)).counts.done).toBe(6);
  });

  test("aborts what runs of a cancelled campaign and forgets the rest", async () => {
    await using world = await servers.world();
    const reasons: string[] = [];
    const campaign = await world.order(members("c", 6));
    const { tenant, id } = campaign;
    const worker = world.worker({
      cores: 2,
      execute: (_claim, context) =>
        abortion(context).catch((error: Error) => {
          reasons.push(error.message);
          throw error;
        }),
    });
    await until("two run", () => worker.events.filter((event) => event.kind === "claimed").length === 2);
    await world.stores.campaigns.cancel(tenant, id);
    await world.queues.forget(
      tenant,
      campaign.counts.waiting > 0 ? members("c", 6).map(({ runId }) => runId) : [],
    );
    await until("both are aborted", () => reasons.length === 2);
    const { state, stopReason } = await world.ended(campaign);
    expect({ state, stopReason, reasons }).toEqual({
      state: "stopped",
      stopReason: "cancelled",
      reasons: ["aborted: cancelled", "aborted: cancelled"],
    });
    await until("all are cancelled", async () => {
      const runs = await world.stores.campaigns.runs(tenant, id);
      return runs.every((run) => run.state === "cancelled");
    });
    expect(await world.queues.deadLetters(tenant)).toEqual([]);
  });

  test("stops a campaign at its deadline", async () => {
    await using world = await servers.world();
    const campaign = await world.order(members("d", 3), {
      deadline: new Date(Date.now() + 2_000).toISOString(),
    });
    world.worker({ cores: 1, execute: (_claim, context) => abortion(context) });
    expect(await world.ended(campaign)).toMatchObject({ state: "stopped", stopReason: "deadline" });
  });

  test("tries again what may converge, and keeps what failed for good with its reason", async () => {
    await using world = await servers.world();
    const tries = new Map<string, number>();
    const campaign = await world.order([aMember("again"), aMember("broken"), aMember("fine")]);
    world.worker({
      execute: async ({ runId }) => {
        const count = (tries.get(runId) ?? 0) + 1;
        tries.set(runId, count);
        if (runId === "again" && count === 1) throw new AdapterError("unavailable", "the engine restarts");
        if (runId === "broken") throw new AdapterError("invalid", "the image has no service on port 8080");
      },
    });
    const { counts } = await world.ended(campaign);
    expect(counts).toMatchObject({ done: 2, dead: 1 });
    expect(Object.fromEntries(tries)).toEqual({ again: 2, broken: 1, fine: 1 });
    const [letter, ...others] = await world.queues.deadLetters("acme");
    expect(letter).toMatchObject({
      run: { runId: "broken", campaignId: campaign.id },
      reason: "the image has no service on port 8080",
    });
    expect(others).toEqual([]);
  });

  test("gives runs back at once when a worker is asked to end, and that is no failure", async () => {
    await using world = await servers.world();
    const campaign = await world.order(members("s", 2));
    const first = world.worker({ name: "w1", execute: (_claim, context) => abortion(context) });
    await until("both run", () => first.events.filter((event) => event.kind === "claimed").length === 2);
    await first.stop();
    world.worker({ name: "w2", execute: async () => undefined });
    expect((await world.ended(campaign)).counts.done).toBe(2);
    const runs = await world.stores.campaigns.runs("acme", campaign.id);
    expect(runs.map(({ attempts, freeReason }) => ({ attempts, freeReason }))).toEqual([
      { attempts: 2, freeReason: null },
      { attempts: 2, freeReason: null },
    ]);
  });

  test("is of one installation: others on the same server leave its tickets alone", async () => {
    await using one = await servers.world();
    await using other = await servers.world();
    const mine = await one.order(members("a", 3));
    const theirs = await other.order(members("b", 3));
    other.worker({ name: "theirs", execute: async () => undefined });
    await other.ended(theirs);
    const worker = one.worker({ name: "mine", execute: async () => undefined });
    expect((await one.ended(mine)).counts.done).toBe(3);
    expect(worker.events.filter(({ kind }) => kind === "requeued")).toEqual([]);
  });

  test("tells progress", async () => {
    await using world = await servers.world();
    const goOn = gate();
    const campaign = await world.order([aMember("slow")]);
    world.worker({
      execute: async (_claim, context) => {
        context.progress("replay 1 of 2");
        await goOn.opened;
      },
    });
    await until("the records know", async () => {
      const [run] = await world.stores.campaigns.runs("acme", campaign.id);
      return run?.progress === "replay 1 of 2";
    });
    goOn.open();
    await world.ended(campaign);
  });
});
