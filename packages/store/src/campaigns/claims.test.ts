import { addDecimals, compareDecimals, decimal, type RunClaim } from "@apex/core";
import { sql } from "kysely";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../records/database.ts";
import { type CampaignStore, campaignStore } from "./campaign-store.ts";
import {
  aDraft,
  aMember,
  aReading,
  aWorker,
  campaignsOfFile,
  claimed,
  expireLease,
  MEMBER_CAP,
  numbered,
  PASSED,
  started,
  testCampaigns,
  withTier,
} from "./testing.ts";

const { server, opened } = campaignsOfFile();

describe("many workers at a time", () => {
  const WORKERS = 6;
  const CLAIMS_EACH = 4;

  /** Six processes with four connections each. */
  async function crowd(url: string) {
    const databases = await Promise.all(Array.from({ length: WORKERS }, () => openDatabase(url)));
    onTestFinished(async () => {
      await Promise.all(databases.map((db) => db.destroy()));
    });
    const stores = databases.map((db) => campaignStore(() => Promise.resolve(db)));
    return {
      databases,
      stores,
      slots: stores.flatMap((store) => Array<CampaignStore>(CLAIMS_EACH).fill(store)),
    };
  }

  test("get no run twice, and never more than the budget has room for", async () => {
    const { databases, stores, slots } = await crowd(await server.newDatabase());
    await testCampaigns(databases[0]!);
    const runIds = numbered(30);
    // Ten caps and a bit.
    const id = await started(stores[0]!, runIds, { budget: decimal("1.3") });
    const outcomes = await Promise.all(
      slots.flatMap((store, slot) =>
        runIds.slice(0, 12).map((_, index) => {
          const runId = runIds[(index + slot) % runIds.length]!;
          return store.claim({ tenant: "default", runId }, aWorker(String(slot)));
        }),
      ),
    );
    const claims = outcomes.flatMap((outcome) => (outcome.kind === "claimed" ? [outcome.claim] : []));
    expect(new Set(claims.map(({ runId }) => runId)).size).toBe(claims.length);
    expect(claims).toHaveLength(10);
    expect(await stores[0]!.campaign("default", id)).toMatchObject({
      state: "running",
      reserved: "1.26",
      counts: { running: 10, waiting: 20 },
    });
  });

  test("do each run once, whatever is delivered twice, and the charges are what was read", async () => {
    const { databases, stores, slots } = await crowd(await server.newDatabase());
    await testCampaigns(databases[0]!);
    const runIds = numbered(24);
    const id = await started(stores[0]!, runIds);
    const done: RunClaim[] = [];
    await Promise.all(
      slots.map(async (store, slot) => {
        for (let turn = 0; turn < runIds.length; turn += 1) {
          const runId = runIds[(turn * 7 + slot) % runIds.length]!;
          const outcome = await store.claim({ tenant: "default", runId }, aWorker(String(slot)));
          if (outcome.kind !== "claimed") continue;
          await store.heartbeat(outcome.claim, { reading: aReading(300) });
          const ends = [1, 2].map(() => store.end(outcome.claim, PASSED, aReading(1_200)));
          expect(await Promise.all(ends)).toEqual(Array(2).fill({ kind: "ended", state: "done" }));
          done.push(outcome.claim);
        }
      }),
    );
    expect(done.map(({ runId }) => runId).toSorted()).toEqual(runIds.toSorted());
    expect(await stores[0]!.campaign("default", id)).toMatchObject({
      charged: decimal("0.528"),
      counts: { done: 24 },
    });
  });

  test("never hold more runs than the tenant's tier allows at a time", async () => {
    const { databases, stores, slots } = await crowd(await server.newDatabase());
    await testCampaigns(databases[0]!);
    const tenant = await withTier(databases[0]!, "early");
    const runIds = numbered(24);
    await started(stores[0]!, runIds, { tenant });
    const outcomes = await Promise.all(
      slots.map((store, slot) => store.claim({ tenant, runId: runIds[slot]! }, aWorker(String(slot)))),
    );
    const kinds = outcomes.map((outcome) => (outcome.kind === "later" ? outcome.why : outcome.kind));
    expect(kinds.filter((kind) => kind === "claimed")).toHaveLength(4);
    expect(kinds.filter((kind) => kind === "tenant-limit")).toHaveLength(20);
  });

  test("keep within the budget while runs end and others begin", async () => {
    const { databases, stores, slots } = await crowd(await server.newDatabase());
    await testCampaigns(databases[0]!);
    const runIds = numbered(20);
    const id = await started(stores[0]!, runIds, { budget: decimal("0.5") });
    const seen: string[] = [];
    await Promise.all(
      slots.slice(0, 12).map(async (store, slot) => {
        for (let turn = 0; turn < runIds.length; turn += 1) {
          const runId = runIds[(turn + slot) % runIds.length]!;
          const outcome = await store.claim({ tenant: "default", runId }, aWorker(String(slot)));
          const campaign = await store.campaign("default", id);
          seen.push(addDecimals(campaign!.charged, campaign!.reserved));
          // Two of three hours of a core: $0.044.
          if (outcome.kind === "claimed") await store.end(outcome.claim, PASSED, aReading(2_400));
        }
      }),
    );
    for (const total of seen) expect(compareDecimals(decimal(total), decimal("0.5"))).toBeLessThanOrEqual(0);
    // What was refused for the moment is asked for again, until the campaign says that it is over.
    for (const runId of runIds) {
      const outcome = await stores[0]!.claim({ tenant: "default", runId }, aWorker());
      if (outcome.kind === "claimed") await stores[0]!.end(outcome.claim, PASSED, aReading(2_400));
    }
    const campaign = await stores[0]!.campaign("default", id);
    // Nine at $0.044 are $0.396, and another cap of $0.126 is too much.
    expect(campaign).toMatchObject({ state: "stopped", stopReason: "budget", charged: "0.396" });
    expect(campaign!.counts).toMatchObject({ done: 9, cancelled: 11, waiting: 0, running: 0 });
  });
});

