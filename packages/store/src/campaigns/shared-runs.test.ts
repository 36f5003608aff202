import { decimal } from "@apex/core";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { type CampaignStore } from "./campaign-store.ts";
import {
  aDraft,
  aReading,
  aWorker,
  campaignsOfFile,
  claimed,
  endBackoff,
  expireLease,
  PASSED,
  started,
} from "./testing.ts";

const { opened } = campaignsOfFile();

const CANCELLED = { kind: "stopped", reason: "cancelled" } as const;

async function charged(campaigns: CampaignStore, id: string): Promise<string> {
  return (await campaigns.campaign("default", id))!.charged;
}

test("a run whose verdict is known is neither quoted, nor done, nor charged again", async () => {
  const { campaigns } = await opened();
  await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), PASSED, aReading(1_200));
  const draft = await campaigns.create(aDraft(["val-1", "val-2"]));
  expect(draft).toMatchObject({ quote: "0.126", counts: { done: 1, waiting: 1 } });
  await campaigns.start("default", draft.id);
  expect(await campaigns.claim({ tenant: "default", runId: "val-1" }, aWorker())).toEqual({ kind: "ended" });
  await campaigns.end(await claimed(campaigns, "val-2"), PASSED, aReading(1_200));
  expect(await campaigns.runs("default", draft.id)).toMatchObject([
    {
      isReused: true,
      verdict: "pass",
      charged: "0",
      result: '{"ok":true}',
      freeReason: "It is free: its verdict was known already.",
    },
    { isReused: false, charged: "0.022", freeReason: null },
  ]);
  expect(await campaigns.runs("default", draft.id, { withResults: false })).toMatchObject([
    { verdict: "pass", result: null },
    { result: null },
  ]);
  expect(await campaigns.result("default", draft.id, "val-1")).toBe('{"ok":true}');
  expect(await campaigns.result("default", draft.id, "val-9")).toBeNull();
});

test("what our machine left open, and was free, is done again for whoever asks; the earlier campaign keeps how it ended", async () => {
  const { campaigns } = await opened();
  const open = { kind: "verdict", verdict: "inconclusive", isOurFault: true, result: '{"noise":1}' } as const;
  const first = await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), open, aReading(1_200));
  const draft = await campaigns.create(aDraft(["val-1"]));
  expect(draft.quote).not.toBe("0");
  await campaigns.start("default", draft.id);
  expect(await campaigns.runs("default", draft.id)).toMatchObject([{ state: "waiting", isReused: false }]);
  const again = await claimed(campaigns, "val-1");
  expect(again).toMatchObject({ attempt: 2, campaignId: draft.id });
  await campaigns.end(again, PASSED, aReading(1_200));
  expect(await campaigns.result("default", first, "val-1")).toBe('{"noise":1}');
  expect(await campaigns.runs("default", first)).toMatchObject([
    {
      state: "done",
      verdict: "inconclusive",
      charged: "0",
      result: '{"noise":1}',
      freeReason: expect.any(String),
    },
  ]);
  expect(await campaigns.runs("default", draft.id)).toMatchObject([
    { state: "done", verdict: "pass", charged: "0.022", freeReason: null },
  ]);
});

test("an open verdict that was charged is known", async () => {
  const { campaigns } = await opened();
  const open = { kind: "verdict", verdict: "inconclusive", isOurFault: false, result: "{}" } as const;
  await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), open, aReading(1_200));
  expect(await campaigns.create(aDraft(["val-1"]))).toMatchObject({ quote: "0", counts: { done: 1 } });
});

test("a verdict that comes between the quote and the start is known too", async () => {
  const { campaigns } = await opened();
  const draft = await campaigns.create(aDraft(["val-1"]));
  await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), PASSED, aReading(1_200));
  await campaigns.start("default", draft.id);
  expect(await campaigns.runs("default", draft.id)).toMatchObject([{ isReused: true, charged: "0" }]);
  expect(await campaigns.sweepCampaigns()).toHaveLength(2);
});

test("a run that two campaigns want is done once, for the one that had it first", async () => {
  const { campaigns } = await opened();
  const first = await started(campaigns, ["val-1"]);
  const second = await started(campaigns, ["val-1", "val-2"]);
  const claim = await claimed(campaigns, "val-1");
  expect(claim.campaignId).toBe(first);
  await campaigns.end(claim, PASSED, aReading(1_200));
  expect(await charged(campaigns, first)).toBe("0.022");
  expect(await charged(campaigns, second)).toBe("0");
  expect((await campaigns.runs("default", second))[0]).toMatchObject({
    verdict: "pass",
    charged: "0",
    freeReason: `It is free here: the campaign ${first} paid for it.`,
  });
});

