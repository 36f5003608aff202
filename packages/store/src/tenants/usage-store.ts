import { type Decimal, decimal, divide, roundDecimal } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { AskDatabase } from "../records/ask-database.ts";
import type { Tables } from "../records/tables.ts";
import { asTenant } from "./as-tenant.ts";
import { cpuNsThisMonth, NS_PER_HOUR, runningRuns, runsThisMonth } from "./tenant-usage.ts";

/** What of a tier's limits is used, in the calendar month (UTC) of the database's clock. */
export interface TierUse {
  readonly runsRunning: number;
  readonly runsBegun: number;
  /** To 6 places. */
  readonly vcpuHours: Decimal;
}

/** A run that ended and was not charged. */
export interface FreeRun {
  readonly runId: string;
  readonly campaignId: string;
  /** The Terraform address of the service that it tried. */
  readonly target: string;
  /** ISO 8601. */
  readonly endedAt: string;
  /** A whole sentence. */
  readonly reason: string;
}

/** What tenants use, apart from what it costs. */
export interface UsageStore {
  ofMonth(tenant: string): Promise<TierUse>;
  /** Runs that ended in a period (the end excluded, Unix time in milliseconds) and were free, by their end. */
  freeRuns(
    tenant: string,
    period: { readonly startMs: number; readonly endMs: number },
  ): Promise<readonly FreeRun[]>;
}

const HOUR_DIGITS = 6;

/** What tenants use, from the records of their runs. */
export function usageStore(ask: AskDatabase): UsageStore {
  const reading = <T>(tenant: string, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> =>
    ask((db) => asTenant(db, tenant, work));
  return {
    ofMonth: (tenant) =>
      reading(tenant, async (trx) => ({
        runsRunning: await runningRuns(trx, tenant),
        runsBegun: await runsThisMonth(trx, tenant),
        vcpuHours: roundDecimal(
          divide(decimal(await cpuNsThisMonth(trx, tenant)), decimal(NS_PER_HOUR)),
          HOUR_DIGITS,
        ),
      })),
    freeRuns: (tenant, period) => reading(tenant, (trx) => readFreeRuns(trx, tenant, period)),
  };
}

/** Those that are as they ended, and those that a later campaign has had done again since. */
async function readFreeRuns(
  trx: Transaction<Tables>,
  tenant: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<readonly FreeRun[]> {
  const { rows } = await sql<{
    id: string;
    campaign_id: string;
    target: string;
    ended_at: Date;
    reason: string;
  }>`
    SELECT * FROM (
      SELECT m.run_id AS id, m.campaign_id, m.target, r.ended_at, r.free_reason AS reason
      FROM apex.validation_runs r
      JOIN apex.campaign_runs m ON m.tenant = r.tenant AND m.campaign_id = r.campaign_id AND m.run_id = r.id
      WHERE r.tenant = ${tenant}
      UNION ALL
      SELECT run_id, campaign_id, target, left_ended_at, left_free_reason FROM apex.campaign_runs WHERE tenant = ${tenant}
    ) ended
    WHERE reason IS NOT NULL AND ended_at >= ${new Date(startMs)} AND ended_at < ${new Date(endMs)}
    ORDER BY ended_at, id COLLATE "C"`.execute(trx);
  return rows.map((row) => ({
    runId: row.id,
    campaignId: row.campaign_id,
    target: row.target,
    endedAt: row.ended_at.toISOString(),
    reason: row.reason,
  }));
}
