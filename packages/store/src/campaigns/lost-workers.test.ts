import { decimal } from "@apex/core";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { aReading, aWorker, campaignsOfFile, claimed, expireLease, PASSED, started } from "./testing.ts";

const { opened } = campaignsOfFile();

const LONG_AGO_SECONDS = 31;

describe("a run whose worker is lost, and that nobody claims,", () => {
  test("makes room for another one of a tenant that may have one at a time", async () => {
    const { db, campaigns } = await opened();
    const tenant = "small";
    await sql`INSERT INTO apex.tenants (id, name, tier) VALUES (${tenant}, ${tenant}, 'free')`.execute(db);
    await started(campaigns, ["val-1", "val-2"], { tenant });
    const lost = await claimed(campaigns, "val-1", aWorker(), tenant);
    const second = { tenant, runId: "val-2" };
    await expireLease(db, "val-1");
    // A moment may be a hiccup of its worker's.
    await campaigns.sweepCampaigns();
    expect(await campaigns.claim(second, aWorker("b"))).toMatchObject({ why: "tenant-limit" });
    await expireLease(db, "val-1", LONG_AGO_SECONDS);
    await campaigns.sweepCampaigns();
    await campaigns.end(await claimed(campaigns, "val-2", aWorker("b"), tenant), { kind: "released" });
    expect(await campaigns.heartbeat(lost, {})).toEqual({ kind: "lost" });
    expect(await claimed(campaigns, "val-1", aWorker("b"), tenant)).toMatchObject({
      attempt: 2,
      orphans: [lost.sandboxRunId],
    });
  });

  test("gives back what it held of its campaign's budget", async () => {
    const { db, campaigns } = await opened();
    const id = await started(campaigns, ["val-1", "val-2"], { budget: decimal("0.2") });
    await claimed(campaigns, "val-1");
    await expireLease(db, "val-1", LONG_AGO_SECONDS);
    await campaigns.sweepCampaigns();
    expect(await campaigns.campaign("default", id)).toMatchObject({ reserved: "0", counts: { waiting: 2 } });
    await claimed(campaigns, "val-2");
  });
});

test("a reading that somebody else tells is one of the attempt's own while it is open, and changes no charge once it has ended", async () => {
  const { campaigns } = await opened();
  const id = await started(campaigns, ["val-1"]);
  const claim = await claimed(campaigns, "val-1");
  await campaigns.keepReading(claim.sandboxRunId, aReading(1_200));
  await campaigns.end(claim, PASSED);
  expect(await campaigns.campaign("default", id)).toMatchObject({ charged: "0.022" });
  await campaigns.keepReading(claim.sandboxRunId, aReading(2_400));
  expect(await campaigns.campaign("default", id)).toMatchObject({ charged: "0.022" });
});
