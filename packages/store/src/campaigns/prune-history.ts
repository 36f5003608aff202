import { TIER_LIMITS, TIERS } from "@apex/billing";
import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { lockTenant } from "./lock-tenant.ts";

/** Of one transaction, so that the tenant's claims do not wait for long. */
const RUNS_MAX = 1_000;
/** Of one transaction: a file has up to a thousand pieces. */
const FILES_MAX = 100;

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
 * too; campaigns that ended before, once they have no run left. Charges, invoices and all other money stay.
 */
export async function pruneRuns(
  trx: Transaction<Tables>,
  tenant: string,
): Promise<Omit<PrunedHistory, "inputFiles">> {
  const { historyDays } = TIER_LIMITS[await lockTenant(trx, tenant)];
  if (historyDays === null) return { runs: 0, campaigns: 0 };
  const cut = daysAgo(historyDays);
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
  return { runs: ids.length, campaigns: Number(campaigns.numAffectedRows ?? 0n) };
}

/**
 * Removes up to 100 files that are older than the tier keeps and that no run needs; returns how many. Without the tenant's lock: one that
 * is needed again was sent again before, so that it is not old, or is sent anew once it is gone.
 */
export async function pruneFiles(trx: Transaction<Tables>, tenant: string): Promise<number> {
  const row = await trx.selectFrom("tenants").select("tier").where("id", "=", tenant).executeTakeFirst();
  const historyDays = row === undefined ? null : TIER_LIMITS[row.tier].historyDays;
  if (historyDays === null) return 0;
  const files = await sql`
    DELETE FROM apex.input_files WHERE tenant = ${tenant} AND sent_at < ${daysAgo(historyDays)} AND sha256 IN (
      SELECT f.sha256 FROM apex.input_files f
      WHERE f.tenant = ${tenant} AND f.sent_at < ${daysAgo(historyDays)} AND NOT EXISTS (
        SELECT FROM apex.run_files needed WHERE needed.tenant = f.tenant AND needed.sha256 = f.sha256
      ) LIMIT ${FILES_MAX})`.execute(trx);
  return Number(files.numAffectedRows ?? 0n);
}

function daysAgo(days: number): RawBuilder<Date> {
  return sql<Date>`(clock_timestamp() - ${days} * interval '1 day')`;
}
