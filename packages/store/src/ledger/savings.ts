import { createHash } from "node:crypto";
import { type Charge, chargedAgain } from "@apex/billing";
import { AdapterError, assert, decimal } from "@apex/core";
import { type Kysely, sql, type Transaction } from "kysely";
import { inBatches } from "../records/in-batches.ts";
import type { Tables } from "../records/tables.ts";
import type { KeptSavings, SavingsProofRecord } from "./billing-store.ts";
import { isStorable } from "./charge-rows.ts";
import { insertCharges } from "./insert-charges.ts";
import { lockBilling } from "./lock-billing.ts";
import { readCharges } from "./read-charges.ts";
import { keepReasons } from "./reversal-reasons.ts";
import { reverseCharges, withoutPlace } from "./reverse-charges.ts";

/** Keeps proofs that are not there yet, with the charges of those. Returns the new ones. */
export function keepSavings(
  db: Kysely<Tables>,
  proofs: readonly SavingsProofRecord[],
  charges: readonly Charge[],
): Promise<readonly SavingsProofRecord[]> {
  const given = new Set(proofs.map(keyOf));
  const foreign = charges.find(({ tenant, subject }) => !given.has(keyOf({ tenant, id: subject })));
  assert(foreign === undefined, `the charge ${foreign?.id} is of no proof that comes with it`);
  return db.transaction().execute(async (trx) => {
    const isNew = new Set<string>();
    // In one order whoever keeps them, as charges are.
    const ordered = proofs.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const batch of inBatches(ordered.map(proofRow))) {
      const inserted = await trx
        .insertInto("savings_proofs")
        .values(batch)
        .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
        .returning(["tenant", "id"])
        .execute();
      for (const row of inserted) isNew.add(keyOf(row));
    }
    const added = charges.filter(({ tenant, subject }) => isNew.has(keyOf({ tenant, id: subject })));
    await insertCharges(trx, added, null);
    return proofs.filter((proof) => isNew.has(keyOf(proof)));
  });
}

function keyOf({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenant}/${id}`;
}

function proofRow(proof: SavingsProofRecord) {
  const { tenant, id, resourceId, address, month, savings, currency, evidence } = proof;
  assert(isStorable(savings), `the savings of ${id} are ${savings}, which has too many places`);
  return {
    tenant,
    id,
    resource_id: resourceId,
    address,
    month,
    savings,
    currency,
    evidence,
    evidence_sha256: createHash("sha256").update(evidence).digest("hex"),
  };
}

/** The proofs of a tenant, by month, with what was disputed of them. */
export async function readSavings(db: Kysely<Tables>, tenant: string): Promise<readonly KeptSavings[]> {
  const rows = await db
    .selectFrom("savings_proofs as proof")
    .leftJoin("savings_disputes as dispute", (join) =>
      join.onRef("dispute.tenant", "=", "proof.tenant").onRef("dispute.proof_id", "=", "proof.id"),
    )
    .selectAll("proof")
    .select(["dispute.opened_at", "dispute.reason", "dispute.closed_at", "dispute.outcome"])
    .where("proof.tenant", "=", tenant)
    .orderBy("proof.month")
    .orderBy(sql`proof.id COLLATE "C"`)
    .execute();
  return rows.map((row) => ({
    tenant: row.tenant,
    id: row.id,
    resourceId: row.resource_id,
    address: row.address,
    month: row.month,
    savings: decimal(row.savings),
    currency: row.currency,
    evidence: row.evidence,
    evidenceSha256: row.evidence_sha256,
    dispute:
      row.opened_at === null || row.reason === null
        ? null
        : {
            openedAt: row.opened_at.toISOString(),
            reason: row.reason,
            closedAt: row.closed_at?.toISOString() ?? null,
            outcome: row.outcome,
          },
  }));
}

/** Opens the one dispute of a proof, and takes its charge back. */
export function openDispute(
  db: Kysely<Tables>,
  { tenant, proofId, reason }: { readonly tenant: string; readonly proofId: string; readonly reason: string },
): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await lockBilling(trx, tenant);
    await requireProof(trx, tenant, proofId);
    const opened = await trx
      .insertInto("savings_disputes")
      .values({ tenant, proof_id: proofId, reason })
      .onConflict((conflict) => conflict.columns(["tenant", "proof_id"]).doNothing())
      .returning("proof_id")
      .executeTakeFirst();
    if (opened === undefined) {
      throw new AdapterError(
        "invalid",
        `the savings ${proofId} are disputed already; a proof has one dispute`,
      );
    }
    const taken = await reverseCharges(trx, tenant, proofId);
    if (taken.length === 0) {
      throw new AdapterError(
        "invalid",
        `nothing is charged for the savings ${proofId}: there is nothing to take back`,
      );
    }
    await keepReasons(trx, taken, reason);
  });
}

/** Closes a dispute; a rejected one charges again what it took back, as charges of their own. */
export function closeDispute(
  db: Kysely<Tables>,
  decision: { readonly tenant: string; readonly proofId: string; readonly outcome: "upheld" | "rejected" },
): Promise<void> {
  const { tenant, proofId, outcome } = decision;
  return db.transaction().execute(async (trx) => {
    await lockBilling(trx, tenant);
    await requireProof(trx, tenant, proofId);
    const closed = await trx
      .updateTable("savings_disputes")
      .set({ closed_at: sql<Date>`clock_timestamp()`, outcome })
      .where("tenant", "=", tenant)
      .where("proof_id", "=", proofId)
      .where("outcome", "is", null)
      .returning("proof_id")
      .executeTakeFirst();
    if (closed === undefined) {
      throw new AdapterError(
        "invalid",
        `the savings ${proofId} have no open dispute; open one, or leave it as it was decided`,
      );
    }
    if (outcome === "rejected") await chargeAgain(trx, tenant, proofId);
  });
}

async function requireProof(trx: Kysely<Tables>, tenant: string, proofId: string): Promise<void> {
  const proof = await trx
    .selectFrom("savings_proofs")
    .select("id")
    .where("tenant", "=", tenant)
    .where("id", "=", proofId)
    .executeTakeFirst();
  if (proof === undefined) {
    throw new AdapterError("not-found", `there are no savings ${proofId} of ${tenant}; check the id`);
  }
}

/** A proof has one dispute, so that a charge is made twice at most. */
const SECOND_TIME = 2;

async function chargeAgain(trx: Transaction<Tables>, tenant: string, proofId: string): Promise<void> {
  const charges = await readCharges(trx, { tenant, subject: proofId });
  for (const { attempt, charge } of charges.map(withoutPlace)) {
    if (charge.reverses === null) await insertCharges(trx, [chargedAgain(charge, SECOND_TIME)], attempt);
  }
}
