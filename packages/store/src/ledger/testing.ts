import type { Charge, RateCard } from "@apex/billing";
import { type Decimal, decimal, multiply } from "@apex/core";
import type { Kysely } from "kysely";
import { SCHEMA, type Tables } from "../records/tables.ts";
import type { TestServer } from "../records/testing.ts";
import { postgresTenantStore } from "../tenants/postgres-tenant-store.ts";
import type { BillingStore, SavingsProofRecord } from "./billing-store.ts";
import { insertCharges } from "./insert-charges.ts";
import { postgresBillingStore } from "./postgres-billing-store.ts";

/** A card of round prices. */
export const TEST_CARD: RateCard = {
  id: "test-2026-11-01",
  validFromMs: Date.UTC(2026, 10, 1),
  currency: "USD",
  base: { vcpuHour: decimal("0.04"), gibHour: decimal("0.004"), gpuHour: { "nvidia-h200": decimal("3.5") } },
  margin: decimal("0.5"),
  minimum: decimal("0.01"),
  source: "made up for tests",
};

/** A charge of November 2026 for vCPUs. */
export function aCharge(changes: Partial<Charge> & { readonly quantity?: Decimal } = {}): Charge {
  const { tenant = "default", subject = "val-1", kind = "vcpu", quantity = decimal("2") } = changes;
  const unitPrice = changes.unitPrice ?? decimal("0.06");
  return {
    tenant,
    subject,
    from: "2026-11-21T10:00:00.000Z",
    at: "2026-11-21T11:00:00.000Z",
    kind,
    quantity,
    unit: "vCPU-Hours",
    unitPrice,
    amount: multiply(quantity, unitPrice),
    id: `${subject}/${kind}`,
    rateCard: TEST_CARD.id,
    currency: "USD",
    reverses: null,
    ...changes,
  };
}

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
