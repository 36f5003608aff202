import type { Charge } from "@apex/billing";
import { AdapterError, addDecimals, compareDecimals, decimal, roundDecimal } from "@apex/core";
import fc from "fast-check";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AskDatabase, askDatabase } from "../records/ask-database.ts";
import { openDatabase } from "../records/database.ts";
import type { Tables } from "../records/tables.ts";
import { serverOfFile } from "../records/testing.ts";
import { postgresTenantStore } from "../tenants/postgres-tenant-store.ts";
import type { BillingStore } from "./billing-store.ts";
import { postgresBillingStore } from "./postgres-billing-store.ts";
import { aCharge, settle, TEST_CARD } from "./testing.ts";

const PERIOD = { startMs: Date.UTC(2026, 10, 1), endMs: Date.UTC(2026, 11, 1) };
const SUBJECTS = 5;
const TRIES_MAX = 20;

const server = serverOfFile();
let db: Kysely<Tables>;
let billing: BillingStore;
let ask: AskDatabase;
let runs = 0;

beforeAll(async () => {
  db = await openDatabase(await server.newDatabase());
  ask = askDatabase(() => Promise.resolve(db), "the database");
  billing = postgresBillingStore(() => Promise.resolve(db));
  await billing.publishRateCards([TEST_CARD, { ...TEST_CARD, id: "yen", currency: "JPY" }]);
});

afterAll(async () => {
  await db.destroy();
});

/** What can happen to the money of a tenant; `which` is a run or a proof of savings. */
type Happening =
  | { readonly kind: "settle"; readonly which: number; readonly amounts: readonly string[] }
  | { readonly kind: "prove"; readonly which: number; readonly amount: string }
  | { readonly kind: "reverse" | "dispute" | "uphold" | "reject"; readonly which: number }
  | { readonly kind: "issue" };

const which = fc.nat({ max: SUBJECTS - 1 });
const amount = fc
  .bigInt({ min: 1n, max: 3n * 10n ** 18n })
  .map((units) => decimal(`${units / 10n ** 18n}.${(units % 10n ** 18n).toString().padStart(18, "0")}`));
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      which,
      amounts: fc.array(amount, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("prove" as const), which, amount }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("reverse" as const, "dispute" as const, "uphold" as const, "reject" as const),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "issue" as const }) },
);

/** What happens at once, and whether the server ends the connections meanwhile. */
const step = fc.record({ at: fc.array(happening, { minLength: 1, maxLength: 4 }), isCut: fc.boolean() });

/** What the first of several settlements of one subject was: the others are the same run told again, or a bug that is refused. */
class Told {
  readonly tenant: string;
  readonly charges = new Map<string, readonly Charge[]>();

  constructor(tenant: string) {
    this.tenant = tenant;
  }

  settlement(index: number, amounts: readonly string[]): readonly Charge[] {
    const subject = `val-${index}`;
    const isYen = index === 0;
    const made = (["vcpu", "memory", "minimum"] as const).slice(0, amounts.length).map((kind, position) =>
      aCharge({
        tenant: this.tenant,
        subject,
        kind,
        amount: decimal(amounts[position]!),
        ...(isYen ? { currency: "JPY", rateCard: "yen" } : {}),
      }),
    );
    return this.#first(subject, made);
  }

  share(index: number, value: string): Charge {
    const subject = `sav-${index}`;
    const made = aCharge({ tenant: this.tenant, subject, kind: "savings-share", amount: decimal(value) });
    return this.#first(subject, [made])[0]!;
  }

  #first(subject: string, made: readonly Charge[]): readonly Charge[] {
    const told = this.charges.get(subject) ?? made;
    this.charges.set(subject, told);
    return told;
  }
}

async function happen(told: Told, what: Happening): Promise<void> {
  const { tenant } = told;
  if (what.kind === "settle") {
    const charges = told.settlement(what.which, what.amounts);
    return ask((asked) => settle(asked, charges, null));
  }
  if (what.kind === "issue") return void (await billing.issue(tenant, PERIOD, PERIOD.endMs));
  const proof = `sav-${what.which}`;
  if (what.kind === "prove") {
    const share = told.share(what.which, what.amount);
    const record = { tenant, id: proof, resourceId: "i-1", address: null, month: "2026-11", evidence: "{}" };
    return billing.replaceSavings([], { ...record, savings: share.amount, currency: "USD" }, [share]);
  }
  if (what.kind === "reverse") return void (await billing.reverse(tenant, `val-${what.which}`, "Ours."));
  if (what.kind === "dispute") return billing.dispute(tenant, proof, "No.");
  return billing.decideDispute(tenant, proof, what.kind === "uphold" ? "upheld" : "rejected");
}

/** Tries until it is certain: a cut connection does not tell whether its work was done. */
async function surely(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof AdapterError)) throw cause;
      // What the state of a dispute does not allow is refused, as it should; what the database refuses has a cause.
      if (cause.kind !== "unavailable" && cause.cause === undefined) return;
      if (cause.kind !== "unavailable" || tries === TRIES_MAX) throw cause;
    }
  }
}

async function cutConnections(): Promise<void> {
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname LIKE 'test_%' AND pid <> pg_backend_pid()`.execute(server.admin);
}

async function requireRightBooks(told: Told): Promise<void> {
  const { tenant } = told;
  const charges = await billing.charges({ tenant });
  const byId = new Map(charges.map((charge) => [charge.id, charge]));
  for (const charge of [...told.charges.values()].flat()) expect(byId.get(charge.id)).toMatchObject(charge);
  const invoices = await billing.invoices(tenant);
  const billed = invoices.flatMap(({ lines }) => lines.flatMap((line) => line.charges));
  expect(billed.toSorted()).toEqual(charges.map(({ id }) => id).toSorted());
  for (const { lines, total } of invoices) {
    const exact = lines.flatMap((line) => line.charges.map((id) => byId.get(id)!.amount));
    expect(total).toBe(roundDecimal(addDecimals(...exact), total.split(".")[1]?.length ?? 0));
    expect(compareDecimals(addDecimals(...lines.map((line) => line.amount)), total)).toBe(0);
  }
  const reversed = charges.filter(({ reverses }) => reverses !== null);
  for (const { reverses, amount: taken } of reversed) {
    expect(addDecimals(taken, byId.get(reverses!)!.amount)).toBe("0");
  }
  expect(await billing.audit()).toMatchObject({ balance: "0", problems: [] });
}

test("whatever happens to money at once, and whatever connection breaks, the books are right", {
  timeout: 180_000,
}, async () => {
  const tenants = postgresTenantStore(() => Promise.resolve(db));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const told = new Told(`run-${++runs}`);
      await surely(() => tenants.create({ id: told.tenant, name: "Acme", tier: "mid" }));
      for (const { at, isCut } of steps) {
        const happening = at.map((what) => surely(() => happen(told, what)));
        await Promise.all(isCut ? [...happening, cutConnections()] : happening);
      }
      await surely(() => happen(told, { kind: "issue" }));
      await requireRightBooks(told);
    }),
    { numRuns: 30 },
  );
});
