import { type Kysely, sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";

/**
 * Reads as a tenant, in one transaction that the database itself keeps to the tenant's rows: a query that forgets to ask whose they are
 * gets no others. It sees one state of the database, whatever is written meanwhile. What is not the tenant's own is not there either:
 * of the tables without tenants it reads rate cards only, and it writes nothing.
 */
export function asTenant<T>(
  db: Kysely<Tables>,
  tenant: string,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (trx) => {
      await sql`SELECT apex.enter_tenant(${tenant})`.execute(trx);
      return work(trx);
    });
}
