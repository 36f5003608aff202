import { TIER_LIMITS, TIERS } from "@apex/billing";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { lockTenant } from "./lock-tenant.ts";

/** Of one transaction, so that the tenant's claims do not wait for long. */
const RUNS_MAX = 1_000;

/** What was removed since it is older than a tenant's tier keeps. */
export interface PrunedHistory {
  readonly runs: number;
  readonly campaigns: number;
  readonly inputFiles: number;
}

/** Tenants whose tier keeps history for a time only. */
export async function tenantsToPrune(db: Kysely<Tables>): Promise<readonly string[]> {
  const tiers = TIERS.filter((tier) => TIER_LIMITS[tier].historyDays !== null);
  const rows = await db.selectFrom("tenants").select("id").where("tier", "in", tiers).orderBy("id").execute();
  return rows.map(({ id }) => id);
}

/**
 * Removes what is older than the tier keeps: runs that ended before, with their attempts and readings, when no younger campaign has them
 * too; campaigns that ended before, once they have no run left; files that no run needs. Charges, invoices and all other money stay.
 */
export async function pruneTenant(trx: Transaction<Tables>, tenant: string): Promise<PrunedHistory> {
  const { historyDays } = TIER_LIMITS[await lockTenant(trx, tenant)];
  if (historyDays === null) return { runs: 0, campaigns: 0, inputFiles: 0 };
  const cut = sql<Date>`clock_timestamp() - ${historyDays} * interval '1 day'`;
  const { rows } = await sql<{ id: string }>`
    SELECT r.id FROM apex.validation_runs r
    WHERE r.tenant = ${tenant} AND r.ended_at < ${cut} AND NOT EXISTS (
      SELECT FROM apex.campaign_runs m JOIN apex.campaigns c ON c.tenant = m.tenant AND c.id = m.campaign_id
      WHERE m.tenant = r.tenant AND m.run_id = r.id AND (c.ended_at IS NULL OR c.ended_at >= ${cut})
    ) ORDER BY r.id LIMIT ${RUNS_MAX}`.execute(trx);
  const ids = rows.map(({ id }) => id);
  for (const table of ["readings", "run_attempts", "campaign_runs"] as const) {
    await trx
      .deleteFrom(table)
      .where("tenant", "=", tenant)
      .where("run_id", "=", sql<string>`ANY(${ids}::text[])`)
      .execute();
  }
  await trx
    .deleteFrom("validation_runs")
    .where("tenant", "=", tenant)
    .where("id", "=", sql<string>`ANY(${ids}::text[])`)
    .execute();
  const campaigns = await sql`
    DELETE FROM apex.campaigns c WHERE c.tenant = ${tenant} AND c.ended_at < ${cut}
      AND NOT EXISTS (SELECT FROM apex.campaign_runs m WHERE m.tenant = c.tenant AND m.campaign_id = c.id)
      AND NOT EXISTS (SELECT FROM apex.validation_runs r WHERE r.tenant = c.tenant AND r.campaign_id = c.id)
      AND NOT EXISTS (SELECT FROM apex.run_attempts a WHERE a.tenant = c.tenant AND a.campaign_id = c.id)`.execute(
    trx,
  );
  // A job names its files by their content.
  const files = await sql`
    DELETE FROM apex.input_files f WHERE f.tenant = ${tenant} AND f.sent_at < ${cut} AND NOT EXISTS (
      SELECT FROM apex.validation_runs r WHERE r.tenant = f.tenant AND position(f.sha256 IN r.job) > 0)`.execute(
    trx,
  );
  return {
    runs: ids.length,
    campaigns: Number(campaigns.numAffectedRows ?? 0n),
    inputFiles: Number(files.numAffectedRows ?? 0n),
  };
}