describe("what failed or was stopped before", () => {
  test("is done again for a later campaign; the earlier one keeps how it ended, and attempts go on counting", async () => {
    const { campaigns } = await opened();
    const first = await started(campaigns, ["val-1", "val-2"]);
    const failed = { kind: "failed", message: "no image", mayConverge: false } as const;
    await campaigns.end(await claimed(campaigns, "val-1"), failed, aReading(60));
    const stopped = await claimed(campaigns, "val-2");
    await campaigns.cancel("default", first);
    await campaigns.end(stopped, CANCELLED, aReading(600));
    const second = await started(campaigns, ["val-1", "val-2"]);
    expect(await campaigns.campaign("default", second)).toMatchObject({ counts: { waiting: 2 } });
    for (const runId of ["val-1", "val-2"]) {
      const claim = await claimed(campaigns, runId);
      expect(claim).toMatchObject({ attempt: 2, campaignId: second });
      await campaigns.end(claim, PASSED, aReading(1_200));
    }
    expect(await campaigns.runs("default", first)).toMatchObject([
      { state: "dead", verdict: null, reason: "no image", charged: "0", result: null },
      { state: "cancelled", verdict: null, reason: "Its campaign was cancelled.", charged: "0.011" },
    ]);
    expect(await campaigns.runs("default", second)).toMatchObject([
      { state: "done", charged: "0.022", reason: null, freeReason: null },
      { state: "done", charged: "0.022" },
    ]);
    expect(await charged(campaigns, first)).toBe("0.011");
    expect(await charged(campaigns, second)).toBe("0.044");
  });

  test("is done with what is asked for last", async () => {
    const { campaigns } = await opened();
    const first = await started(campaigns, ["val-1"]);
    await campaigns.cancel("default", first);
    const [member] = aDraft(["val-1"]).members;
    const longer = { ...member!, job: "longer", reservation: { ...member!.reservation, maxSeconds: 7_200 } };
    const id = await started(campaigns, [], { members: [longer] });
    expect(await campaigns.campaign("default", id)).toMatchObject({ quote: "0.252" });
    expect(await claimed(campaigns, "val-1")).toMatchObject({
      job: "longer",
      cap: { amount: "0.252" },
      reservation: longer.reservation,
    });
  });
});