describe("a budget", () => {
  test("that has no room left stops the campaign, and says so of each run", async () => {
    const { campaigns } = await opened();
    const id = await started(campaigns, ["val-1", "val-2"], { budget: decimal("0.2") });
    const claim = await claimed(campaigns, "val-1");
    expect(await campaigns.claim({ tenant: "default", runId: "val-2" }, aWorker())).toMatchObject({
      kind: "later",
      why: "budget-reserved",
    });
    await campaigns.end(claim, PASSED, aReading(7_200));
    expect(await campaigns.claim({ tenant: "default", runId: "val-2" }, aWorker())).toEqual({
      kind: "ended",
    });
    expect(await campaigns.campaign("default", id)).toMatchObject({
      state: "stopped",
      stopReason: "budget",
      charged: MEMBER_CAP,
    });
    expect((await campaigns.runs("default", id))[1]).toMatchObject({
      state: "cancelled",
      reason: "What was left of its campaign's budget had no room for it.",
      charged: "0",
      freeReason: "It is free: it was not done.",
    });
  });

  test("still takes a smaller run, and the larger one only when nothing else fits", async () => {
    const { campaigns } = await opened();
    const small = aMember("val-small", {
      reservation: { cores: 1, memoryBytes: 1, gpus: 0, gpuModel: null, maxSeconds: 600 },
    });
    const id = await started(campaigns, [], {
      members: [aMember("val-large"), small],
      budget: decimal("0.05"),
    });
    expect(await campaigns.claim({ tenant: "default", runId: "val-large" }, aWorker())).toMatchObject({
      why: "budget-reserved",
    });
    await campaigns.end(await claimed(campaigns, "val-small"), PASSED, aReading(10));
    expect(await campaigns.claim({ tenant: "default", runId: "val-large" }, aWorker())).toEqual({
      kind: "ended",
    });
    expect(await campaigns.campaign("default", id)).toMatchObject({ stopReason: "budget" });
  });

  test("of nothing does nothing", async () => {
    const { campaigns } = await opened();
    await started(campaigns, ["val-1"], { budget: decimal(0) });
    expect(await campaigns.claim({ tenant: "default", runId: "val-1" }, aWorker())).toEqual({
      kind: "ended",
    });
  });
});

