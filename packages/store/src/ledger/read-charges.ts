import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { ChargeQuery, KeptCharge } from "./billing-store.ts";
import { keptCharge } from "./charge-rows.ts";

/** Charges by when their usage was over, the oldest first. */
export async function readCharges(db: Kysely<Tables>, query: ChargeQuery): Promise<readonly KeptCharge[]> {
  const { tenant, period, invoice, isOpen, subject } = query;
  let charges = db
    .selectFrom("charges")
    .leftJoin("invoice_charges", (join) =>
      join
        .onRef("invoice_charges.tenant", "=", "charges.tenant")
        .onRef("invoice_charges.charge_id", "=", "charges.id"),
    )
    .leftJoin("reversal_reasons", (join) =>
      join
        .onRef("reversal_reasons.tenant", "=", "charges.tenant")
        .onRef("reversal_reasons.charge_id", "=", "charges.id"),
    )
    .selectAll("charges")
    .select(["invoice_charges.number as invoice", "reversal_reasons.reason"])
    .where("charges.tenant", "=", tenant);
  if (period !== undefined) {
    charges = charges
      .where("usage_to", ">=", new Date(period.startMs))
      .where("usage_to", "<", new Date(period.endMs));
  }
  if (invoice !== undefined) charges = charges.where("invoice_charges.number", "=", invoice);
  if (isOpen === true) charges = charges.where("invoice_charges.number", "is", null);
  if (isOpen === false) charges = charges.where("invoice_charges.number", "is not", null);
  if (subject !== undefined) charges = charges.where("subject", "=", subject);
  // In bytes: the order of a language changes with the operating system.
  const rows = await charges.orderBy("usage_to").orderBy(sql`charges.id COLLATE "C"`).execute();
  return rows.map(keptCharge);
}
