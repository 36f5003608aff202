import { AdapterError } from "@apex/core";
import type { Kysely, Selectable } from "kysely";
import { askDatabase } from "../records/ask-database.ts";
import type { Tables } from "../records/tables.ts";
import type { Tenant, TenantStore } from "./tenant-store.ts";

/** As the table's own check has it. */
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The tenants of a database that `open` connects to with the first call. */
export function postgresTenantStore(open: () => Promise<Kysely<Tables>>): TenantStore {
  const query = askDatabase(open, "the database of the tenants");
  return {
    create: async (tenant) => {
      if (!ID.test(tenant.id)) {
        throw new AdapterError(
          "invalid",
          `"${tenant.id}" cannot be a tenant's id: use up to 63 of a to z, 0 to 9 and "-", with a letter or a digit first`,
        );
      }
      await query((db) => insertTenant(db, tenant));
    },
    setTier: (id, tier) =>
      query(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable("tenants")
          .set({ tier })
          .where("id", "=", id)
          .executeTakeFirst();
        if (numUpdatedRows === 0n)
          throw new AdapterError("not-found", `there is no tenant ${id}; create it first`);
      }),
    tenant: (id) =>
      query(async (db) => {
        const row = await db.selectFrom("tenants").selectAll().where("id", "=", id).executeTakeFirst();
        return row === undefined ? undefined : tenantOf(row);
      }),
    tenants: () =>
      query(async (db) => {
        const rows = await db.selectFrom("tenants").selectAll().orderBy("id").execute();
        return rows.map(tenantOf);
      }),
  };
}

async function insertTenant(db: Kysely<Tables>, { id, name, tier }: Tenant): Promise<void> {
  const inserted = await db
    .insertInto("tenants")
    .values({ id, name, tier })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) {
    throw new AdapterError("invalid", `there is a tenant ${id} already; choose another id`);
  }
}

function tenantOf({ id, name, tier }: Selectable<Tables["tenants"]>): Tenant {
  return { id, name, tier };
}
