import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * The second lock before a tenant's rows, below the queries' own conditions: what a transaction of one tenant cannot see it cannot give
 * away. A transaction becomes one by `apex.enter_tenant(id)` and ends as one; all others are Apex's own and see everything.
 */
export const rowSecurityMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await makeRole(db);
    await makeEntrance(db);
    const { rows } = await sql<{ name: string }>`
      SELECT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'apex' AND column_name = 'tenant' ORDER BY 1`.execute(db);
    for (const { name } of rows) await protect(db, name, "tenant");
    await protect(db, "tenants", "id");
    await grant(db, "rate_cards");
  },
};

/**
 * A server is shared by several databases and their owners: the role may be there, be made by another at this moment, or be forbidden
 * to make. Without it the policies alone do the work, since they hold for the owner of the tables too.
 */
async function makeRole(db: Kysely<unknown>): Promise<void> {
  await sql`
    DO $$ BEGIN
      CREATE ROLE apex_tenant NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
    END $$`.execute(db);
  await sql`
    DO $$ BEGIN
      EXECUTE format('GRANT apex_tenant TO %I', current_user);
    EXCEPTION WHEN undefined_object OR unique_violation OR insufficient_privilege OR invalid_grant_operation OR internal_error THEN NULL;
    END $$`.execute(db);
  await sql`
    DO $$ BEGIN
      GRANT USAGE ON SCHEMA apex TO apex_tenant;
    EXCEPTION WHEN undefined_object THEN NULL;
    END $$`.execute(db);
}

/** Only superusers and roles with BYPASSRLS pass the policies: these must be able to take the role, or nothing would hold them. */
async function makeEntrance(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION apex.enter_tenant(id text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      IF coalesce(id, '') = '' THEN RAISE EXCEPTION 'a transaction of a tenant needs its id'; END IF;
      PERFORM set_config('apex.tenant', id, true);
      BEGIN
        PERFORM set_config('role', 'apex_tenant', true);
      EXCEPTION WHEN invalid_parameter_value OR insufficient_privilege THEN
        IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) THEN
          RAISE EXCEPTION 'the role % passes all policies and may not become apex_tenant', current_user
            USING ERRCODE = 'insufficient_privilege', HINT = 'Let an administrator run: GRANT apex_tenant TO ' || quote_ident(current_user);
        END IF;
      END;
    END $$`.execute(db);
}

async function protect(db: Kysely<unknown>, table: string, column: string): Promise<void> {
  const name = sql`apex.${sql.id(table)}`;
  await sql`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant_rows ON ${name} USING (
      ${sql.id(column)} = current_setting('apex.tenant', true)
      OR (coalesce(current_setting('apex.tenant', true), '') = '' AND current_user <> 'apex_tenant')
    )`.execute(db);
  await grant(db, table);
}

/** A tenant's transactions read: what is written is written by Apex, which checks it. */
async function grant(db: Kysely<unknown>, table: string): Promise<void> {
  await sql`
    DO $$ BEGIN
      GRANT SELECT ON apex.${sql.id(table)} TO apex_tenant;
    EXCEPTION WHEN undefined_object THEN NULL;
    END $$`.execute(db);
}
