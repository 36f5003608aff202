import { chargedAgain } from "@apex/billing";
import { AdapterError } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { insertCharges } from "./insert-charges.ts";
import { readCharges } from "./read-charges.ts";
import { requireProof, requireUnreplaced } from "./replace-savings.ts";
import { keepReasons } from "./reversal-reasons.ts";
import { reverseCharges, withoutPlace } from "./reverse-charges.ts";

/** Opens the one dispute of a proof, and takes its charge back, in a transaction that holds the tenant's billing lock. */
export async function openDispute(
  trx: Transaction<Tables>,
  { tenant, proofId, reason }: { readonly tenant: string; readonly proofId: string; readonly reason: string },
): Promise<void> {
  await requireProof(trx, tenant, proofId);
  const opened = await trx
    .insertInto("savings_disputes")
    .values({ tenant, proof_id: proofId, reason })
    .onConflict((conflict) => conflict.columns(["tenant", "proof_id"]).doNothing())
    .returning("proof_id")
    .executeTakeFirst();
  if (opened === undefined) {
    throw new AdapterError("invalid", `the savings ${proofId} are disputed already; a proof has one dispute`);
  }
  const taken = await reverseCharges(trx, tenant, proofId);
  if (taken.length === 0) {
    throw new AdapterError(
      "invalid",
      `nothing is charged for the savings ${proofId}: there is nothing to take back`,
    );
  }
  await keepReasons(trx, taken, reason);
}

/** Closes a dispute, under the same lock; a rejected one charges again what it took back, as charges of their own. */
export async function closeDispute(
  trx: Transaction<Tables>,
  decision: { readonly tenant: string; readonly proofId: string; readonly outcome: "upheld" | "rejected" },
): Promise<void> {
  const { tenant, proofId, outcome } = decision;
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
  if (outcome === "upheld") return;
  await requireUnreplaced(trx, tenant, proofId);
  await chargeAgain(trx, tenant, proofId);
}

/** A proof has one dispute, so that a charge is made twice at most. */
const SECOND_TIME = 2;

async function chargeAgain(trx: Transaction<Tables>, tenant: string, proofId: string): Promise<void> {
  const charges = await readCharges(trx, { tenant, subject: proofId });
  for (const { attempt, charge } of charges.map(withoutPlace)) {
    if (charge.reverses === null) await insertCharges(trx, [chargedAgain(charge, SECOND_TIME)], attempt);
  }
}
