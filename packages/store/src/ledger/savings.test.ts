import type { Charge } from "@apex/billing";
import { AdapterError, addDecimals, decimal } from "@apex/core";
import { type Kysely, sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import type { Tables } from "../records/tables.ts";
import { serverOfFile } from "../records/testing.ts";
import type { BillingStore, SavingsProofRecord } from "./billing-store.ts";
import { aBillingStore, aCharge, aProof } from "./testing.ts";

const NOVEMBER = { startMs: Date.UTC(2026, 10, 1), endMs: Date.UTC(2026, 11, 1) };
const DECEMBER = { startMs: Date.UTC(2026, 11, 1), endMs: Date.UTC(2027, 0, 1) };

const server = serverOfFile();
let billing: BillingStore;
let db: Kysely<Tables>;

beforeEach(async () => {
  ({ billing, db } = await aBillingStore(server));
});

const issue = (tenant = "default", period = NOVEMBER) => billing.issue(tenant, period, period.endMs);

const SHARE = aCharge({
  subject: "sav-1",
  kind: "savings-share",
  unit: "Savings",
  quantity: decimal("100.5"),
  unitPrice: decimal("0.2"),
});

/** Keeps proofs that correct none. Returns those that were not there before. */
async function keep(proofs: readonly SavingsProofRecord[], charges: readonly Charge[]) {
  const ids = async () => new Set((await billing.savings("default")).map(({ id }) => id));
  const before = await ids();
  for (const proof of proofs) {
    const own = charges.filter(({ subject }) => subject === proof.id);
    await billing.replaceSavings([], proof, own);
  }
  const after = await ids();
  return proofs.filter(({ id }) => after.has(id) && !before.has(id));
}

const keepAProof = () => keep([aProof()], [SHARE]);

describe("proven savings", () => {
  test("are kept once, with their charge", async () => {
    expect(await keepAProof()).toEqual([aProof()]);
    const recomputed = aProof({ savings: decimal("90") });
    const second = aProof({ id: "sav-2", savings: decimal("-3") });
    const charge = { ...SHARE, amount: decimal("18") };
    expect(await keep([recomputed, second], [charge])).toEqual([second]);
    const kept = await billing.savings("default");
    expect(kept).toMatchObject([{ ...aProof(), dispute: null }, second]);
    expect(kept[0]?.evidenceSha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await billing.charges({ tenant: "default" })).map(({ amount }) => amount)).toEqual(["20.1"]);
    const third = billing.replaceSavings([], aProof({ id: "sav-3" }), [SHARE]);
    await expect(third).rejects.toThrow("of no proof that comes with it");
  });

  test("that are disputed are taken back, and stay so when the dispute is upheld", async () => {
    await keepAProof();
    await issue();
    await billing.dispute("default", "sav-1", "We had switched it off ourselves.");
    expect((await billing.savings("default"))[0]?.dispute).toMatchObject({ outcome: null, closedAt: null });
    await expect(billing.dispute("default", "sav-1", "Again.")).rejects.toThrow("disputed already");
    await billing.decideDispute("default", "sav-1", "upheld");
    await expect(billing.decideDispute("default", "sav-1", "rejected")).rejects.toThrow("no open dispute");
    const reopening = sql`UPDATE apex.savings_disputes SET outcome = NULL, closed_at = NULL`.execute(db);
    await expect(reopening).rejects.toThrow("never changed");
    await expect(sql`DELETE FROM apex.savings_disputes`.execute(db)).rejects.toThrow("never changed");
    await expect(sql`TRUNCATE apex.savings_disputes`.execute(db)).rejects.toThrow("never changed");
    expect(await issue("default", DECEMBER)).toMatchObject([{ total: "-20.10" }]);
    expect((await billing.savings("default"))[0]?.dispute).toMatchObject({ outcome: "upheld" });
  });

  test("are charged again, as another charge, when the dispute is rejected", async () => {
    await keepAProof();
    await issue();
    await billing.dispute("default", "sav-1", "No.");
    await billing.decideDispute("default", "sav-1", "rejected");
    const [december] = await issue("default", DECEMBER);
    expect(december).toMatchObject({ total: "0.00" });
    expect(december!.lines.flatMap(({ charges }) => charges).toSorted()).toEqual([
      "sav-1/savings-share/2",
      "sav-1/savings-share/reversal",
    ]);
    expect((await billing.audit()).problems).toEqual([]);
  });

  test("that are not there, or cost nothing, cannot be disputed", async () => {
    await expect(billing.dispute("default", "sav-1", "?")).rejects.toMatchObject({ kind: "not-found" });
    await expect(billing.decideDispute("default", "sav-1", "upheld")).rejects.toThrow("no savings sav-1");
    await billing.replaceSavings([], aProof(), []);
    await expect(billing.dispute("default", "sav-1", "?")).rejects.toThrow("nothing is charged");
    expect((await billing.savings("default"))[0]?.dispute).toBeNull();
    await expect(billing.dispute("acme", "sav-1", "?")).rejects.toThrow(AdapterError);
  });
});

