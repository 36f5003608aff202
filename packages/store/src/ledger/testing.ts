import type { Charge } from "@apex/billing";
import { aCharge, TEST_CARD } from "@apex/billing/testing";
import { decimal } from "@apex/core";
import type { Kysely } from "kysely";
import { SCHEMA, type Tables } from "../records/tables.ts";
import type { TestServer } from "../records/testing.ts";
import { postgresTenantStore } from "../tenants/postgres-tenant-store.ts";
import type { BillingStore, SavingsProofRecord } from "./billing-store.ts";
import { insertCharges } from "./insert-charges.ts";
import { postgresBillingStore } from "./postgres-billing-store.ts";

export { aCharge, TEST_CARD };

/** Proven savings of November 2026. */
export function aProof(changes: Partial<SavingsProofRecord> = {}): SavingsProofRecord {
  return {
    tenant: "default",
    id: "sav-1",
    resourceId: "i-0a1",
    address: "aws_instance.web",
    month: "2026-11",
    savings: decimal("100.5"),
    currency: "USD",
    evidence: '{"total":"100.5"}\n',
    ...changes,
  };
}

/** The billing store of a new database with two cards and two tenants: `default` and `acme`. */
export async function aBillingStore(server: TestServer): Promise<{
  readonly billing: BillingStore;
  readonly db: Kysely<Tables>;
}> {
  const db = (await server.open()).withSchema(SCHEMA);
  const open = () => Promise.resolve(db);
  const billing = postgresBillingStore(open);
  await billing.publishRateCards([TEST_CARD, { ...TEST_CARD, id: "euro", currency: "EUR" }]);
  await postgresTenantStore(open).create({ id: "acme", name: "Acme", tier: "mid" });
  return { billing, db };
}

/** Settles charges as the end of a run does. */
export function settle(
  db: Kysely<Tables>,
  charges: readonly Charge[],
  attempt: number | null = 1,
): Promise<void> {
  return db.transaction().execute((trx) => insertCharges(trx, charges, attempt));
}