describe("when a campaign is cancelled", () => {
  test("what waits is done for another one that wants it too, by what that one would pay", async () => {
    const { db, campaigns } = await opened();
    const first = await started(campaigns, ["val-1", "val-2"]);
    const second = await started(campaigns, ["val-2"]);
    await sql`UPDATE apex.campaign_runs SET cap = 0.2 WHERE campaign_id = ${second}`.execute(db);
    await sql`UPDATE apex.campaigns SET budget = 0.2 WHERE id = ${second}`.execute(db);
    await campaigns.cancel("default", first);
    expect((await campaigns.runs("default", first))[0]).toMatchObject({ state: "cancelled" });
    expect((await campaigns.waitingRuns()).map(({ runId, campaignId }) => [runId, campaignId])).toEqual([
      ["val-2", second],
    ]);
    expect(await claimed(campaigns, "val-2")).toMatchObject({ campaignId: second, cap: { amount: "0.2" } });
  });

  test("what runs goes on for the other one, which pays", async () => {
    const { campaigns } = await opened();
    const first = await started(campaigns, ["val-1"]);
    const second = await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    await campaigns.cancel("default", first);
    expect(await campaigns.heartbeat(claim, { reading: aReading(600) })).toEqual({ kind: "held" });
    await campaigns.end(claim, PASSED, aReading(1_200));
    expect(await charged(campaigns, first)).toBe("0");
    expect(await charged(campaigns, second)).toBe("0.022");
  });

  test("what runs is stopped and done again where the other budget has no room for it now", async () => {
    const { campaigns } = await opened();
    const first = await started(campaigns, ["val-1", "val-2"]);
    const claim = await claimed(campaigns, "val-1");
    const second = await started(campaigns, ["val-1", "val-3"], { budget: decimal("0.2") });
    const other = await claimed(campaigns, "val-3");
    await campaigns.cancel("default", first);
    expect(await campaigns.heartbeat(claim, {})).toEqual({ kind: "stop", reason: "cancelled" });
    for (let twice = 0; twice < 2; twice += 1) {
      expect(await campaigns.end(claim, CANCELLED, aReading(600))).toEqual({ kind: "again", inMs: 0 });
    }
    expect((await campaigns.runs("default", first))[0]).toMatchObject({
      state: "cancelled",
      charged: "0.011",
    });
    await campaigns.end(other, PASSED, aReading(1));
    await campaigns.end(await claimed(campaigns, "val-1"), PASSED, aReading(1_200));
    expect(await charged(campaigns, second)).toBe("0.032");
    expect(await charged(campaigns, first)).toBe("0.011");
  });

  test("a run to be stopped whose worker is lost is done again for the other one", async () => {
    const { db, campaigns } = await opened();
    const first = await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    const second = await started(campaigns, ["val-1"], { budget: decimal("0.1") });
    await campaigns.cancel("default", first);
    await sql`UPDATE apex.campaigns SET budget = 1 WHERE id = ${second}`.execute(db);
    await expireLease(db, "val-1");
    const again = await claimed(campaigns, "val-1");
    expect(again).toMatchObject({ campaignId: second, attempt: 2, orphans: [claim.sandboxRunId] });
    expect(await campaigns.end(claim, CANCELLED, aReading(60))).toEqual({ kind: "lost" });
    expect((await campaigns.runs("default", first))[0]).toMatchObject({ state: "cancelled", charged: "0" });
  });

  test("a run that came to more than its quote is done for nobody again, even if its worker is lost", async () => {
    const { db, campaigns } = await opened();
    const ids = [await started(campaigns, ["val-1"]), await started(campaigns, ["val-1"])];
    const claim = await claimed(campaigns, "val-1");
    await campaigns.heartbeat(claim, { reading: aReading(9_000) });
    await expireLease(db, "val-1");
    expect(await campaigns.claim({ tenant: "default", runId: "val-1" }, aWorker())).toEqual({
      kind: "ended",
    });
    for (const id of ids) {
      expect(await campaigns.runs("default", id)).toMatchObject([
        { state: "cancelled", reason: "It came to more than it was quoted.", charged: "0" },
      ]);
    }
  });

  test("it cannot be cancelled again, started or paused", async () => {
    const { campaigns } = await opened();
    const id = await started(campaigns, ["val-1"]);
    expect(await campaigns.cancel("default", id)).toMatchObject({
      state: "stopped",
      stopReason: "cancelled",
      counts: { cancelled: 1 },
    });
    for (const change of ["start", "pause", "resume", "cancel"] as const) {
      await expect(campaigns[change]("default", id)).rejects.toMatchObject({ kind: "invalid" });
    }
  });
});

test("what a paused campaign holds is done for another one that runs", async () => {
  const { campaigns } = await opened();
  const first = await started(campaigns, ["val-1", "val-2"]);
  const second = await started(campaigns, ["val-1"]);
  await campaigns.pause("default", first);
  expect(await claimed(campaigns, "val-1")).toMatchObject({ campaignId: second });
  // And so it is when the other one comes later.
  const third = await started(campaigns, ["val-2"]);
  expect(await claimed(campaigns, "val-2")).toMatchObject({ campaignId: third });
});

describe("a run that runs for a campaign that is paused meanwhile", () => {
  const failed = { kind: "failed", message: "the engine is away", mayConverge: true } as const;

  test("is tried again for another one that runs", async () => {
    const { db, campaigns } = await opened();
    const first = await started(campaigns, ["val-1"]);
    const second = await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    await campaigns.pause("default", first);
    await campaigns.end(claim, failed);
    await endBackoff(db, "val-1");
    expect(await claimed(campaigns, "val-1")).toMatchObject({ campaignId: second, attempt: 2 });
  });

  test("is claimed for another one that runs once its worker is lost", async () => {
    const { db, campaigns } = await opened();
    const first = await started(campaigns, ["val-1"]);
    const second = await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    await campaigns.pause("default", first);
    await expireLease(db, "val-1");
    expect(await claimed(campaigns, "val-1")).toMatchObject({
      campaignId: second,
      orphans: [claim.sandboxRunId],
    });
  });

  test("is taken by another one that goes on, with what that one would pay", async () => {
    const { db, campaigns } = await opened();
    const first = await started(campaigns, ["val-1"]);
    const second = await started(campaigns, ["val-1"], { budget: decimal("0.2") });
    await sql`UPDATE apex.campaign_runs SET cap = 0.2 WHERE campaign_id = ${second}`.execute(db);
    await campaigns.pause("default", second);
    await campaigns.pause("default", first);
    await campaigns.resume("default", second);
    expect(await claimed(campaigns, "val-1")).toMatchObject({ campaignId: second, cap: { amount: "0.2" } });
  });
});
