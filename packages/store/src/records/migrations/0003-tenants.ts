import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Who was there before there were tenants. */
const TABLES = ["runs", "resources", "recommendations", "imports", "diagnostics"];

/** Tenants, and that every row belongs to one. */
export const tenantsMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      CREATE TABLE apex.tenants (
        id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        name text NOT NULL,
        tier text NOT NULL CHECK (tier IN ('free', 'early', 'mid', 'enterprise')),
        created_at timestamptz NOT NULL DEFAULT now()
      )`.execute(db);
    await sql`INSERT INTO apex.tenants (id, name, tier) VALUES ('default', 'Default', 'enterprise')`.execute(
      db,
    );
    for (const table of TABLES) {
      await sql`
        ALTER TABLE apex.${sql.id(table)}
          ADD COLUMN tenant text NOT NULL DEFAULT 'default' REFERENCES apex.tenants (id)`.execute(db);
    }
    await sql`CREATE INDEX runs_tenant ON apex.runs (tenant, sequence)`.execute(db);
  },
};
