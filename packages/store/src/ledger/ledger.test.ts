import { reversalOf } from "@apex/billing";
import { decimal, InvariantError } from "@apex/core";
import { type Kysely, sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import type { Tables } from "../records/tables.ts";
import { serverOfFile } from "../records/testing.ts";
import { publishRateCards } from "./rate-cards.ts";
import { aCharge, settle, TEST_CARD } from "./testing.ts";

const server = serverOfFile();
let db: Kysely<Tables>;

beforeAll(async () => {
  db = (await server.open()).withSchema("apex");
  await publishRateCards(db, [TEST_CARD]);
});

/** A row for raw SQL: what our own code would never write. */
const rawCharge = (id: string, amount: string) => sql`
  INSERT INTO apex.charges
    (tenant, id, subject, kind, rate_card, currency, quantity, unit, unit_price, amount, usage_from, usage_to)
  VALUES ('default', ${id}, ${id}, 'vcpu', ${TEST_CARD.id}, 'USD', 1, 'vCPU-Hours', 1, ${amount}::numeric, now(), now())`;

const rawLeg = (id: string, account: string, amount: string) => sql`
  INSERT INTO apex.entries VALUES ('default', ${id}, ${account}, ${amount}::numeric)`;

describe("charges", () => {
  test("are written once, with two legs and a message each", async () => {
    const charges = [
      aCharge({ subject: "val-a" }),
      aCharge({ subject: "val-a", kind: "savings-share", amount: decimal("-0.5") }),
    ];
    await settle(db, charges);
    await settle(db, charges);
    const entries = await db
      .selectFrom("entries")
      .select(["charge_id", "account", "amount"])
      .where("charge_id", "like", "val-a/%")
      .orderBy("amount")
      .execute();
    expect(entries.map((row) => [row.charge_id, row.account, decimal(row.amount)])).toEqual([
      ["val-a/savings-share", "receivable", "-0.5"],
      ["val-a/vcpu", "revenue/validation", "-0.12"],
      ["val-a/vcpu", "receivable", "0.12"],
      ["val-a/savings-share", "revenue/savings-share", "0.5"],
    ]);
    const outbox = await db.selectFrom("outbox").select("key").where("key", "like", "%val-a/%").execute();
    expect(outbox.map(({ key }) => key)).toEqual(["default/val-a/savings-share", "default/val-a/vcpu"]);
  });

  test("that are kept with another content are a bug, and nothing of the transaction stays", async () => {
    await settle(db, [aCharge({ subject: "val-b" })]);
    const other = aCharge({ subject: "val-b", quantity: decimal("3") });
    await expect(settle(db, [aCharge({ subject: "val-b2" }), other])).rejects.toThrow(InvariantError);
    await expect(settle(db, [aCharge({ subject: "val-b" })], 2)).rejects.toThrow("another content");
    const kept = await db.selectFrom("charges").select("id").where("subject", "=", "val-b2").execute();
    expect(kept).toEqual([]);
  });

  test("are one charge whoever writes them at once", async () => {
    const charges = Array.from({ length: 20 }, (_, index) => aCharge({ subject: `val-c${index}` }));
    const sides = [charges, charges.toReversed(), charges.toReversed(), charges];
    await Promise.all(sides.map((side) => settle(db, side)));
    const { legs } = await db
      .selectFrom("entries")
      .select(db.fn.countAll<string>().as("legs"))
      .where("charge_id", "like", "val-c%")
      .executeTakeFirstOrThrow();
    expect(legs).toBe("40");
  });

  test("with more places than are kept are refused, not rounded", async () => {
    const charge = aCharge({ subject: "val-d", amount: decimal("0.0000000000000000001") });
    await expect(settle(db, [charge])).rejects.toThrow("more than 18 places");
  });
});

describe("the database itself refuses", () => {
  test.each<[string, readonly (readonly [string, string])[], RegExp]>([
    ["a charge without legs", [], /has 0 entries/],
    ["one leg", [["receivable", "5"]], /has 1 entries/],
    [
      "legs that do not sum up to 0",
      [
        ["receivable", "5"],
        ["revenue/validation", "-4"],
      ],
      /sum up to 1/,
    ],
    [
      "another amount than was charged",
      [
        ["receivable", "6"],
        ["revenue/validation", "-6"],
      ],
      /with 6\.0* owed/,
    ],
    [
      "legs that nobody owes",
      [
        ["revenue/savings-share", "5"],
        ["revenue/validation", "-5"],
      ],
      /with 0 owed/,
    ],
    [
      "an unknown account",
      [
        ["receivable", "5"],
        ["pocket", "-5"],
      ],
      /entries_account_check/,
    ],
  ])("%s", async (name, legs, reason) => {
    const writing = db.transaction().execute(async (trx) => {
      await rawCharge(name, "5").execute(trx);
      for (const [account, amount] of legs) await rawLeg(name, account, amount).execute(trx);
    });
    await expect(writing).rejects.toThrow(reason);
  });

  test("legs that are added later, and those of a charge that is not there", async () => {
    await settle(db, [aCharge({ subject: "val-e" })]);
    const add = (id: string) =>
      db.transaction().execute(async (trx) => {
        await rawLeg(id, "revenue/savings-share", "1").execute(trx);
      });
    await expect(add("val-e/vcpu")).rejects.toThrow(/has 3 entries/);
    await expect(add("val-nobody/vcpu")).rejects.toThrow(/foreign key/);
  });

  test("a reversal of another amount, of a reversal, and a second one", async () => {
    const charge = aCharge({ subject: "val-f" });
    await settle(db, [charge]);
    const reversal = reversalOf(charge);
    await expect(settle(db, [{ ...reversal, amount: decimal("-0.11") }])).rejects.toThrow(
      "takes another amount back",
    );
    await settle(db, [reversal]);
    const second = { ...reversal, id: "val-f/vcpu/again" };
    await expect(settle(db, [second])).rejects.toThrow("charges_tenant_reverses_key");
    const ofReversal = { ...charge, id: "val-f/vcpu/back", reverses: reversal.id };
    await expect(settle(db, [ofReversal])).rejects.toThrow("takes another amount back");
  });

  test("any change of what was charged", async () => {
    await settle(db, [aCharge({ subject: "val-g" })]);
    for (const table of ["rate_cards", "charges", "entries"]) {
      const name = sql`apex.${sql.table(table)}`;
      const column = sql.ref(table === "rate_cards" ? "source" : "tenant");
      const update = sql`UPDATE ${name} SET ${column} = ${column}`.execute(db);
      await expect(update).rejects.toThrow(`${table} are never changed`);
      await expect(sql`DELETE FROM ${name}`.execute(db)).rejects.toThrow("never changed");
    }
  });

  test.each([
    "rate_cards",
    "charges",
    "entries",
    "invoices",
    "invoice_lines",
    "invoice_charges",
    "savings_proofs",
  ])("emptying %s", async (table) => {
    const truncate = sql`TRUNCATE apex.${sql.table(table)} CASCADE`.execute(db);
    await expect(truncate).rejects.toThrow("never changed");
  });
});

describe("rate cards", () => {
  test("come back as they were published, and are published once", async () => {
    const { rows } = await sql<{ n: string }>`SELECT count(*) AS n FROM apex.rate_cards`.execute(db);
    await publishRateCards(db, [TEST_CARD, TEST_CARD]);
    expect(rows).toEqual([{ n: "1" }]);
    await expect(publishRateCards(db, [{ ...TEST_CARD, minimum: decimal("0.02") }])).rejects.toThrow(
      "published already with other prices",
    );
  });

  test("of too many places or negative prices are refused", async () => {
    const tiny = { ...TEST_CARD, id: "tiny", minimum: decimal("0.0000000000000000001") };
    await expect(publishRateCards(db, [tiny])).rejects.toThrow("more than 18 places");
    await expect(publishRateCards(db, [{ ...TEST_CARD, id: "neg", margin: decimal("-1") }])).rejects.toThrow(
      "negative price",
    );
  });
});
