import { AdapterError } from "@apex/core";
import { type Kysely, sql } from "kysely";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../records/database.ts";
import type { Tables } from "../records/tables.ts";
import { serverOfFile, untilWaiting } from "../records/testing.ts";
import { type CampaignStore, campaignStore } from "./campaign-store.ts";
import { aDraft, aReading, aWorker, chargesOf, claimed, PASSED, started, testCampaigns } from "./testing.ts";

const server = serverOfFile();

describe("a connection that is killed in the middle leaves nothing half", () => {
  /** Kills what `work` does as it reaches a table. */
  async function killedAt(url: string, table: string, work: (store: CampaignStore) => Promise<unknown>) {
    const killer = await openDatabase(url);
    const victim = await openDatabase(url);
    try {
      const failure = await killer.transaction().execute(async (trx) => {
        await sql`LOCK TABLE apex.${sql.id(table)} IN ACCESS EXCLUSIVE MODE`.execute(trx);
        const outcome = work(campaignStore(() => Promise.resolve(victim))).catch((error: unknown) => error);
        const [pid] = await untilWaiting(killer, 1);
        await sql`SELECT pg_terminate_backend(${pid})`.execute(killer);
        return outcome;
      });
      expect(failure).toBeInstanceOf(AdapterError);
      expect(failure).toMatchObject({ kind: "unavailable" });
    } finally {
      await killer.destroy();
      await victim.destroy();
    }
  }

  async function rowsOf(db: Kysely<Tables>): Promise<unknown> {
    const tables = ["campaigns", "campaign_runs", "validation_runs", "run_attempts", "readings", "charges"];
    const all = [];
    for (const table of tables) {
      const { rows } = await sql`SELECT * FROM apex.${sql.id(table)} t ORDER BY t`.execute(db);
      all.push(rows);
    }
    return all;
  }

  test("of a settlement", async () => {
    const url = await server.newDatabase();
    const db = await openDatabase(url);
    const campaigns = await testCampaigns(db);
    await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    const before = await rowsOf(db);
    for (const table of ["readings", "charges", "entries", "outbox"]) {
      await killedAt(url, table, (store) => store.end(claim, PASSED, aReading(1_200)));
      expect(await rowsOf(db)).toEqual(before);
    }
    expect(await campaigns.end(claim, PASSED, aReading(1_200))).toEqual({ kind: "ended", state: "done" });
    expect(await chargesOf(db, "val-1")).toEqual({ vcpu: "0.02", memory: "0.002" });
    await db.destroy();
  });

  test("of a campaign, a claim and a heartbeat", async () => {
    const url = await server.newDatabase();
    const db = await openDatabase(url);
    const campaigns = await testCampaigns(db);
    const empty = await rowsOf(db);
    await killedAt(url, "campaign_runs", (store) => store.create(aDraft(["val-1", "val-2"])));
    expect(await rowsOf(db)).toEqual(empty);
    await started(campaigns, ["val-1"]);
    const waiting = await rowsOf(db);
    await killedAt(url, "run_attempts", (store) =>
      store.claim({ tenant: "default", runId: "val-1" }, aWorker()),
    );
    expect(await rowsOf(db)).toEqual(waiting);
    const claim = await claimed(campaigns, "val-1");
    const running = await rowsOf(db);
    await killedAt(url, "readings", (store) => store.heartbeat(claim, { reading: aReading(60) }));
    expect(await rowsOf(db)).toEqual(running);
    await db.destroy();
  });
});
