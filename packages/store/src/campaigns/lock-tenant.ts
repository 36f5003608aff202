import type { Tier } from "@apex/billing";
import { AdapterError } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";

/** A process has few connections, and its heartbeats need them too: who waits longer asks again later. */
const WAIT_MAX = sql`SET LOCAL lock_timeout = '3s'`;

/**
 * Everything that decides over a tenant's budgets, limits and campaigns takes this lock first, then rows of runs: in one order, so that
 * nobody waits in a circle, and one after the other, so that two claims cannot both take what is left of a budget. Heartbeats do without.
 * It is weak enough for what merely refers to the tenant. Returns the tenant's tier. Throws an AdapterError (`not-found`),
 * and has the database refuse (`unavailable` by then) when this or another lock of the transaction is not to be had for seconds.
 */
export async function lockTenant(trx: Transaction<Tables>, tenant: string): Promise<Tier> {
  await WAIT_MAX.execute(trx);
  const row = await trx
    .selectFrom("tenants")
    .select("tier")
    .where("id", "=", tenant)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined) throw unknownTenant(tenant);
  return row.tier;
}

/** Throws an AdapterError (`not-found`). */
export async function requireTenant(trx: Transaction<Tables>, tenant: string): Promise<void> {
  const row = await trx.selectFrom("tenants").select("id").where("id", "=", tenant).executeTakeFirst();
  if (row === undefined) throw unknownTenant(tenant);
}

function unknownTenant(tenant: string): AdapterError {
  return new AdapterError("not-found", `there is no tenant "${tenant}"; create it first`);
}
