import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Tables } from "../records/tables.ts";
import { type TestServer, testServer } from "../records/testing.ts";
import { auditWithin } from "./audit.ts";
import { issueInvoices } from "./issue-invoices.ts";
import { publishRateCards } from "./rate-cards.ts";
import { reverseCharges } from "./reverse-charges.ts";
import { aCharge, settle, TEST_CARD } from "./testing.ts";

const PERIOD = { startMs: Date.UTC(2026, 10, 1), endMs: Date.UTC(2026, 11, 1) };

let server: TestServer;
let db: Kysely<Tables>;

beforeAll(async () => {
  server = await testServer();
  db = (await server.open()).withSchema("apex");
  await publishRateCards(db, [TEST_CARD]);
  await settle(db, [aCharge({ subject: "val-a" }), aCharge({ subject: "val-b" })], null);
  await db.transaction().execute((trx) => reverseCharges(trx.withSchema("apex"), "default", "val-b"));
  await issueInvoices(db, { tenant: "default", period: PERIOD, issuedAtMs: PERIOD.endMs });
  await settle(db, [aCharge({ subject: "val-c" })], null);
});

afterAll(() => server[Symbol.asyncDispose]());

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

/** A run without a campaign, which only a planted fault has. */
const aRun = (id: string, state: string, rest: string): string => `
  INSERT INTO apex.validation_runs (tenant, id, campaign_id, kind, job, cores, memory_bytes, gpus, max_seconds, rate_card, cap, state, ${rest.split("=")[0]})
  VALUES ('default', '${id}', 'c', 'validation', '{}', 1, 1, 0, 60, '${TEST_CARD.id}', 0.1, '${state}', ${rest.split("=")[1]})`;

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
    /The run val-x of default has a verdict that is not free, and no charge/,
    [aRun("val-x", "done", "verdict='pass'")],
  ],
  [
    "a free run that is charged",
    /The run val-c of default is charged, although it is free/,
    [aRun("val-c", "done", "verdict,free_reason='pass','Ours.'")],
  ],
  [
    "a dead run that is charged",
    /The run val-c of default is charged, although it is dead/,
    [aRun("val-c", "dead", "reason='Broken.'")],
  ],
  [
    "a run above its cap",
    /The run val-c of default is charged 0\.12.*, more than its cap of 0\.1/,
    [aRun("val-c", "done", "verdict='pass'")],
  ],
  [
    "two attempts that are charged",
    /charges of default for val-b are of more than one attempt/,
    [
      "UPDATE apex.charges SET attempt = CASE WHEN reverses IS NULL THEN 1 ELSE 2 END WHERE subject = 'val-b'",
    ],
  ],
  [
    "an attempt that was none",
    /val-c\/vcpu of default is of an attempt of no run/,
    ["UPDATE apex.charges SET attempt = 1 WHERE subject = 'val-c'"],
  ],
  [
    "savings without proof",
    /val-c\/vcpu of default is of savings that nobody has proven/,
    ["UPDATE apex.charges SET kind = 'savings-share' WHERE subject = 'val-c'"],
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
