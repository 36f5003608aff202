import { type Kysely, sql } from "kysely";
import type { Tables } from "../records/tables.ts";

/**
 * Makes this the only transaction that issues or corrects for a tenant, until it ends: what it then reads of charges and invoices no
 * other is about to change. Settling goes on; what it adds meanwhile belongs to the next invoice.
 */
export async function lockBilling(trx: Kysely<Tables>, tenant: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`apex/billing/${tenant}`}, 0))`.execute(trx);
}
