import { type AttemptEnding, compareDecimals, decimal } from "@apex/core";
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { untilWaiting } from "../records/testing.ts";
import type { CampaignStore } from "./campaign-store.ts";
import {
  aReading,
  aWorker,
  campaignsOfFile,
  chargesOf,
  claimed,
  expireLease,
  MEMBER_CAP,
  PASSED,
  started,
} from "./testing.ts";

const { opened } = campaignsOfFile();

async function only(campaigns: CampaignStore, id: string) {
  const [run] = await campaigns.runs("default", id);
  return run!;
}

describe("what an attempt costs", () => {
  test.each<[string, AttemptEnding, number, [charges: Record<string, string>, run: object]]>([
    [
      "a verdict",
      PASSED,
      1_200,
      [
        { vcpu: "0.02", memory: "0.002" },
        { state: "done", freeReason: null },
      ],
    ],
    [
      "a short verdict, with the minimum",
      PASSED,
      60,
      [{ vcpu: "0.001", memory: "0.0001", minimum: "0.0089" }, { charged: "0.01" }],
    ],
    [
      "an inconclusive verdict that is our fault",
      { ...PASSED, verdict: "inconclusive", isOurFault: true },
      1_200,
      [
        {},
        {
          state: "done",
          verdict: "inconclusive",
          charged: "0",
          freeReason: expect.stringContaining("our machine"),
        },
      ],
    ],
    [
      "what the customer stopped, without the minimum",
      { kind: "stopped", reason: "cancelled" },
      60,
      [
        { vcpu: "0.001", memory: "0.0001" },
        { state: "cancelled", reason: "Its campaign was cancelled.", charged: "0.0011" },
      ],
    ],
    [
      "what came to more than its quote",
      { kind: "stopped", reason: "cap" },
      9_000,
      [{}, { state: "cancelled", reason: "It came to more than it was quoted.", charged: "0" }],
    ],
    [
      "what cannot work",
      { kind: "failed", message: 'there is no image "web"', mayConverge: false },
      1_200,
      [
        {},
        { state: "dead", reason: 'there is no image "web"', charged: "0", freeReason: expect.any(String) },
      ],
    ],
  ])("%s", async (_name, ending, seconds, [charges, run]) => {
    const { db, campaigns } = await opened();
    const id = await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    const first = await campaigns.end(claim, ending, aReading(seconds));
    expect(await campaigns.end(claim, ending, aReading(seconds))).toEqual(first);
    expect(await chargesOf(db, "val-1")).toEqual(charges);
    expect(await only(campaigns, id)).toMatchObject(run);
  });

  test("is never more than the run's cap, whatever was read", async () => {
    const { db, campaigns } = await opened();
    const endings: readonly AttemptEnding[] = [
      PASSED,
      { kind: "stopped", reason: "cancelled" },
      { kind: "stopped", reason: "deadline" },
    ];
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 20_000 }), fc.constantFrom(...endings), async (seconds, ending) => {
        const runId = `val-${runs++}`;
        const id = await started(campaigns, [runId]);
        await campaigns.end(await claimed(campaigns, runId), ending, aReading(seconds));
        const { charged } = await only(campaigns, id);
        expect(compareDecimals(charged!, decimal(MEMBER_CAP))).toBeLessThanOrEqual(0);
        const campaign = await campaigns.campaign("default", id);
        expect(compareDecimals(campaign!.charged, campaign!.quote)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 25 },
    );
    const { rows } = await sql<{ total: string }>`SELECT sum(amount) AS total FROM apex.entries`.execute(db);
    expect(decimal(rows[0]!.total)).toBe("0");
  });

  test("goes by the last reading that counts: none that is lower, and none of another boot", async () => {
    const { db, campaigns } = await opened();
    await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    for (const reading of [
      aReading(600),
      aReading(600),
      aReading(500),
      aReading(700, { cpuNs: 1n }),
      aReading(900, { bootId: "boot-2" }),
    ]) {
      expect(await campaigns.heartbeat(claim, { reading })).toEqual({ kind: "held" });
    }
    await campaigns.heartbeat(claim, { reading: aReading(1_200) });
    await campaigns.end(claim, PASSED);
    const { rows } = await sql<{ seq: number; cpu_ns: string }>`
      SELECT seq, cpu_ns FROM apex.readings ORDER BY seq`.execute(db);
    expect(rows).toEqual([
      { seq: 1, cpu_ns: "600000000000" },
      { seq: 2, cpu_ns: "1200000000000" },
    ]);
    expect(await chargesOf(db, "val-1")).toEqual({ vcpu: "0.02", memory: "0.002" });
  });

  test("keeps what was seen of counters that a restart of the engine sets back", async () => {
    const { db, campaigns } = await opened();
    await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    await campaigns.heartbeat(claim, { reading: aReading(600, { networkBytes: 508n, blockBytes: 7n }) });
    await campaigns.end(claim, PASSED, aReading(1_200, { networkBytes: 0n, blockBytes: 9n }));
    const { rows } = await sql`
      SELECT network_bytes, block_bytes FROM apex.readings ORDER BY seq DESC LIMIT 1`.execute(db);
    expect(rows).toEqual([{ network_bytes: "508", block_bytes: "9" }]);
  });
});

