import { TIER_LIMITS, type Tier } from "@apex/billing";
import { AdapterError } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";

export const NS_PER_HOUR = 3_600_000_000_000n;

/** The first instant of the month, UTC, by the database's clock. */
const MONTH = sql<Date>`date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;

/** A limit of the calendar month that is reached: only the next month resets it. */
interface ReachedLimit {
  /** "50 runs a month" */
  readonly limit: string;
  readonly used: string;
}

/** Which of the tenant's limits keeps one more run, `runId`, from beginning now; `undefined` when none does. */
export async function limitBefore(
  trx: Transaction<Tables>,
  { tenant, tier, runId }: { readonly tenant: string; readonly tier: Tier; readonly runId: string },
): Promise<"tenant-limit" | "month-limit" | undefined> {
  const { concurrentRuns } = TIER_LIMITS[tier];
  if (concurrentRuns !== null && (await runningRuns(trx, tenant)) >= concurrentRuns) return "tenant-limit";
  const reached = await monthlyLimit(trx, { tenant, tier, runIds: [runId], withWaiting: false });
  return reached === undefined ? undefined : "month-limit";
}

/**
 * Throws an AdapterError (`denied`) when the runs are more than the tenant's tier has left in this month, once the campaigns that are
 * started already have begun all of theirs.
 */
export async function requireMonth(
  trx: Transaction<Tables>,
  runs: { readonly tenant: string; readonly tier: Tier; readonly runIds: readonly string[] },
): Promise<void> {
  const reached = await monthlyLimit(trx, { ...runs, withWaiting: true });
  if (reached === undefined) return;
  throw new AdapterError(
    "denied",
    `the tier "${runs.tier}" of ${runs.tenant} has ${reached.limit}, and ${reached.used}; take fewer changes, wait for the next month (UTC), or change the tier`,
  );
}

interface Wanted {
  readonly tenant: string;
  readonly tier: Tier;
  readonly runIds: readonly string[];
  /** Runs that wait in a started campaign count as if they had begun. */
  readonly withWaiting: boolean;
}

async function monthlyLimit(trx: Transaction<Tables>, wanted: Wanted): Promise<ReachedLimit | undefined> {
  const { tenant, tier, runIds, withWaiting } = wanted;
  if (runIds.length === 0) return undefined;
  const { runsPerMonth, vcpuHoursPerMonth } = TIER_LIMITS[tier];
  if (runsPerMonth !== null) {
    const { counted, more } = await runsWith(trx, wanted);
    if (more > 0 && counted + more > runsPerMonth) {
      return {
        limit: `${runsPerMonth} runs a month`,
        used: `${counted} have begun${withWaiting ? " or wait" : ""} and ${more} more are wanted`,
      };
    }
  }
  if (vcpuHoursPerMonth === null) return undefined;
  const used = await cpuNsThisMonth(trx, tenant);
  return used < BigInt(vcpuHoursPerMonth) * NS_PER_HOUR
    ? undefined
    : {
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

/** How many runs began, or were begun again, in this month. */
export async function runsThisMonth(trx: Transaction<Tables>, tenant: string): Promise<number> {
  const { counted } = await runsWith(trx, { tenant, runIds: [], withWaiting: false });
  return counted;
}

const WAITING = sql`
  UNION SELECT r.id FROM apex.validation_runs r JOIN apex.campaigns c ON c.tenant = r.tenant AND c.id = r.campaign_id
  WHERE r.state IN ('waiting', 'running') AND c.state IN ('running', 'paused') AND r.tenant = `;

/** How many runs count in this month, and how many of the wanted ones do not yet. */
async function runsWith(
  trx: Transaction<Tables>,
  { tenant, runIds, withWaiting }: Omit<Wanted, "tier">,
): Promise<{ readonly counted: number; readonly more: number }> {
  const { rows } = await sql<{ counted: number; more: number }>`
    WITH counted AS MATERIALIZED (
      SELECT DISTINCT run_id FROM apex.run_attempts WHERE tenant = ${tenant} AND started_at >= ${MONTH}
      ${withWaiting ? sql`${WAITING}${tenant}` : sql``}
    )
    SELECT (SELECT count(*) FROM counted)::int AS counted,
      (SELECT count(*) FROM unnest(${runIds}::text[]) AS wanted (id)
        WHERE id NOT IN (SELECT run_id FROM counted))::int AS more`.execute(trx);
  return rows[0] ?? { counted: 0, more: 0 };
}

/**
 * CPU time of this month's attempts: those that failed count, since who has nothing but failing runs uses hosts too; those that we lost or
 * gave up do not. An attempt that has ended keeps what it had used; only for open ones the last reading is looked up.
 */
export async function cpuNsThisMonth(trx: Transaction<Tables>, tenant: string): Promise<bigint> {
  const { rows } = await sql<{ total: string }>`
    SELECT coalesce(sum(coalesce(a.cpu_ns, (
      SELECT r.cpu_ns FROM apex.readings r
      WHERE a.ending IS NULL AND r.tenant = a.tenant AND r.run_id = a.run_id AND r.attempt = a.attempt
      ORDER BY r.seq DESC LIMIT 1
    ))), 0)::text AS total
    FROM apex.run_attempts a
    WHERE a.tenant = ${tenant} AND a.started_at >= ${MONTH}
      AND (a.ending IS NULL OR a.ending IN ('verdict', 'stopped', 'failed'))`.execute(trx);
  return BigInt(rows[0]?.total ?? "0");
}
