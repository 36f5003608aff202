import type { Charge } from "@apex/billing";
import { AdapterError } from "@apex/core";
import type { Kysely, Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { SavingsProofRecord } from "./billing-store.ts";
import { keepReasons } from "./reversal-reasons.ts";
import { reverseCharges } from "./reverse-charges.ts";
import { insertSavings } from "./savings.ts";

/**
 * Keeps a proof, in place of others where it corrects some, in a transaction that holds the tenant's billing lock: a dispute comes
 * before or after it, never in between.
 */
export async function replaceSavings(
  trx: Transaction<Tables>,
  replaced: readonly string[],
  { proof, charges }: { readonly proof: SavingsProofRecord; readonly charges: readonly Charge[] },
): Promise<void> {
  const { tenant, id } = proof;
  if (!(await insertSavings(trx, proof, charges))) return;
  for (const earlier of replaced) await replaceOne(trx, { tenant, earlier, id });
}

async function replaceOne(
  trx: Transaction<Tables>,
  { tenant, earlier, id }: { readonly tenant: string; readonly earlier: string; readonly id: string },
): Promise<void> {
  await requireProof(trx, tenant, earlier);
  await requireUnreplaced(trx, tenant, earlier);
  const dispute = await trx
    .selectFrom("savings_disputes")
    .select("outcome")
    .where("tenant", "=", tenant)
    .where("proof_id", "=", earlier)
    .executeTakeFirst();
  if (dispute !== undefined && dispute.outcome !== "rejected") {
    const state =
      dispute.outcome === null
        ? "is disputed; decide that, then prove again"
        : "was disputed, and the customer was right: nothing more is charged for it";
    throw new AdapterError("invalid", `${earlier}, which ${id} corrects, ${state}`);
  }
  await trx
    .insertInto("savings_replacements")
    .values({ tenant, proof_id: earlier, replaced_by: id })
    .execute();
  const taken = await reverseCharges(trx, tenant, earlier);
  await keepReasons(trx, taken, `replaced by ${id}: the bill was changed after it`);
}

/** Throws an AdapterError (`not-found`) where there is no such proof. */
export async function requireProof(trx: Kysely<Tables>, tenant: string, proofId: string): Promise<void> {
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

/** Throws an AdapterError (`invalid`) where another proof stands in place of this one. */
export async function requireUnreplaced(trx: Kysely<Tables>, tenant: string, proofId: string): Promise<void> {
  const replacement = await trx
    .selectFrom("savings_replacements")
    .select("replaced_by")
    .where("tenant", "=", tenant)
    .where("proof_id", "=", proofId)
    .executeTakeFirst();
  if (replacement === undefined) return;
  throw new AdapterError(
    "invalid",
    `the savings ${proofId} were replaced by ${replacement.replaced_by} already, which is charged instead; look at that one`,
  );
}