describe("a deadline", () => {
  test("ends what waits at once and asks what runs to stop", async () => {
    const { db, campaigns } = await opened();
    const id = await started(campaigns, ["val-1", "val-2"], { deadline: "2999-01-01T00:00:00Z" });
    const claim = await claimed(campaigns, "val-1");
    expect(await campaigns.sweepCampaigns()).toEqual([]);
    await sql`UPDATE apex.campaigns SET deadline = clock_timestamp() - interval '1 second'`.execute(db);
    expect(await campaigns.sweepCampaigns()).toEqual([{ tenant: "default", campaignId: id }]);
    expect(await campaigns.heartbeat(claim, { reading: aReading(60) })).toEqual({
      kind: "stop",
      reason: "deadline",
    });
    expect(await campaigns.claim({ tenant: "default", runId: "val-2" }, aWorker())).toEqual({
      kind: "ended",
    });
    expect(await campaigns.end(claim, { kind: "stopped", reason: "deadline" })).toEqual({
      kind: "ended",
      state: "cancelled",
    });
    expect(await campaigns.campaign("default", id)).toMatchObject({
      state: "stopped",
      stopReason: "deadline",
      counts: { cancelled: 2 },
    });
  });

  test("that is over before the sweep is seen by claims and heartbeats", async () => {
    const { db, campaigns } = await opened();
    const id = await started(campaigns, ["val-1", "val-2"], { deadline: "2999-01-01T00:00:00Z" });
    const claim = await claimed(campaigns, "val-1");
    await sql`UPDATE apex.campaigns SET deadline = clock_timestamp() - interval '1 second'`.execute(db);
    expect(await campaigns.heartbeat(claim, {})).toEqual({ kind: "stop", reason: "deadline" });
    expect(await campaigns.claim({ tenant: "default", runId: "val-2" }, aWorker())).toEqual({
      kind: "ended",
    });
    expect(await campaigns.campaign("default", id)).toMatchObject({ stopReason: "deadline" });
  });

  test("that is over already is refused", async () => {
    const { db, campaigns } = await opened();
    await expect(campaigns.create(aDraft(["val-1"], { deadline: "2020-01-01T00:00:00Z" }))).rejects.toThrow(
      /deadline .* is over/,
    );
    const { id } = await campaigns.create(aDraft(["val-1"], { deadline: "2999-01-01T00:00:00Z" }));
    await sql`UPDATE apex.campaigns SET deadline = clock_timestamp()`.execute(db);
    await expect(campaigns.start("default", id)).rejects.toThrow(/deadline .* is over/);
  });
});

test("a worker that stands still in the middle of a claim does not hold up its tenant for ever", async () => {
  const { db } = await opened();
  const { rows } = await sql<{ most: string }>`
    SELECT current_setting('idle_in_transaction_session_timeout') AS most`.execute(db);
  expect(rows).toEqual([{ most: "30s" }]);
});

test("a claim that finds its tenant busy for seconds lets go of its connection, and says that later is better", async () => {
  const { db, campaigns } = await opened();
  await started(campaigns, ["val-1"]);
  const run = { tenant: "default", runId: "val-1" };
  const refusal = await db.transaction().execute(async (trx) => {
    await sql`SELECT FROM apex.tenants WHERE id = 'default' FOR UPDATE`.execute(trx);
    return campaigns.claim(run, aWorker()).catch((error: unknown) => error);
  });
  expect(refusal).toMatchObject({ kind: "unavailable", message: expect.stringMatching(/is busy/) });
  expect(await campaigns.claim(run, aWorker())).toMatchObject({ kind: "claimed" });
});

test("a paused campaign begins nothing, and what ran goes on", async () => {
  const { campaigns } = await opened();
  const id = await started(campaigns, ["val-1", "val-2"]);
  const claim = await claimed(campaigns, "val-1");
  expect(await campaigns.pause("default", id)).toMatchObject({ state: "paused" });
  expect(await campaigns.claim({ tenant: "default", runId: "val-2" }, aWorker())).toMatchObject({
    why: "paused",
  });
  expect(await campaigns.waitingRuns()).toEqual([]);
  expect(await campaigns.heartbeat(claim, {})).toEqual({ kind: "held" });
  await campaigns.resume("default", id);
  expect(await campaigns.waitingRuns()).toHaveLength(1);
  await claimed(campaigns, "val-2");
});

test("a run of a paused or stopped campaign whose worker is lost is closed by the sweep", async () => {
  const { db, campaigns } = await opened();
  const id = await started(campaigns, ["val-1", "val-2"]);
  await claimed(campaigns, "val-1");
  await claimed(campaigns, "val-2");
  await campaigns.pause("default", id);
  await expireLease(db, "val-1");
  await campaigns.sweepCampaigns();
  expect(await campaigns.campaign("default", id)).toMatchObject({ counts: { waiting: 1, running: 1 } });
  await campaigns.cancel("default", id);
  expect(await campaigns.campaign("default", id)).toMatchObject({ counts: { cancelled: 1, running: 1 } });
  await expireLease(db, "val-2");
  await campaigns.sweepCampaigns();
  expect(await campaigns.campaign("default", id)).toMatchObject({ counts: { cancelled: 2 }, charged: "0" });
});
