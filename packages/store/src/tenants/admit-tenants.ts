import { type Kysely, sql } from "kysely";
import type { Tables } from "../records/tables.ts";

/** Makes the role that tenants read with in this database, where it is not there yet and may be made. */
export async function admitTenants(db: Kysely<Tables>): Promise<void> {
  await sql`SELECT apex.admit_tenants()`.execute(db);
}
