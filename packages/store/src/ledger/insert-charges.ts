import { type Charge, type ChargeKind, messageOf } from "@apex/billing";
import { assert, decimal, multiply } from "@apex/core";
import type { Insertable, Transaction } from "kysely";
import { inBatches } from "../records/in-batches.ts";
import type { Tables } from "../records/tables.ts";
import { chargeContent, chargeRow, requirePayable } from "./charge-rows.ts";

/** What the customer owes. */
const RECEIVABLE = "receivable";

const MINUS_ONE = decimal(-1);

/** What is earned. */
function revenueAccount(kind: ChargeKind): string {
  if (kind === "savings-share") return "revenue/savings-share";
  return kind === "model-input" || kind === "model-output" ? "revenue/repair" : "revenue/validation";
}

/**
 * Writes charges, the two legs of each in the ledger, and a message about each to the outside, within the caller's transaction; the
 * database refuses its commit if they do not balance. A charge that is there already stays as it is; one that is there with another
 * content is an InvariantError: what was charged is corrected by another charge. One in a currency that nothing is paid in is an
 * AdapterError (`invalid`). `attempt` is that of the run, `null` for savings and repairs.
 */
export async function insertCharges(
  trx: Transaction<Tables>,
  charges: readonly Charge[],
  attempt: number | null,
): Promise<void> {
  // In one order whoever writes: two transactions that insert the same charges then wait for each other instead of in a circle.
  const ordered = charges.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const { id, currency, reverses } of ordered) {
    // What is there is taken back whatever it is in.
    if (reverses === null) requirePayable(currency, `the charge ${id}`);
  }
  for (const batch of inBatches(ordered)) await insertBatch(trx, batch, attempt);
}

async function insertBatch(
  trx: Transaction<Tables>,
  charges: readonly Charge[],
  attempt: number | null,
): Promise<void> {
  const rows = charges.map((charge) => chargeRow(charge, attempt));
  const inserted = await trx
    .insertInto("charges")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
    .returning(["tenant", "id"])
    .execute();
  const isNew = new Set(inserted.map(keyOf));
  const added = new Map(
    charges.filter((charge) => isNew.has(keyOf(charge))).map((charge) => [keyOf(charge), charge]),
  );
  if (added.size < charges.length) await requireSame(trx, rows);
  if (added.size === 0) return;
  const legs = [...added.values()].flatMap(legsOf);
  await trx.insertInto("entries").values(legs).execute();
  await trx
    .insertInto("outbox")
    .values([...added.values()].map(messageOf))
    .execute();
}

/** "acme/val-3f9a/vcpu": a tenant's id has no slash. */
function keyOf({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenant}/${id}`;
}

function legsOf(charge: Charge): Insertable<Tables["entries"]>[] {
  const { tenant, id, kind, amount } = charge;
  return [
    { tenant, charge_id: id, account: RECEIVABLE, amount },
    { tenant, charge_id: id, account: revenueAccount(kind), amount: multiply(amount, MINUS_ONE) },
  ];
}

async function requireSame(
  trx: Transaction<Tables>,
  rows: readonly Insertable<Tables["charges"]>[],
): Promise<void> {
  const kept = await trx
    .selectFrom("charges")
    .selectAll()
    .where("tenant", "in", [...new Set(rows.map(({ tenant }) => tenant))])
    .where(
      "id",
      "in",
      rows.map(({ id }) => id),
    )
    .execute();
  const contents = new Map(kept.map((row) => [keyOf(row), chargeContent(row)]));
  for (const row of rows) {
    assert(
      contents.get(keyOf(row)) === chargeContent(row),
      `the charge ${row.id} of ${row.tenant} is kept already with another content`,
    );
  }
}
