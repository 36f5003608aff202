import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * The second lock before a tenant's rows, below the queries' own conditions: what a transaction of one tenant cannot see it cannot give
 * away. A transaction becomes one by `apex.enter_tenant(id)` and ends as one; all others are Apex's own and see everything.
 */
export const rowSecurityMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await nameRole(db);
    await makeAdmission(db);
    await makeEntrance(db);
    const { rows } = await sql<{ name: string }>`
      SELECT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'apex' AND column_name = 'tenant' ORDER BY 1`.execute(db);
    for (const { name } of rows) await protect(db, name, "tenant");
    await protect(db, "tenants", "id");
  },
};

/** Roles are the server's, not the database's: one of its own keeps who reads as tenants of another database out of this one. */
async function nameRole(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION apex.tenant_role() RETURNS text LANGUAGE sql STABLE AS $$
      SELECT 'apex_tenant_' || oid FROM pg_catalog.pg_database WHERE datname = current_database()
    $$`.execute(db);
}

/**
 * Makes the role, and lets it read what the policies protect; what a tenant's transactions write is written by Apex, which checks it.
 * It is done again in a copy of the database, which has another role, and for tables that a later migration adds. Where the role may not be made the policies alone do the work,
 * since they hold for the owner of the tables too.
 */
async function makeAdmission(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION apex.admit_tenants() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      own text := apex.tenant_role();
      origin text;
      readable text;
    BEGIN
      SELECT string_agg(oid::regclass::text, ', ') INTO readable FROM pg_class
      WHERE relnamespace = 'apex'::regnamespace AND relkind = 'r' AND (relrowsecurity OR relname = 'rate_cards')
        AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = own AND has_table_privilege(pg_roles.oid, pg_class.oid, 'SELECT'));
      IF readable IS NULL THEN RETURN; END IF;
      PERFORM pg_advisory_xact_lock(hashtextextended('apex/tenant-role', 0));
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = own) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', own);
      END IF;
      BEGIN
        EXECUTE format('GRANT %I TO %I', own, current_user);
      EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN NULL;
      END;
      -- That of the database that this one is a copy of.
      FOR origin IN
        SELECT rolname FROM pg_roles
        WHERE rolname ~ '^apex_tenant_[0-9]+$' AND rolname <> own AND has_schema_privilege(oid, 'apex', 'USAGE')
      LOOP
        EXECUTE format('REVOKE USAGE ON SCHEMA apex FROM %I', origin);
      END LOOP;
      EXECUTE format('GRANT SELECT ON %s TO %I', readable, own);
      EXECUTE format('GRANT USAGE ON SCHEMA apex TO %I', own);
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END $$`.execute(db);
}

/** Only superusers and roles with BYPASSRLS pass the policies: these must be able to take the role, or nothing would hold them. */
async function makeEntrance(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION apex.enter_tenant(id text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      own text := apex.tenant_role();
    BEGIN
      IF coalesce(id, '') = '' THEN RAISE EXCEPTION 'a transaction of a tenant needs its id'; END IF;
      PERFORM set_config('apex.tenant', id, true);
      BEGIN
        PERFORM set_config('role', own, true);
      EXCEPTION WHEN invalid_parameter_value OR insufficient_privilege THEN
        IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) THEN
          RAISE EXCEPTION 'the role % passes all policies and may not become %; let an administrator run: %GRANT % TO %; then start Apex again',
            current_user, own,
            CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = own) THEN '' ELSE format('CREATE ROLE %I NOLOGIN; ', own) END,
            own, quote_ident(current_user)
            USING ERRCODE = 'insufficient_privilege';
        END IF;
      END;
    END $$`.execute(db);
}

async function protect(db: Kysely<unknown>, table: string, column: string): Promise<void> {
  const name = sql`apex.${sql.id(table)}`;
  await sql`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`.execute(db);
  // The role's name in a query of its own: once for all rows.
  await sql`
    CREATE POLICY tenant_rows ON ${name} USING (
      ${sql.id(column)} = current_setting('apex.tenant', true)
      OR (coalesce(current_setting('apex.tenant', true), '') = '' AND current_user <> (SELECT apex.tenant_role()))
    )`.execute(db);
}
