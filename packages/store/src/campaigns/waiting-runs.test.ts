import { sql } from "kysely";
import { expect, test } from "vitest";
import { campaignsOfFile, claimed, expireLease, started, withTier } from "./testing.ts";

const { opened } = campaignsOfFile();

test("tenants that wait are told with the cores that they have running", async () => {
  const { db, campaigns } = await opened();
  const tenant = await withTier(db, "early");
  await started(campaigns, ["val-1", "val-2"]);
  await started(campaigns, ["val-1", "val-2"], { tenant });
  await claimed(campaigns, "val-1");
  expect(await campaigns.tenantsWaiting()).toEqual([
    { tenant, coresRunning: 0 },
    { tenant: "default", coresRunning: 2 },
  ]);
  // A lost worker's run is one that waits, and takes no cores.
  await expireLease(db, "val-1");
  expect(await campaigns.tenantsWaiting()).toMatchObject([{ coresRunning: 0 }, { coresRunning: 0 }]);
  expect(await campaigns.waitingRuns()).toHaveLength(4);
});

test("runs that wait for their next attempt or are with a worker are counted, and are nobody's to take until then", async () => {
  const { db, campaigns } = await opened();
  const id = await started(campaigns, ["val-1", "val-2"]);
  expect(await campaigns.runsToCome()).toEqual({ backoff: 0, held: 0 });
  const claim = await claimed(campaigns, "val-1");
  expect(await campaigns.runsToCome()).toEqual({ backoff: 0, held: 1 });
  await campaigns.end(claim, { kind: "failed", message: "The engine is away.", mayConverge: true });
  expect(await campaigns.runsToCome()).toEqual({ backoff: 1, held: 0 });
  expect((await campaigns.waitingRuns()).map(({ runId }) => runId)).toEqual(["val-2"]);
  await campaigns.pause("default", id);
  expect(await campaigns.runsToCome()).toEqual({ backoff: 0, held: 0 });
  await campaigns.resume("default", id);
  await sql`UPDATE apex.validation_runs SET not_before = clock_timestamp() WHERE id = 'val-1'`.execute(db);
  expect(await campaigns.runsToCome()).toEqual({ backoff: 0, held: 0 });
  expect(await campaigns.waitingRuns()).toHaveLength(2);
  await claimed(campaigns, "val-2");
  await expireLease(db, "val-2");
  expect(await campaigns.runsToCome()).toEqual({ backoff: 0, held: 0 });
  expect(await campaigns.waitingRuns()).toHaveLength(2);
});

test("however much waits of one tenant, what waits of another is told too, and what waits of one campaign by itself", async () => {
  const { db, campaigns } = await opened();
  const tenant = await withTier(db, "early");
  const large = await started(campaigns, ["val-1"], { priority: 1 });
  await sql`
    INSERT INTO apex.validation_runs (tenant, id, campaign_id, kind, job, cores, memory_bytes, gpus, max_seconds, rate_card, cap, state)
    SELECT tenant, 'val-1-' || n, campaign_id, kind, job, cores, memory_bytes, gpus, max_seconds, rate_card, cap, state
    FROM apex.validation_runs CROSS JOIN generate_series(1, 20000) n`.execute(db);
  const small = await started(campaigns, ["val-2"], { tenant, priority: 10 });
  const waiting = await campaigns.waitingRuns();
  expect(waiting.at(-1)).toMatchObject({ tenant, runId: "val-2", campaignId: small });
  expect(new Set(waiting.slice(0, -1).map(({ campaignId }) => campaignId))).toEqual(new Set([large]));
  expect(await campaigns.waitingRuns({ tenant, campaignId: small })).toEqual(waiting.slice(-1));
  expect(await campaigns.waitingRuns({ tenant: "default", campaignId: small })).toEqual([]);
});
