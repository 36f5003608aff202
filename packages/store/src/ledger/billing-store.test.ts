import { buildInvoice, type Charge, chargesOf, type ModelTokenPrices, rateModelUsage } from "@apex/billing";
import { decimal } from "@apex/core";
import { type Kysely, sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import type { Tables } from "../records/tables.ts";
import { serverOfFile } from "../records/testing.ts";
import type { BillingStore, ModelUsageRecord } from "./billing-store.ts";
import { aBillingStore, aCharge, aProof, settle, TEST_CARD } from "./testing.ts";

const NOVEMBER = { startMs: Date.UTC(2026, 10, 1), endMs: Date.UTC(2026, 11, 1) };
const DECEMBER = { startMs: Date.UTC(2026, 11, 1), endMs: Date.UTC(2027, 0, 1) };
const ISSUED_MS = Date.UTC(2026, 11, 1, 6);

const server = serverOfFile();
let db: Kysely<Tables>;
let billing: BillingStore;

beforeEach(async () => {
  ({ billing, db } = await aBillingStore(server));
});

/** Charges as they stand without a run: the tests of campaigns have runs. */
const keep = (...charges: readonly Charge[]) => settle(db, charges, null);

const issue = (tenant = "default", period = NOVEMBER) => billing.issue(tenant, period, ISSUED_MS);

const PRICES: ModelTokenPrices = {
  inputPerMillion: decimal("0.15"),
  outputPerMillion: decimal("0.6"),
  currency: "USD",
};

/** A repair with its charges. */
function aRepair(prices: ModelTokenPrices | null, changes: Partial<ModelUsageRecord> = {}) {
  const head = {
    tenant: "acme",
    id: "fix-1",
    model: "m-1",
    from: "2026-11-21T10:00:00.000Z",
    at: "2026-11-21T10:02:00.000Z",
  };
  const taken = { inputTokens: 12_345, outputTokens: 678, turnsWithoutUsage: 0 };
  const charge = rateModelUsage({ model: head.model, ...taken, prices }, TEST_CARD);
  const usage = {
    ...head,
    ...taken,
    uncharged: charge.kind === "unused" ? null : charge.uncharged,
    ...changes,
  };
  const { tenant, id: subject, from, at } = usage;
  const charges = charge.kind === "charged" ? chargesOf({ tenant, subject, from, at }, charge.rated) : [];
  return { usage, charges };
}

describe("a repair", () => {
  test("is charged once, balances, and is invoiced like any other charge", async () => {
    const { usage, charges } = aRepair(PRICES);
    await billing.recordModelUsage(usage, charges);
    await billing.recordModelUsage(usage, charges);
    expect(await billing.modelUsage("acme", NOVEMBER)).toEqual([usage]);
    expect(await billing.modelUsage("default", NOVEMBER)).toEqual([]);
    expect(await billing.charges({ tenant: "acme" })).toMatchObject([
      { id: "fix-1/model-input", kind: "model-input", amount: "0.002777625", attempt: null },
      { id: "fix-1/model-output", kind: "model-output", amount: "0.0006102" },
    ]);
    const [invoice] = await billing.issue("acme", NOVEMBER, NOVEMBER.endMs);
    expect(invoice?.lines.map(({ kind, exact }) => [kind, exact])).toEqual([
      ["model-input", "0.002777625"],
      ["model-output", "0.0006102"],
    ]);
    expect(await billing.audit()).toEqual({ charges: 2, balance: "0", problems: [] });
  });

  test("keeps what could not be charged, with its reason", async () => {
    const { usage, charges } = aRepair(null);
    await billing.recordModelUsage(usage, charges);
    expect(await billing.charges({ tenant: "acme" })).toEqual([]);
    expect(await billing.modelUsage("acme", NOVEMBER)).toMatchObject([
      { uncharged: "The 13023 tokens of m-1 are not charged: its price is not known." },
    ]);
    await expect(sql`UPDATE apex.model_usage SET uncharged = NULL`.execute(db)).rejects.toThrow(
      "never changed",
    );
    await expect(sql`TRUNCATE apex.model_usage`.execute(db)).rejects.toThrow("never changed");
  });

  test("takes no charges of another one", async () => {
    const { usage } = aRepair(PRICES);
    const { charges } = aRepair(PRICES, { id: "fix-2" });
    await expect(billing.recordModelUsage(usage, charges)).rejects.toThrow("of no repair that comes with it");
  });
});

describe("an invoice", () => {
  test("is what the pure one of its charges is, whenever it is read", async () => {
    const charges = [
      aCharge({ subject: "val-a", amount: decimal("0.3333") }),
      aCharge({ subject: "val-b", amount: decimal("0.3334") }),
      aCharge({ subject: "val-b", kind: "memory", amount: decimal("0.335") }),
      aCharge({
        subject: "val-c",
        kind: "minimum",
        at: "2026-11-02T00:00:00.000Z",
        amount: decimal("0.005"),
      }),
    ];
    await keep(...charges);
    const [invoice, ...others] = await issue();
    expect(others).toEqual([]);
    const ordered = [charges[3]!, charges[0]!, charges[2]!, charges[1]!];
    const pure = buildInvoice(
      {
        number: "APX-2026-000001",
        tenant: "default",
        currency: "USD",
        period: { start: "2026-11-01T00:00:00.000Z", end: "2026-12-01T00:00:00.000Z" },
        issuedAt: "2026-12-01T06:00:00.000Z",
      },
      ordered,
    );
    expect(JSON.stringify(invoice)).toBe(JSON.stringify(pure));
    const again = await billing.invoice("default", "APX-2026-000001");
    expect(JSON.stringify(again)).toBe(JSON.stringify(invoice));
    expect(await billing.invoices("default")).toEqual([invoice]);
    expect(await billing.invoice("default", "APX-2026-000002")).toBeUndefined();
    expect(await billing.audit()).toEqual({ charges: 4, balance: "0", problems: [] });
  });

  test("of nothing is none, and uses up no number", async () => {
    await keep(aCharge({ subject: "val-later", at: "2026-12-01T00:00:00.000Z" }));
    expect(await issue()).toEqual([]);
    await keep(aCharge());
    expect((await issue())[0]?.number).toBe("APX-2026-000001");
    await expect(billing.issue("default", { startMs: 2, endMs: 2 }, 3)).rejects.toThrow("must end after");
  });

  test("has what came late for an earlier one, which stays as it is", async () => {
    await keep(aCharge({ subject: "val-a" }));
    const [november] = await issue();
    await keep(
      aCharge({ subject: "val-late" }),
      aCharge({ subject: "val-b", at: "2026-12-05T00:00:00.000Z" }),
    );
    const [december] = await issue("default", DECEMBER);
    expect(december?.lines.flatMap(({ charges }) => charges)).toEqual(["val-late/vcpu", "val-b/vcpu"]);
    expect(await billing.invoices("default")).toEqual([november, december]);
  });

  test("is of one tenant and one currency; numbers are counted over all, by the year of issue", async () => {
    await keep(
      aCharge({ subject: "val-a" }),
      aCharge({ subject: "val-e", rateCard: "euro", currency: "EUR" }),
      aCharge({ subject: "val-a", tenant: "acme" }),
    );
    const own = await issue();
    expect(own.map(({ number, currency }) => [number, currency])).toEqual([
      ["APX-2026-000001", "EUR"],
      ["APX-2026-000002", "USD"],
    ]);
    expect((await issue("acme")).map(({ number }) => number)).toEqual(["APX-2026-000003"]);
    await keep(aCharge({ subject: "val-b" }));
    const [next] = await billing.issue("default", DECEMBER, Date.UTC(2027, 0, 1));
    expect(next?.number).toBe("APX-2027-000001");
    expect(await billing.invoice("acme", "APX-2026-000001")).toBeUndefined();
    expect((await billing.audit()).problems).toEqual([]);
  });

  test("that is not finished leaves no gap", async () => {
    await keep(aCharge());
    // It fails after its number was counted.
    await sql`ALTER TABLE apex.invoices ADD CONSTRAINT fails CHECK (tenant <> 'default')`.execute(db);
    await expect(issue()).rejects.toThrow("fails");
    await keep(aCharge({ tenant: "acme" }));
    expect((await issue("acme"))[0]?.number).toBe("APX-2026-000001");
  });

  test("is of the currencies that can be paid; a charge in another holds up none, and is a problem of the books", async () => {
    await keep(aCharge({ subject: "val-a" }), aCharge({ subject: "val-x" }));
    // What would be refused now, but cannot be changed where it is there.
    await db.transaction().execute(async (trx) => {
      await sql`SET LOCAL session_replication_role = replica`.execute(trx);
      await sql`UPDATE apex.charges SET currency = 'XAU' WHERE subject = 'val-x'`.execute(trx);
    });
    expect(await issue()).toMatchObject([{ number: "APX-2026-000001", currency: "USD", total: "0.12" }]);
    expect((await billing.audit()).problems).toEqual([
      "0.12 XAU are charged to default, and no invoice can have them: nothing is paid in XAU. Take them back.",
    ]);
    await billing.reverse("default", "val-x", "Nothing is paid in gold.");
    expect((await billing.audit()).problems).toEqual([]);
    expect(await issue()).toEqual([]);
  });

  test("is issued once by many at once, and numbers follow each other", async () => {
    const subjects = Array.from({ length: 8 }, (_, index) => `val-${index}`);
    for (const tenant of ["default", "acme"]) {
      await keep(...subjects.map((subject) => aCharge({ tenant, subject })));
    }
    const tenants = ["default", "acme", "default", "acme", "default"];
    const issued = (await Promise.all(tenants.map((tenant) => issue(tenant)))).flat();
    expect(issued.map(({ number }) => number).toSorted()).toEqual(["APX-2026-000001", "APX-2026-000002"]);
    expect((await billing.audit()).problems).toEqual([]);
  });

  test("is never changed, and nothing is added to it", async () => {
    await keep(aCharge({ subject: "val-a" }));
    const [invoice] = await issue();
    await keep(aCharge({ subject: "val-b" }));
    await billing.replaceSavings([], aProof(), []);
    for (const table of ["invoices", "invoice_lines", "invoice_charges", "savings_proofs"]) {
      const change = sql`UPDATE apex.${sql.table(table)} SET tenant = 'acme'`.execute(db);
      await expect(change).rejects.toThrow(`${table} are never changed`);
      await expect(sql`DELETE FROM apex.${sql.table(table)}`.execute(db)).rejects.toThrow("never changed");
    }
    const link = { tenant: "default", charge_id: "val-b/vcpu", number: invoice!.number, position: 0 };
    const adding = db.insertInto("invoice_charges").values(link).execute();
    await expect(adding).rejects.toThrow("is issued: what comes later belongs to the next one");
  });

  test("of a wrong number or a wrong total is refused by the database", async () => {
    const head = {
      tenant: "default",
      series: "APX-2026",
      currency: "USD",
      period_start: new Date(NOVEMBER.startMs),
      period_end: new Date(NOVEMBER.endMs),
      issued_at: new Date(ISSUED_MS),
    };
    await db.insertInto("invoice_series").values({ series: "APX-2026", last: 1 }).execute();
    const gap = db.insertInto("invoices").values({ ...head, number: "x", ordinal: 2, total: "0" });
    await expect(gap.execute()).rejects.toThrow("have no gaps: the next is 1, not 2");
    const empty = db.insertInto("invoices").values({ ...head, number: "x", ordinal: 1, total: "1" });
    await expect(empty.execute()).rejects.toThrow("are not its total");
  });
});

describe("what nobody can pay is refused", () => {
  const refusal = { kind: "invalid", message: expect.stringMatching(/XAU.*ISO 4217/) };

  test("as a charge, before anything of it is kept", async () => {
    const gold = aCharge({ subject: "val-x", currency: "XAU" });
    await expect(keep(aCharge(), gold)).rejects.toMatchObject(refusal);
    expect(await billing.charges({ tenant: "default" })).toEqual([]);
    await keep(aCharge({ currency: "SEK" }), aCharge({ subject: "val-2", currency: "CAD" }));
    expect((await issue()).map(({ currency, total }) => [currency, total])).toEqual([
      ["CAD", "0.12"],
      ["SEK", "0.12"],
    ]);
  });

  test("as savings and as a rate card", async () => {
    await expect(billing.replaceSavings([], aProof({ currency: "XAU" }), [])).rejects.toMatchObject(refusal);
    const card = { ...TEST_CARD, id: "gold", currency: "XAU" };
    await expect(billing.publishRateCards([card])).rejects.toMatchObject(refusal);
  });
});

describe("a charge that is taken back", () => {
  test("before it was invoiced is on the same invoice as its reversal, and is paid nothing", async () => {
    await keep(aCharge({ subject: "val-a" }), aCharge({ subject: "val-a", kind: "memory" }));
    const reversals = await billing.reverse("default", "val-a", "it was a test");
    expect(reversals.map(({ id }) => id)).toEqual(["val-a/memory/reversal", "val-a/vcpu/reversal"]);
    expect(await billing.reverse("default", "val-a", "it was a test")).toEqual([]);
    const kept = await billing.charges({ tenant: "default", subject: "val-a" });
    expect(
      new Set(kept.map(({ reverses, reversalReason }) => `${reverses !== null} ${reversalReason}`)),
    ).toEqual(new Set(["false null", "true it was a test"]));
    const [invoice] = await issue();
    expect(invoice).toMatchObject({ total: "0.00" });
    expect(invoice!.lines.map(({ isCorrection }) => isCorrection)).toEqual([false, true, false, true]);
  });

  test("after it was invoiced comes off the next invoice, once", async () => {
    await keep(aCharge({ subject: "val-a" }));
    await issue();
    await Promise.all([1, 2, 3].map(() => billing.reverse("default", "val-a", "it was a test")));
    await keep(aCharge({ subject: "val-b", quantity: decimal("3"), at: "2026-12-02T00:00:00.000Z" }));
    const [december] = await issue("default", DECEMBER);
    expect(december).toMatchObject({
      lines: [
        { kind: "vcpu", isCorrection: true, amount: "-0.12", charges: ["val-a/vcpu/reversal"] },
        { kind: "vcpu", isCorrection: false, amount: "0.18" },
      ],
      total: "0.06",
    });
    expect(await billing.reverse("default", "val-nobody", "it was a test")).toEqual([]);
    await expect(billing.reverse("default", "val-a", " \u0000")).rejects.toThrow(/needs a reason/);
    expect((await billing.audit()).problems).toEqual([]);
  });
});

describe("charges are asked for", () => {
  test("by tenant, period, subject, and invoice", async () => {
    const early = aCharge({
      subject: "val-a",
      at: "2026-10-31T23:59:59.999Z",
      amount: decimal("0.000000000000000001"),
    });
    await keep(early, aCharge({ subject: "val-b" }), aCharge({ subject: "val-c", tenant: "acme" }));
    const ids = async (query: Omit<Parameters<BillingStore["charges"]>[0], "tenant">) =>
      (await billing.charges({ tenant: "default", ...query })).map(({ id }) => id);
    const [invoice] = await billing.issue("default", { startMs: 0, endMs: NOVEMBER.startMs }, ISSUED_MS);
    expect(await ids({})).toEqual(["val-a/vcpu", "val-b/vcpu"]);
    expect(await ids({ period: NOVEMBER })).toEqual(["val-b/vcpu"]);
    expect(await ids({ subject: "val-a" })).toEqual(["val-a/vcpu"]);
    expect(await ids({ isOpen: true })).toEqual(["val-b/vcpu"]);
    expect(await ids({ isOpen: false })).toEqual(["val-a/vcpu"]);
    expect(await ids({ invoice: invoice!.number })).toEqual(["val-a/vcpu"]);
    const [kept] = await billing.charges({ tenant: "default" });
    expect(kept).toEqual({ ...early, attempt: null, invoice: invoice!.number, reversalReason: null });
  });
});

describe("messages to the outside", () => {
  test("wait until they are delivered, those that fail behind the others", async () => {
    await keep(aCharge({ subject: "val-a" }), aCharge({ subject: "val-b" }));
    const [first, second] = await billing.undelivered(10);
    expect(first).toMatchObject({
      key: "default/val-a/vcpu",
      firstSentAtMs: null,
      attempts: 0,
      lastError: null,
    });
    await billing.markSending(first!.key);
    const sent = (await billing.undelivered(1))[0]!.firstSentAtMs;
    expect(sent).toBeGreaterThan(0);
    await billing.markSending(first!.key);
    expect((await billing.undelivered(1))[0]!.firstSentAtMs).toBe(sent);
    // Of two sendings nobody heard one: the other may have been heard.
    expect(await billing.markUnheard(first!.key)).toBe(true);
    expect((await billing.undelivered(1))[0]!.firstSentAtMs).toBe(sent);
    expect(await billing.markUnheard(first!.key)).toBe(true);
    expect((await billing.undelivered(1))[0]!.firstSentAtMs).toBeNull();
    await billing.markSending(first!.key);
    await billing.markSending(first!.key);
    const sentAgain = (await billing.undelivered(1))[0]!.firstSentAtMs;
    await billing.markFailed(first!.key, "no \u0000 answer");
    expect(await billing.undelivered(10)).toMatchObject([
      { key: second!.key },
      { key: first!.key, attempts: 1, lastError: "no � answer", firstSentAtMs: sentAgain },
    ]);
    expect(await billing.markUnsent(first!.key)).toBe(true);
    expect((await billing.undelivered(10))[1]!.firstSentAtMs).toBeNull();
    expect(await billing.markUnheard(first!.key)).toBe(true);
    expect(await billing.markDelivered(second!.key)).toBe(true);
    expect(await billing.markDelivered(second!.key)).toBe(false);
    expect(await billing.markUnsent(second!.key)).toBe(false);
    expect((await billing.undelivered(10)).map(({ key }) => key)).toEqual([first!.key]);
  });
});