describe("a heartbeat", () => {
  test("stops a run that comes to more than its cap, and stays with that", async () => {
    const { campaigns } = await opened();
    const id = await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    expect(await campaigns.heartbeat(claim, { reading: aReading(6_800) })).toEqual({ kind: "held" });
    expect(await campaigns.heartbeat(claim, { reading: aReading(7_000) })).toEqual({
      kind: "stop",
      reason: "cap",
    });
    await campaigns.cancel("default", id);
    expect(await campaigns.heartbeat(claim, {})).toEqual({ kind: "stop", reason: "cap" });
    // The worker's own reason does not make it a charge.
    await campaigns.end(claim, { kind: "stopped", reason: "cancelled" });
    expect(await only(campaigns, id)).toMatchObject({
      charged: "0",
      reason: "It came to more than it was quoted.",
    });
  });

  test("holds a claim past its lease while nobody else has taken it", async () => {
    const { db, campaigns } = await opened();
    await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    await expireLease(db, "val-1");
    expect(await campaigns.heartbeat(claim, { progress: "late \u0000 but there" })).toEqual({ kind: "held" });
    expect(await campaigns.claim({ tenant: "default", runId: "val-1" }, aWorker("b"))).toMatchObject({
      why: "held",
    });
  });

  test("of another attempt's token is refused, though its number fits", async () => {
    const { campaigns } = await opened();
    await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    const forged = { ...claim, sandboxRunId: "val-1-1-00000000" };
    expect(await campaigns.heartbeat(forged, {})).toEqual({ kind: "lost" });
    expect(await campaigns.end(forged, PASSED)).toEqual({ kind: "lost" });
    expect(await campaigns.end({ ...claim, attempt: 2 }, PASSED)).toEqual({ kind: "lost" });
  });

  test("that waits for the end of the same attempt finds it lost", async () => {
    const { db, campaigns } = await opened();
    await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    const later: Promise<unknown>[] = [];
    await db.transaction().execute(async (trx) => {
      await sql`SELECT 1 FROM apex.validation_runs FOR UPDATE`.execute(trx);
      later.push(campaigns.end(claim, PASSED, aReading(60)));
      await untilWaiting(db, 1);
      later.push(campaigns.heartbeat(claim, { reading: aReading(90) }));
      await untilWaiting(db, 2);
    });
    expect(await Promise.all(later)).toEqual([{ kind: "ended", state: "done" }, { kind: "lost" }]);
    expect(await chargesOf(db, "val-1")).toMatchObject({ vcpu: "0.001" });
  });
});

test("a released run waits at once, and that was no failure", async () => {
  const { campaigns } = await opened();
  const id = await started(campaigns, ["val-1"]);
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    const claim = await claimed(campaigns, "val-1");
    expect(claim).toMatchObject({ attempt, orphans: [] });
    expect(await campaigns.end(claim, { kind: "released" }, aReading(60))).toEqual({
      kind: "again",
      inMs: 0,
    });
    expect(await campaigns.end(claim, { kind: "released" })).toEqual({ kind: "again", inMs: 0 });
    expect(await campaigns.end(claim, PASSED)).toEqual({ kind: "lost" });
  }
  expect(await only(campaigns, id)).toMatchObject({ state: "waiting", attempts: 8, charged: null });
});

test("a run that hosts refuse waits on, however often, and says why", async () => {
  const { campaigns } = await opened();
  const id = await started(campaigns, ["val-1"]);
  const refusal = "shop:1 is not on this worker.";
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    const claim = await claimed(campaigns, "val-1");
    const after = await campaigns.end(claim, { kind: "released", refusal });
    expect(after).toEqual({ kind: "again", inMs: 0 });
  }
  expect(await only(campaigns, id)).toMatchObject({ state: "waiting", progress: refusal, charged: null });
});

test("a run that loses every worker is given up after five, and nothing is charged", async () => {
  const { db, campaigns } = await opened();
  const id = await started(campaigns, ["val-1"]);
  const orphans: string[] = [];
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const claim = await claimed(campaigns, "val-1", aWorker(String(attempt)));
    expect(claim.orphans).toEqual(orphans);
    orphans.push(claim.sandboxRunId);
    await campaigns.heartbeat(claim, { reading: aReading(1_200) });
    await expireLease(db, "val-1");
  }
  expect(await campaigns.claim({ tenant: "default", runId: "val-1" }, aWorker())).toEqual({ kind: "ended" });
  expect(await only(campaigns, id)).toMatchObject({
    state: "dead",
    reason:
      "It failed 5 times, the last time so: Its worker was lost: its lease ran out without a sign of life.",
    charged: "0",
    freeReason: "It is free: its worker was lost before it had a verdict.",
  });
  expect(await campaigns.sweepCampaigns()).toEqual([{ tenant: "default", campaignId: id }]);
});

test.each<[string, AttemptEnding]>([
  ["fails", { kind: "failed", message: "aborted", mayConverge: true }],
  ["is released", { kind: "released" }],
])("a run that is to stop and then %s is not done again", async (_name, ending) => {
  const { campaigns } = await opened();
  const id = await started(campaigns, ["val-1"]);
  const claim = await claimed(campaigns, "val-1");
  await campaigns.cancel("default", id);
  expect(await campaigns.heartbeat(claim, {})).toEqual({ kind: "stop", reason: "cancelled" });
  expect(await campaigns.end(claim, ending, aReading(60))).toEqual({ kind: "ended", state: "cancelled" });
  expect(await only(campaigns, id)).toMatchObject({ charged: "0", reason: "Its campaign was cancelled." });
});
