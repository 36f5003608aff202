import { TIER_LIMITS, type Tier } from "@apex/billing";
import { AdapterError } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";

const NS_PER_HOUR = 3_600_000_000_000n;

/** The first instant of the month, UTC, by the database's clock. */
const MONTH = sql<Date>`date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;

/** A limit of a tier that is reached. `month`: it is one of the calendar month. */
export interface ReachedLimit {
  readonly isMonthly: boolean;
  /** "50 runs a month" */
  readonly limit: string;
  readonly used: string;
}

/** Which of the tenant's limits keeps one more run, `runId`, from beginning now; `undefined` when none does. */
export async function limitBefore(
  trx: Transaction<Tables>,
  { tenant, tier, runId }: { readonly tenant: string; readonly tier: Tier; readonly runId: string },
): Promise<ReachedLimit | undefined> {
  const { concurrentRuns } = TIER_LIMITS[tier];
  if (concurrentRuns !== null) {
    const running = await runningRuns(trx, tenant);
    if (running >= concurrentRuns) {
      return { isMonthly: false, limit: `${concurrentRuns} runs at a time`, used: String(running) };
    }
  }
  return monthlyLimit(trx, { tenant, tier, runIds: [runId] });
}

/** Throws an AdapterError (`denied`) when the runs are more than the tenant's tier has left in this month. */
export async function requireMonth(
  trx: Transaction<Tables>,
  runs: { readonly tenant: string; readonly tier: Tier; readonly runIds: readonly string[] },
): Promise<void> {
  const reached = await monthlyLimit(trx, runs);
  if (reached === undefined) return;
  throw new AdapterError(
    "denied",
    `the tier "${runs.tier}" of ${runs.tenant} has ${reached.limit}, and ${reached.used}; take fewer changes, wait for the next month (UTC), or change the tier`,
  );
}

async function monthlyLimit(
  trx: Transaction<Tables>,
  {
    tenant,
    tier,
    runIds,
  }: { readonly tenant: string; readonly tier: Tier; readonly runIds: readonly string[] },
): Promise<ReachedLimit | undefined> {
  if (runIds.length === 0) return undefined;
  const { runsPerMonth, vcpuHoursPerMonth } = TIER_LIMITS[tier];
  if (runsPerMonth !== null) {
    const begun = await runsThisMonth(trx, tenant);
    const more = runIds.filter((id) => !begun.has(id)).length;
    if (more > 0 && begun.size + more > runsPerMonth) {
      return {
        isMonthly: true,
        limit: `${runsPerMonth} runs a month`,
        used: `${begun.size} have begun and ${more} more are wanted`,
      };
    }
  }
  if (vcpuHoursPerMonth === null) return undefined;
  const used = await cpuNsThisMonth(trx, tenant);
  return used < BigInt(vcpuHoursPerMonth) * NS_PER_HOUR
    ? undefined
    : {
        isMonthly: true,
        limit: `${vcpuHoursPerMonth} vCPU-hours a month`,
        used: `${(Number(used) / Number(NS_PER_HOUR)).toFixed(1)} are used`,
      };
}

/** Runs that workers hold now. */
export async function runningRuns(trx: Transaction<Tables>, tenant: string): Promise<number> {
  const row = await trx
    .selectFrom("validation_runs")
    .select(sql<number>`count(*)::int`.as("count"))
    .where("tenant", "=", tenant)
    .where("state", "=", "running")
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Ids of runs that began, or were begun again, in this month. */
export async function runsThisMonth(trx: Transaction<Tables>, tenant: string): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom("run_attempts")
    .select("run_id")
    .distinct()
    .where("tenant", "=", tenant)
    .where("started_at", ">=", MONTH)
    .execute();
  return new Set(rows.map((row) => row.run_id));
}

/** CPU time of this month's attempts, without those that we failed at: counters of an attempt only rise, so the highest is the last. */
export async function cpuNsThisMonth(trx: Transaction<Tables>, tenant: string): Promise<bigint> {
  const { rows } = await sql<{ total: string }>`
    SELECT coalesce(sum(cpu), 0)::text AS total FROM (
      SELECT max(r.cpu_ns) AS cpu
      FROM apex.run_attempts a JOIN apex.readings r USING (tenant, run_id, attempt)
      WHERE a.tenant = ${tenant} AND a.started_at >= ${MONTH}
        AND (a.ending IS NULL OR a.ending IN ('verdict', 'stopped'))
      GROUP BY a.run_id, a.attempt
    ) attempts`.execute(trx);
  return BigInt(rows[0]?.total ?? "0");
}
