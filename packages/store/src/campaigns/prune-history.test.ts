import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import type { Tables } from "../records/tables.ts";
import { serverOfFile } from "../records/testing.ts";
import { temporaryDirectory } from "../testing.ts";
import { inputFileStore } from "./input-file-store.ts";
import { aDraft, aMember, aReading, aWorker, claimed, PASSED, started, testCampaigns } from "./testing.ts";

const server = serverOfFile();

const NOTHING = { runs: 0, campaigns: 0, inputFiles: 0 };

/** Lets so many days go by for what is kept by now. */
async function age(db: Kysely<Tables>, days: number): Promise<void> {
  const by = sql`${days} * interval '1 day'`;
  await sql`UPDATE apex.campaigns SET ended_at = ended_at - ${by}`.execute(db);
  await sql`UPDATE apex.validation_runs SET ended_at = ended_at - ${by}`.execute(db);
  await sql`UPDATE apex.input_files SET sent_at = sent_at - ${by}`.execute(db);
}

test("history goes when the tier's days are over, and money stays", async () => {
  await using directory = await temporaryDirectory();
  const db = await server.open();
  const campaigns = await testCampaigns(db);
  const files = inputFileStore(() => Promise.resolve(db));
  const tenant = "small";
  await sql`INSERT INTO apex.tenants (id, name, tier) VALUES (${tenant}, ${tenant}, 'free')`.execute(db);
  const path = join(directory.path, "record");
  await writeFile(path, "a record");
  const file = await files.put(tenant, path);
  const member = aMember("val-1", { job: JSON.stringify({ file }) });
  const id = await started(campaigns, [], { tenant, members: [member, aMember("val-2")] });
  const claim = await claimed(campaigns, "val-1", aWorker(), tenant);
  await campaigns.end(claim, PASSED, aReading(1_200));
  await campaigns.cancel(tenant, id);
  await age(db, 29);
  expect(await campaigns.pruneHistory()).toEqual(NOTHING);
  await age(db, 2);
  // The default tenant's tier keeps everything.
  await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), PASSED);
  await campaigns.sweepCampaigns();
  await sql`UPDATE apex.campaigns SET ended_at = '2020-01-01' WHERE tenant = 'default'`.execute(db);
  expect(await campaigns.pruneHistory()).toEqual({ runs: 2, campaigns: 1, inputFiles: 1 });
  expect(await campaigns.campaigns(tenant, 10)).toEqual([]);
  expect(await campaigns.campaigns("default", 10)).toHaveLength(1);
  const { rows } = await sql<{ kind: string }>`
    SELECT kind FROM apex.charges WHERE tenant = ${tenant} ORDER BY kind`.execute(db);
  expect(rows).toEqual([{ kind: "memory" }, { kind: "vcpu" }]);
  // It is done and charged again: nobody knows its verdict any more.
  const again = await started(campaigns, ["val-1"], { tenant });
  const claimAgain = await claimed(campaigns, "val-1", aWorker(), tenant);
  await campaigns.end(claimAgain, PASSED, aReading(2_400));
  expect(await campaigns.campaign(tenant, again)).toMatchObject({ charged: "0.044" });
});

test("what a younger campaign has too stays with it", async () => {
  const db = await server.open();
  const campaigns = await testCampaigns(db);
  const tenant = "small";
  await sql`INSERT INTO apex.tenants (id, name, tier) VALUES (${tenant}, ${tenant}, 'free')`.execute(db);
  const old = await started(campaigns, ["val-1", "val-2"], { tenant });
  for (const runId of ["val-1", "val-2"]) {
    await campaigns.end(await claimed(campaigns, runId, aWorker(), tenant), PASSED, aReading(1_200));
  }
  await campaigns.sweepCampaigns();
  await age(db, 31);
  const { id } = await campaigns.create(aDraft(["val-1"], { tenant }));
  expect(await campaigns.pruneHistory()).toEqual({ ...NOTHING, runs: 1 });
  await campaigns.start(tenant, id);
  expect(await campaigns.runs(tenant, id)).toMatchObject([{ verdict: "pass", isReused: true }]);
  expect(await campaigns.campaign(tenant, old)).toMatchObject({ charged: "0.022", counts: { done: 1 } });
  await campaigns.sweepCampaigns();
  await age(db, 31);
  expect(await campaigns.pruneHistory()).toEqual({ ...NOTHING, runs: 1, campaigns: 2 });
});

test("a file goes with the last run that names it, up to so many at a time", async () => {
  const db = await server.open();
  const campaigns = await testCampaigns(db);
  const tenant = "small";
  await sql`INSERT INTO apex.tenants (id, name, tier) VALUES (${tenant}, ${tenant}, 'free')`.execute(db);
  const digest = (count: number): string => count.toString(16).padStart(64, "0");
  await sql`
    INSERT INTO apex.input_files (tenant, sha256, bytes) SELECT ${tenant}, lpad(to_hex(n), 64, '0'), 0
    FROM generate_series(1, 103) n`.execute(db);
  const draft = async (files: readonly string[]) => {
    const member = aMember("val-1", { job: JSON.stringify({ files }) });
    return (await campaigns.create(aDraft([], { tenant, members: [member] }))).id;
  };
  const id = await draft([digest(1), digest(2)]);
  await age(db, 31);
  expect(await campaigns.pruneHistory()).toEqual({ ...NOTHING, inputFiles: 100 });
  await campaigns.cancel(tenant, id);
  // What is asked for last is what the run needs.
  await draft([digest(2)]);
  expect(await campaigns.pruneHistory()).toEqual({ ...NOTHING, inputFiles: 2 });
  const { rows } = await sql`SELECT sha256 FROM apex.input_files`.execute(db);
  expect(rows).toEqual([{ sha256: digest(2) }]);
});
