import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  aDraft,
  aReading,
  aWorker,
  campaignsOfFile,
  claimed,
  endBackoff,
  expireLease,
  MEMBER_CAP,
  PASSED,
  started,
} from "./testing.ts";

const { opened } = campaignsOfFile();

describe("a campaign", () => {
  test("is quoted, started, done and charged", async () => {
    const { campaigns } = await opened();
    const draft = await campaigns.create(aDraft(["val-1", "val-2"]));
    expect(draft).toMatchObject({ state: "draft", quote: "0.252", budget: null, charged: "0" });
    expect(await campaigns.claim({ tenant: "default", runId: "val-1" }, aWorker())).toEqual({
      kind: "ended",
    });
    await campaigns.start("default", draft.id);
    expect((await campaigns.waitingRuns()).map(({ runId }) => runId)).toEqual(["val-1", "val-2"]);
    const claim = await claimed(campaigns, "val-1");
    expect(claim).toMatchObject({ attempt: 1, cap: { amount: MEMBER_CAP, currency: "USD" }, orphans: [] });
    expect(await campaigns.heartbeat(claim, { reading: aReading(600), progress: "half" })).toEqual({
      kind: "held",
    });
    expect(await campaigns.campaign("default", draft.id)).toMatchObject({
      reserved: MEMBER_CAP,
      counts: { running: 1, waiting: 1 },
    });
    expect(await campaigns.end(claim, PASSED, aReading(1_200))).toEqual({ kind: "ended", state: "done" });
    expect(await campaigns.end(claim, PASSED, aReading(1_200))).toEqual({ kind: "ended", state: "done" });
    // A third of an hour of one vCPU and one GiB.
    expect(await campaigns.campaign("default", draft.id)).toMatchObject({ charged: "0.022", reserved: "0" });
    await campaigns.end(await claimed(campaigns, "val-2"), { ...PASSED, verdict: "fail" }, aReading(1));
    expect(await campaigns.sweepCampaigns()).toEqual([{ tenant: "default", campaignId: draft.id }]);
    expect(await campaigns.campaign("default", draft.id)).toMatchObject({ state: "done", charged: "0.032" });
    expect(await campaigns.runs("default", draft.id)).toMatchObject([
      { runId: "val-1", state: "done", verdict: "pass", charged: "0.022", progress: "half", attempts: 1 },
      { runId: "val-2", state: "done", verdict: "fail", charged: "0.01" },
    ]);
  });
});

test("a worker that was lost is followed by another, and what it still writes is refused", async () => {
  const { db, campaigns } = await opened();
  await started(campaigns, ["val-1"]);
  const first = await claimed(campaigns, "val-1", aWorker("a"));
  await campaigns.heartbeat(first, { reading: aReading(60) });
  expect(await campaigns.claim({ tenant: "default", runId: "val-1" }, aWorker("b"))).toMatchObject({
    kind: "later",
    why: "held",
  });
  await expireLease(db, "val-1");
  const second = await claimed(campaigns, "val-1", aWorker("b"));
  expect(second).toMatchObject({ attempt: 2, orphans: [first.sandboxRunId] });
  expect(await campaigns.heartbeat(first, { reading: aReading(90) })).toEqual({ kind: "lost" });
  expect(await campaigns.end(first, PASSED, aReading(90))).toEqual({ kind: "lost" });
  await campaigns.keepReading(first.sandboxRunId, aReading(100));
  await campaigns.end(second, PASSED, aReading(600));
  const { rows } = await sql<{ attempt: number; amount: string }>`
    SELECT attempt, sum(amount)::text AS amount FROM apex.charges GROUP BY attempt`.execute(db);
  expect(rows).toEqual([{ attempt: 2, amount: "0.011000000000000000" }]);
});

test("failures that may converge are tried again with a backoff, and given up after five", async () => {
  const { db, campaigns } = await opened();
  const id = await started(campaigns, ["val-1"]);
  const failed = { kind: "failed", message: "the engine is away", mayConverge: true } as const;
  for (const inMs of [2_000, 4_000, 8_000, 16_000]) {
    const claim = await claimed(campaigns, "val-1");
    expect(await campaigns.end(claim, failed, aReading(60))).toEqual({ kind: "again", inMs });
    expect(await campaigns.claim({ tenant: "default", runId: "val-1" }, aWorker())).toMatchObject({
      why: "backoff",
    });
    await endBackoff(db, "val-1");
  }
  expect(await campaigns.end(await claimed(campaigns, "val-1"), failed)).toEqual({
    kind: "ended",
    state: "dead",
  });
  expect(await campaigns.runs("default", id)).toMatchObject([
    {
      state: "dead",
      reason: "It failed 5 times, the last time so: the engine is away",
      charged: "0",
      freeReason: "It is free: it failed before it had a verdict.",
    },
  ]);
});