describe("a proof that corrects another", () => {
  const SECOND = aProof({ id: "sav-1-2", savings: decimal("50") });
  const SECOND_SHARE = { ...SHARE, id: "sav-1-2/savings-share", subject: "sav-1-2", amount: decimal("10") };
  const replace = () => billing.replaceSavings(["sav-1"], SECOND, [SECOND_SHARE]);
  const owed = async () =>
    addDecimals(...(await billing.charges({ tenant: "default" })).map(({ amount }) => amount));

  test("takes its charge back and is charged itself, once", async () => {
    await keepAProof();
    await replace();
    await replace();
    expect(await owed()).toBe("10");
    expect(await billing.savings("default")).toMatchObject([
      { id: "sav-1", replacedBy: "sav-1-2" },
      { id: "sav-1-2", replacedBy: null },
    ]);
    const charges = await billing.charges({ tenant: "default", subject: "sav-1" });
    expect(charges.map(({ reversalReason }) => reversalReason)).toContain(
      "replaced by sav-1-2: the bill was changed after it",
    );
    expect((await billing.audit()).problems).toEqual([]);
  });

  test.each(["open", "upheld"] as const)("is refused, as a whole, while a dispute is %s", async (state) => {
    await keepAProof();
    await billing.dispute("default", "sav-1", "No.");
    if (state === "upheld") await billing.decideDispute("default", "sav-1", "upheld");
    await expect(replace()).rejects.toThrow(/sav-1, which sav-1-2 corrects, (is|was) disputed/);
    await expect(replace()).rejects.toMatchObject({ kind: "invalid" });
    expect(await owed()).toBe("0");
    expect(await billing.savings("default")).toHaveLength(1);
  });

  test("takes back what a rejected dispute charged again", async () => {
    await keepAProof();
    await billing.dispute("default", "sav-1", "No.");
    await billing.decideDispute("default", "sav-1", "rejected");
    await replace();
    expect(await owed()).toBe("10");
  });

  test("leaves one month charged once, in whatever order a dispute comes in between", async () => {
    await keepAProof();
    const [disputed, replaced] = await Promise.allSettled([
      billing.dispute("default", "sav-1", "No."),
      replace(),
    ]);
    expect([disputed.status, replaced.status].toSorted()).toEqual(["fulfilled", "rejected"]);
    await billing.decideDispute("default", "sav-1", "rejected").catch(() => undefined);
    expect(await owed()).toBe(replaced.status === "fulfilled" ? "10" : "20.1");
    const charges = await billing.charges({ tenant: "default" });
    const taken = new Set(charges.map(({ reverses }) => reverses));
    expect(charges.filter(({ id, reverses }) => reverses === null && !taken.has(id))).toHaveLength(1);
  });

  test("cannot correct what another corrects already, nor what is not there", async () => {
    await keepAProof();
    await replace();
    const third = { ...SECOND, id: "sav-1-3" };
    await expect(billing.replaceSavings(["sav-1"], third, [])).rejects.toThrow(
      "sav-1 were replaced by sav-1-2 already",
    );
    await expect(billing.replaceSavings(["sav-0"], third, [])).rejects.toMatchObject({ kind: "not-found" });
    expect(await billing.savings("default")).toHaveLength(2);
  });

  test("is told by the audit to be charged beside the corrected one, where it is", async () => {
    await keepAProof();
    await billing.replaceSavings([], SECOND, [SECOND_SHARE]);
    await sql`INSERT INTO apex.savings_replacements VALUES ('default', 'sav-1', 'sav-1-2')`.execute(db);
    expect((await billing.audit()).problems).toEqual([
      "The charge sav-1/savings-share of default is of savings that sav-1-2 replaced, and stands beside it.",
    ]);
  });

  test("keeps the corrected one from being charged again, whenever it was disputed", async () => {
    await keepAProof();
    await billing.dispute("default", "sav-1", "No.");
    await billing.replaceSavings([], SECOND, [SECOND_SHARE]);
    await sql`INSERT INTO apex.savings_replacements VALUES ('default', 'sav-1', 'sav-1-2')`.execute(db);
    expect((await billing.audit()).problems).toEqual([]);
    const deciding = billing.decideDispute("default", "sav-1", "rejected");
    await expect(deciding).rejects.toThrow("sav-1 were replaced by sav-1-2 already");
    await billing.decideDispute("default", "sav-1", "upheld");
    expect(await owed()).toBe("10");
  });
});
