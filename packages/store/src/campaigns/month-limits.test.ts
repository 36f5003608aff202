import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  aDraft,
  aMember,
  aReading,
  aWorker,
  campaignsOfFile,
  claimed,
  expireLease,
  numbered,
  PASSED,
  started,
  withTier,
} from "./testing.ts";

const { opened } = campaignsOfFile();

describe("a tier's limits of the month", () => {
  test("refuse a campaign with more runs than are left, and say what to do", async () => {
    const { db, campaigns } = await opened();
    const tenant = await withTier(db, "free");
    const failure = campaigns.create(aDraft(numbered(51), { tenant }));
    await expect(failure).rejects.toMatchObject({ kind: "denied" });
    await expect(failure).rejects.toThrow(
      /tier "free" of free has 50 runs a month, and 0 have begun or wait and 51 more are wanted; .* change the tier/,
    );
    expect(await campaigns.campaigns(tenant, 10)).toEqual([]);
  });

  test("hold back the run that would be too much, however many drafts there were", async () => {
    const { db, campaigns } = await opened();
    const tenant = await withTier(db, "free");
    const first = numbered(50);
    const drafts = [
      await campaigns.create(aDraft(first, { tenant })),
      await campaigns.create(aDraft(["val-more"], { tenant })),
    ];
    for (const { id } of drafts) await campaigns.start(tenant, id);
    for (const runId of first) {
      await campaigns.end(await claimed(campaigns, runId, aWorker(), tenant), PASSED, aReading(1));
    }
    expect(await campaigns.claim({ tenant, runId: "val-more" }, aWorker())).toMatchObject({
      why: "month-limit",
      inMs: 3_600_000,
    });
    await sql`UPDATE apex.run_attempts SET started_at = started_at - interval '32 days' WHERE run_id = 'val-0'`.execute(
      db,
    );
    await claimed(campaigns, "val-more", aWorker(), tenant);
  });

  test("refuse a campaign that has no room once those that are started have begun all of their runs", async () => {
    const { db, campaigns } = await opened();
    const tenant = await withTier(db, "free");
    const id = await started(campaigns, numbered(50), { tenant });
    await expect(campaigns.create(aDraft(["val-more"], { tenant }))).rejects.toThrow(
      /50 have begun or wait and 1 more are wanted/,
    );
    // What waits already counts once, and what is cancelled before it began counts for nothing.
    await campaigns.create(aDraft(["val-1"], { tenant }));
    await campaigns.cancel(tenant, id);
    await campaigns.create(aDraft(["val-more"], { tenant }));
  });

  test("count the vCPU-hours of attempts that failed, and of one that runs", async () => {
    const { db, campaigns } = await opened();
    const tenant = await withTier(db, "free");
    const reservation = { ...aMember("x").reservation, maxSeconds: 80_000 };
    const members = ["val-1", "val-2"].map((runId) => aMember(runId, { reservation }));
    const id = await started(campaigns, [], { tenant, members });
    const failed = { kind: "failed", message: "it does not start", mayConverge: false } as const;
    const first = await claimed(campaigns, "val-1", aWorker(), tenant);
    await campaigns.heartbeat(first, { reading: aReading(10 * 3_600) });
    await campaigns.end(first, failed, aReading(19 * 3_600));
    const second = await claimed(campaigns, "val-2", aWorker(), tenant);
    await campaigns.heartbeat(second, { reading: aReading(3_600) });
    await expect(campaigns.create(aDraft(["val-3"], { tenant }))).rejects.toThrow(
      /20 vCPU-hours a month, and 20.0 are used/,
    );
    await campaigns.end(second, { kind: "released" }, aReading(3_600));
    expect(await campaigns.claim({ tenant, runId: "val-2" }, aWorker())).toMatchObject({ kind: "claimed" });
    expect(await campaigns.campaign(tenant, id)).toMatchObject({ charged: "0" });
  });

  test("count the vCPU-hours of all attempts that were not lost", async () => {
    const { db, campaigns } = await opened();
    const tenant = await withTier(db, "free");
    const members = ["val-1", "val-2"].map((runId) =>
      aMember(runId, { reservation: { ...aMember("x").reservation, maxSeconds: 80_000 } }),
    );
    await started(campaigns, [], { tenant, members });
    const lost = await claimed(campaigns, "val-1", aWorker(), tenant);
    await campaigns.heartbeat(lost, { reading: aReading(19 * 3_600) });
    await expireLease(db, "val-1");
    const claim = await claimed(campaigns, "val-1", aWorker(), tenant);
    await campaigns.end(claim, PASSED, aReading(20 * 3_600));
    expect(await campaigns.claim({ tenant, runId: "val-2" }, aWorker())).toMatchObject({
      why: "month-limit",
    });
    await expect(campaigns.create(aDraft(["val-3"], { tenant }))).rejects.toThrow(
      /20 vCPU-hours a month, and 20.0 are used/,
    );
    // What is known already needs none.
    expect(await campaigns.create(aDraft(["val-1"], { tenant }))).toMatchObject({ quote: "0" });
  });
});
