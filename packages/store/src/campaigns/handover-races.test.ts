import { type Kysely, sql, type Transaction } from "kysely";
import { describe, expect, test } from "vitest";
import { SCHEMA, type Tables } from "../records/tables.ts";
import { untilWaiting } from "../records/testing.ts";
import { heartbeatRun } from "./heartbeat-run.ts";
import { cancelCampaign } from "./start-campaign.ts";
import { aReading, campaignsOfFile, claimed, PASSED, started } from "./testing.ts";

const { opened } = campaignsOfFile();

/** Does `first`, begins `second` before that is committed, and commits once `second` waits for it. Returns what `second` came to. */
async function overtaken<T>(
  db: Kysely<Tables>,
  first: (trx: Transaction<Tables>) => Promise<unknown>,
  second: () => Promise<T>,
): Promise<T> {
  const { outcome } = await db.transaction().execute(async (trx) => {
    await first(trx.withSchema(SCHEMA));
    const began = second();
    // It is told of by who awaits it.
    began.catch(() => undefined);
    await untilWaiting(db, 1);
    return { outcome: began };
  });
  return outcome;
}

describe("a run that two campaigns want, when the one that has it is cancelled", () => {
  test("is still held by the worker whose heartbeat waits for the handing over", async () => {
    const { db, campaigns } = await opened();
    const first = await started(campaigns, ["val-1"]);
    const second = await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    const beat = await overtaken(
      db,
      (trx) => cancelCampaign(trx, { tenant: "default", id: first }),
      () => campaigns.heartbeat(claim, { reading: aReading(60) }),
    );
    expect(beat).toEqual({ kind: "held" });
    await campaigns.end(claim, PASSED, aReading(1_200));
    expect(await campaigns.campaign("default", second)).toMatchObject({ charged: "0.022" });
  });

  test("is not handed over while a heartbeat finds that its time is over: it is charged to who had it, and done again", async () => {
    const { db, campaigns } = await opened();
    const first = await started(campaigns, ["val-1"], { deadline: "2999-01-01T00:00:00Z" });
    const second = await started(campaigns, ["val-1"]);
    const claim = await claimed(campaigns, "val-1");
    await sql`UPDATE apex.campaigns SET deadline = clock_timestamp() WHERE id = ${first}`.execute(db);
    await overtaken(
      db,
      (trx) => heartbeatRun(trx, claim, { reading: aReading(600) }),
      () => campaigns.cancel("default", first),
    );
    expect(await campaigns.end(claim, { kind: "stopped", reason: "deadline" }, aReading(600))).toEqual({
      kind: "again",
      inMs: 0,
    });
    expect(await campaigns.campaign("default", first)).toMatchObject({ charged: "0.011" });
    expect(await campaigns.campaign("default", second)).toMatchObject({
      charged: "0",
      counts: { waiting: 1 },
    });
  });
});
