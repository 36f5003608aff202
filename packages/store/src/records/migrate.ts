import { AdapterError } from "@apex/core";
import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { inputsMigration } from "./migrations/0002-inputs.ts";
import { campaignsMigration } from "./migrations/0004-campaigns.ts";
import { ledgerMigration } from "./migrations/0005-ledger.ts";
import { rowSecurityMigration } from "./migrations/0006-row-security.ts";
import { modelUsageMigration } from "./migrations/0007-model-usage.ts";
import { tenantsMigration } from "./migrations/0003-tenants.ts";
import { runsMigration } from "./migrations/0001-runs.ts";
import { SCHEMA, type Tables } from "./tables.ts";

/** All migrations in their order. One that has been released never changes; there is no way down. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-runs": runsMigration,
  "0002-inputs": inputsMigration,
  "0003-tenants": tenantsMigration,
  "0004-campaigns": campaignsMigration,
  "0005-ledger": ledgerMigration,
  "0006-row-security": rowSecurityMigration,
  "0007-model-usage": modelUsageMigration,
};

/**
 * Brings the database to the newest schema, in one transaction under an advisory lock: processes that start together
 * wait for each other, and a failure leaves it as it was. Returns the names of the migrations that ran.
 */
export async function migrate(db: Kysely<Tables>): Promise<readonly string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
    migrationTableSchema: SCHEMA,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return (results ?? []).map(({ migrationName }) => migrationName);
  const message = error instanceof Error ? error.message : "an unknown failure";
  const isNewer = /corrupted migrations/i.test(message);
  throw new AdapterError(
    "invalid",
    isNewer
      ? `the database was migrated by a newer Apex than this one; update Apex (${message})`
      : `the database could not be brought up to date: ${message}`,
    { cause: error },
  );
}
