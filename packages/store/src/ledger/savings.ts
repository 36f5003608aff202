import { createHash } from "node:crypto";
import type { Charge } from "@apex/billing";
import { assert, decimal } from "@apex/core";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { KeptSavings, SavingsProofRecord } from "./billing-store.ts";
import { isStorable, requirePayable } from "./charge-rows.ts";
import { insertCharges } from "./insert-charges.ts";

/** Keeps a proof with its charges, unless it is there already. Returns whether it is new. */
export async function insertSavings(
  trx: Transaction<Tables>,
  proof: SavingsProofRecord,
  charges: readonly Charge[],
): Promise<boolean> {
  const foreign = charges.find(({ tenant, subject }) => tenant !== proof.tenant || subject !== proof.id);
  assert(foreign === undefined, `the charge ${foreign?.id} is of no proof that comes with it`);
  const inserted = await trx
    .insertInto("savings_proofs")
    .values(proofRow(proof))
    .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) return false;
  await insertCharges(trx, charges, null);
  return true;
}

function proofRow(proof: SavingsProofRecord) {
  const { tenant, id, resourceId, address, month, savings, currency, evidence } = proof;
  requirePayable(currency, `the proof ${id}`);
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
    .leftJoin("savings_replacements as replacement", (join) =>
      join.onRef("replacement.tenant", "=", "proof.tenant").onRef("replacement.proof_id", "=", "proof.id"),
    )
    .selectAll("proof")
    .select("replacement.replaced_by")
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
    replacedBy: row.replaced_by,
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
