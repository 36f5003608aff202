import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** What repairs take of language models: their charges, and the usage itself, of which not all can be charged. */
export const modelUsageMigration: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      ALTER TABLE apex.charges DROP CONSTRAINT charges_kind_check, ADD CONSTRAINT charges_kind_check CHECK (
        kind IN ('vcpu', 'memory', 'gpu', 'minimum', 'cap', 'model-input', 'model-output', 'savings-share')
      )`.execute(db);
    await sql`
      ALTER TABLE apex.entries DROP CONSTRAINT entries_account_check, ADD CONSTRAINT entries_account_check CHECK (
        account IN ('receivable', 'revenue/validation', 'revenue/repair', 'revenue/savings-share')
      )`.execute(db);
    await sql`
      CREATE TABLE apex.model_usage (
        tenant text NOT NULL REFERENCES apex.tenants (id),
        -- The subject of its charges: "fix-20c7".
        id text NOT NULL,
        model text NOT NULL,
        input_tokens bigint NOT NULL CHECK (input_tokens >= 0),
        output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
        turns_without_usage integer NOT NULL CHECK (turns_without_usage >= 0),
        -- Why not all of it is charged; null: all of it is.
        uncharged text,
        usage_from timestamptz NOT NULL,
        usage_to timestamptz NOT NULL CHECK (usage_to >= usage_from),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (tenant, id)
      )`.execute(db);
    await sql`CREATE INDEX model_usage_time ON apex.model_usage (tenant, usage_to)`.execute(db);
    await sql`
      CREATE TRIGGER model_usage_are_immutable BEFORE UPDATE OR DELETE ON apex.model_usage
        FOR EACH ROW EXECUTE FUNCTION apex.refuse_change()`.execute(db);
    await sql`
      CREATE TRIGGER model_usage_are_not_truncated BEFORE TRUNCATE ON apex.model_usage
        FOR EACH STATEMENT EXECUTE FUNCTION apex.refuse_change()`.execute(db);
    await protectFromOthers(db);
  },
};

/** As the tables before it: a transaction of one tenant sees its own rows. */
async function protectFromOthers(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE apex.model_usage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant_rows ON apex.model_usage USING (
      tenant = current_setting('apex.tenant', true)
      OR (coalesce(current_setting('apex.tenant', true), '') = '' AND current_user <> (SELECT apex.tenant_role()))
    )`.execute(db);
}
