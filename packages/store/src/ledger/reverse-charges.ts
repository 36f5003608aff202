import { type Charge, reversalOf } from "@apex/billing";
import type { Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { KeptCharge } from "./billing-store.ts";
import { insertCharges } from "./insert-charges.ts";
import { readCharges } from "./read-charges.ts";

/**
 * Takes all charges of a subject back that are not taken back yet, in a transaction that holds the tenant's billing lock. A reversal is
 * of the same usage and the same time as its charge. So it is on the same invoice, as a line of its own, where the charge is on none
 * yet; and on the next one otherwise.
 */
export async function reverseCharges(
  trx: Transaction<Tables>,
  tenant: string,
  subject: string,
): Promise<readonly Charge[]> {
  const charges = await readCharges(trx, { tenant, subject });
  const reversed = new Set(charges.map(({ reverses }) => reverses));
  const standing = charges.filter(({ id, reverses }) => reverses === null && !reversed.has(id));
  const reversals: Charge[] = [];
  for (const { attempt, charge } of standing.map(withoutPlace)) {
    const reversal = reversalOf(charge);
    await insertCharges(trx, [reversal], attempt);
    reversals.push(reversal);
  }
  return reversals;
}

/** A charge without where it is kept, and where that is. */
export function withoutPlace({ attempt, invoice, reversalReason: _reason, ...charge }: KeptCharge): {
  readonly attempt: number | null;
  readonly invoice: string | null;
  readonly charge: Charge;
} {
  return { attempt, invoice, charge };
}
