import { type Decimal, decimal, divide, roundDecimal } from "@apex/core";
import type { Transaction } from "kysely";
import type { AskDatabase } from "../records/ask-database.ts";
import type { Tables } from "../records/tables.ts";
import { asTenant } from "./as-tenant.ts";
import { cpuNsThisMonth, runningRuns, runsThisMonth } from "./tenant-usage.ts";

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

const NS_PER_HOUR = decimal(3_600_000_000_000n);
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
        vcpuHours: roundDecimal(divide(decimal(await cpuNsThisMonth(trx, tenant)), NS_PER_HOUR), HOUR_DIGITS),
      })),
    freeRuns: (tenant, { startMs, endMs }) =>
      reading(tenant, async (trx) => {
        const rows = await trx
          .selectFrom("validation_runs as run")
          .innerJoin("campaign_runs as member", (join) =>
            join
              .onRef("member.tenant", "=", "run.tenant")
              .onRef("member.campaign_id", "=", "run.campaign_id")
              .onRef("member.run_id", "=", "run.id"),
          )
          .select(["run.id", "run.campaign_id", "member.target", "run.ended_at", "run.free_reason"])
          .where("run.tenant", "=", tenant)
          .where("free_reason", "is not", null)
          .where("ended_at", ">=", new Date(startMs))
          .where("ended_at", "<", new Date(endMs))
          .orderBy("ended_at")
          .orderBy("id")
          .execute();
        return rows.map((row) => ({
          runId: row.id,
          campaignId: row.campaign_id,
          target: row.target,
          endedAt: row.ended_at?.toISOString() ?? "",
          reason: row.free_reason ?? "",
        }));
      }),
  };
}
