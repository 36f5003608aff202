import { type Kysely, sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { aReading, claimed, PASSED, started, testCampaigns } from "../campaigns/testing.ts";
import type { Tables } from "../records/tables.ts";
import { serverOfFile } from "../records/testing.ts";
import { auditWithin } from "./audit.ts";
import { issueInvoices } from "./issue-invoices.ts";
import { publishRateCards } from "./rate-cards.ts";
import { reverseCharges } from "./reverse-charges.ts";
import { aCharge, settle, TEST_CARD } from "./testing.ts";

const PERIOD = { startMs: Date.UTC(2026, 10, 1), endMs: Date.UTC(2026, 11, 1) };

const server = serverOfFile();
let db: Kysely<Tables>;

beforeAll(async () => {
  db = (await server.open()).withSchema("apex");
  await publishRateCards(db, [TEST_CARD]);
  await settle(db, [aCharge({ subject: "val-a" }), aCharge({ subject: "val-b" })], null);
  await db.transaction().execute((trx) => reverseCharges(trx.withSchema("apex"), "default", "val-b"));
  const issue = { tenant: "default", period: PERIOD, issuedAtMs: PERIOD.endMs };
  await db.transaction().execute((trx) => issueInvoices(trx, issue));
  await settle(db, [aCharge({ subject: "val-c" })], null);
});

class Undone extends Error {}

/** What the audit finds after statements that no guard of the database sees; nothing of them stays. */
async function problemsAfter(...statements: readonly string[]): Promise<readonly string[]> {
  let problems: readonly string[] = [];
  const planting = db.transaction().execute(async (trx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(trx);
    for (const statement of statements) await sql.raw(statement).execute(trx);
    ({ problems } = await auditWithin(trx.withSchema("apex")));
    throw new Undone();
  });
  await expect(planting).rejects.toThrow(Undone);
  return problems;
}

/** The run val-c, whose cap is 0.1, with one attempt, where no campaign is asked for. */
const aRun = (state: string, ending: string, freeReason = "NULL"): string => `
  INSERT INTO apex.validation_runs
    (tenant, id, campaign_id, kind, job, cores, memory_bytes, gpus, max_seconds, rate_card, cap, state, attempt, verdict, free_reason)
  VALUES ('default', 'val-c', 'c', 'test', '{}', 1, 1, 0, 60, '${TEST_CARD.id}', 0.1, '${state}', 1,
    ${state === "done" ? "'pass'" : "NULL"}, ${freeReason});
  INSERT INTO apex.run_attempts (tenant, run_id, attempt, campaign_id, sandbox_run_id, worker, host, ended_at, ending)
  VALUES ('default', 'val-c', 1, 'c', 'val-c-1', 'w', 'h', now(), '${ending}')`;

/** Its charge of 0.12 becomes that of an attempt. */
const ofAttempt = (attempt: number): string =>
  `UPDATE apex.charges SET attempt = ${attempt} WHERE subject = 'val-c'`;

test("right books have no problem", async () => {
  expect(await problemsAfter()).toEqual([]);
});

test.each<readonly [string, RegExp, readonly string[]]>([
  [
    "a changed charge",
    /val-c\/vcpu of default has entries that do not balance/,
    ["UPDATE apex.charges SET amount = 1 WHERE subject = 'val-c'"],
  ],
  [
    "a lost leg",
    /entries sum up to 0\.12, not to 0/,
    ["DELETE FROM apex.entries WHERE charge_id = 'val-c/vcpu' AND account <> 'receivable'"],
  ],
  [
    "a lost charge",
    /entries of default for val-c\/vcpu are of no charge/,
    ["DELETE FROM apex.charges WHERE subject = 'val-c'"],
  ],
  [
    "a leg too many",
    /val-c\/vcpu of default has entries/,
    ["INSERT INTO apex.entries VALUES ('default', 'val-c/vcpu', 'revenue/savings-share', 0)"],
  ],
  [
    "a reversal of another amount",
    /val-b\/vcpu\/reversal of default does not take back/,
    ["UPDATE apex.charges SET amount = -1 WHERE reverses IS NOT NULL"],
  ],
  [
    "a charge on two invoices",
    /val-a\/vcpu of default is on more than one invoice/,
    [
      "ALTER TABLE apex.invoice_charges DROP CONSTRAINT invoice_charges_pkey",
      "INSERT INTO apex.invoice_charges SELECT * FROM apex.invoice_charges",
    ],
  ],
  [
    "a charge in a foreign line",
    /val-a\/vcpu of default is on the invoice APX-2026-000001, in a line of another kind/,
    ["UPDATE apex.charges SET kind = 'memory' WHERE subject = 'val-a'"],
  ],
  [
    "a charge that fell off its invoice",
    /Line 1 of the invoice APX-2026-000001 is not what its charges add up to/,
    ["DELETE FROM apex.invoice_charges WHERE charge_id = 'val-a/vcpu'"],
  ],
  ["a lost invoice", /The invoices of APX-2026 have gaps/, ["DELETE FROM apex.invoices"]],
  [
    "a number that nobody has",
    /have gaps: 1 of them, the last has number 1, and 2 were counted/,
    ["UPDATE apex.invoice_series SET last = 2"],
  ],
  [
    "a wrong total",
    /APX-2026-000001 is of 0\.13: its lines are 0\.12, its charges 0\.12/,
    ["UPDATE apex.invoices SET total = 0.13"],
  ],
  [
    "a total of too many digits",
    /APX-2026-000001 is of 0\.120: its lines are 0\.12/,
    ["UPDATE apex.invoices SET total = 0.120"],
  ],
  [
    "an unknown currency",
    /APX-2026-000001 is in XAU, whose digits are not known/,
    ["UPDATE apex.invoices SET currency = 'XAU'"],
  ],
  [
    "another line amount",
    /APX-2026-000001 is of 0\.12: its lines are 0\.13/,
    ["UPDATE apex.invoice_lines SET amount = amount + 0.01 WHERE position = 0"],
  ],
  [
    "amounts that moved too far",
    /A line of the invoice APX-2026-000001 is a whole unit away/,
    ["UPDATE apex.invoice_lines SET amount = amount + CASE position WHEN 0 THEN 0.01 ELSE -0.01 END"],
  ],
  [
    "a run without its charge",
    /The run val-c of default has a verdict that is not free, and no charge/,
    [aRun("done", "verdict")],
  ],
  [
    "a free run that is charged",
    /The run val-c of default is free, and charged/,
    [aRun("done", "verdict", "'Ours.'"), ofAttempt(1)],
  ],
  [
    "a run above its cap",
    /The run val-c of default is charged 0\.12.*, more than its cap of 0\.1/,
    [aRun("done", "verdict"), ofAttempt(1)],
  ],
  [
    "a failure that is charged",
    /Attempt 1 of the run val-c of default is charged, and ended as crashed/,
    [aRun("dead", "crashed"), ofAttempt(1)],
  ],
  [
    "an attempt that was none",
    /The charge val-c\/vcpu of default is of an attempt that was none/,
    [aRun("done", "verdict"), ofAttempt(2)],
  ],
  [
    "an attempt that is charged twice",
    /Attempt 1 of the run val-c of default is charged more than once/,
    [
      ofAttempt(1),
      "CREATE TEMP TABLE again ON COMMIT DROP AS SELECT * FROM apex.charges WHERE subject = 'val-c'",
      "UPDATE again SET id = 'again'",
      "INSERT INTO apex.charges SELECT * FROM again",
    ],
  ],
  [
    "a run that was done twice",
    /The run val-c of default has more than one verdict/,
    [
      aRun("done", "verdict"),
      "INSERT INTO apex.run_attempts SELECT tenant, run_id, 2, campaign_id, 'val-c-2', worker, host, started_at, ended_at, ending FROM apex.run_attempts",
    ],
  ],
  [
    "a run that was charged, and done again for another campaign",
    /The run val-c of default has more than one verdict/,
    [
      aRun("done", "verdict"),
      ofAttempt(1),
      "INSERT INTO apex.run_attempts SELECT tenant, run_id, 2, 'd', 'val-c-2', worker, host, started_at, ended_at, ending FROM apex.run_attempts",
    ],
  ],
  [
    "savings without proof",
    /val-c\/vcpu of default is of savings that nobody has proven/,
    ["UPDATE apex.charges SET kind = 'savings-share' WHERE subject = 'val-c'"],
  ],
  [
    "a repair that nobody recorded",
    /val-c\/vcpu of default is of a repair that nobody has recorded/,
    ["UPDATE apex.charges SET kind = 'model-input' WHERE subject = 'val-c'"],
  ],
  [
    "a lost message",
    /val-c\/vcpu of default has no message/,
    ["DELETE FROM apex.outbox WHERE key = 'default/val-c/vcpu'"],
  ],
])("finds %s", async (_name, problem, statements) => {
  const problems = await problemsAfter(...statements);
  expect(problems.join("\n")).toMatch(problem);
});

test("nothing is wrong with a run that our machine left open, and that another campaign had done again", async () => {
  const own = await server.open();
  const campaigns = await testCampaigns(own);
  await started(campaigns, ["val-1"]);
  const open = { kind: "verdict", verdict: "inconclusive", isOurFault: true, result: "{}" } as const;
  await campaigns.end(await claimed(campaigns, "val-1"), open, aReading(1_200));
  await started(campaigns, ["val-1"]);
  await campaigns.end(await claimed(campaigns, "val-1"), PASSED, aReading(1_200));
  expect(await auditWithin(own.withSchema("apex"))).toMatchObject({ problems: [] });
});

test("nothing is wrong with runs that were stopped and done again, failed, or are history", async () => {
  const own = await server.open();
  const campaigns = await testCampaigns(own);
  const stopped = { kind: "stopped", reason: "cancelled" } as const;
  const first = await started(campaigns, ["val-1", "val-2", "val-3", "val-4"]);
  await campaigns.end(await claimed(campaigns, "val-1"), PASSED, aReading(1_200));
  await campaigns.end(await claimed(campaigns, "val-2"), { ...PASSED, isOurFault: true }, aReading(1_200));
  const claims = [await claimed(campaigns, "val-3"), await claimed(campaigns, "val-4")];
  await campaigns.cancel("default", first);
  for (const claim of claims) await campaigns.end(claim, stopped, aReading(600));
  const problems = async () => (await auditWithin(own.withSchema("apex"))).problems;
  expect(await problems()).toEqual([]);
  // val-3 waits again, then has a verdict; val-4 waits again and is never begun.
  const second = await started(campaigns, ["val-1", "val-3", "val-4"]);
  expect(await problems()).toEqual([]);
  await campaigns.end(await claimed(campaigns, "val-3"), PASSED, aReading(1_200));
  await campaigns.cancel("default", second);
  expect(await problems()).toEqual([]);
  const subjects = await sql<{ subject: string }>`
    SELECT subject FROM apex.charges GROUP BY subject, attempt ORDER BY 1`.execute(own);
  expect(subjects.rows.map(({ subject }) => subject)).toEqual(["val-1", "val-3", "val-3", "val-4"]);
  await sql`DELETE FROM apex.readings`.execute(own);
  await sql`DELETE FROM apex.run_attempts WHERE run_id <> 'val-3' OR attempt = 1`.execute(own);
  await sql`DELETE FROM apex.campaign_runs WHERE run_id <> 'val-3'`.execute(own);
  await sql`DELETE FROM apex.validation_runs WHERE id <> 'val-3'`.execute(own);
  expect(await problems()).toEqual([]);
});
