import type { QueuedRun } from "@apex/core";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { IS_LATE, NOW, type ReservedColumns, reservationOf } from "./campaign-rows.ts";
import { handOverStalled } from "./adopt-runs.ts";
import { closeCrashed, type CrashedRun } from "./crashed-attempt.ts";
import { lockTenant } from "./lock-tenant.ts";
import { stopCampaign } from "./stop-campaign.ts";

/** Of each tenant, so that the runs of one do not hide those of the others: as many as one campaign can have. */
const WAITING_MAX = 10_000;

/** What a worker could take now: what waits, and what has lost its worker. */
const CLAIMABLE = sql<boolean>`(
  r.state = 'waiting' AND (r.not_before IS NULL OR r.not_before <= clock_timestamp())
  OR r.state = 'running' AND r.lease_until <= clock_timestamp()
)`;

interface WaitingRow extends ReservedColumns {
  readonly tenant: string;
  readonly id: string;
  readonly campaign_id: string;
  readonly priority: number;
}

/** Runs of running campaigns that a worker could take now, the most urgent first: of all tenants, or of one campaign. */
export async function waitingRuns(
  db: Kysely<Tables>,
  of?: { readonly tenant: string; readonly campaignId: string },
): Promise<readonly QueuedRun[]> {
  const order = sql`priority, started_at, campaign_id, position`;
  const { rows } = await sql<WaitingRow>`
    SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY tenant ORDER BY ${order}) AS place FROM (
        SELECT r.tenant, r.id, r.campaign_id, r.cores, r.memory_bytes, r.gpus, r.gpu_model, r.max_seconds,
          c.priority, c.started_at, m.position
        FROM apex.validation_runs r
        JOIN apex.campaigns c ON c.tenant = r.tenant AND c.id = r.campaign_id
        LEFT JOIN apex.campaign_runs m ON m.tenant = r.tenant AND m.campaign_id = r.campaign_id AND m.run_id = r.id
        WHERE r.state IN ('waiting', 'running') AND c.state = 'running' AND ${CLAIMABLE}
          AND ${of === undefined ? sql`true` : sql`c.tenant = ${of.tenant} AND c.id = ${of.campaignId}`}
      ) waiting
    ) placed WHERE place <= ${WAITING_MAX}
    ORDER BY ${order}`.execute(db);
  return rows.map((row) => ({
    tenant: row.tenant,
    runId: row.id,
    campaignId: row.campaign_id,
    priority: row.priority,
    reservation: reservationOf(row),
  }));
}

/** Of running campaigns: those that failed and wait for their next attempt, and those that a worker has. */
export async function runsToCome(
  db: Kysely<Tables>,
): Promise<{ readonly backoff: number; readonly held: number }> {
  const { rows } = await sql<{ backoff: number; held: number }>`
    SELECT count(*) FILTER (WHERE r.state = 'waiting' AND r.not_before > clock_timestamp())::int AS backoff,
      count(*) FILTER (WHERE r.state = 'running' AND r.lease_until > clock_timestamp())::int AS held
    FROM apex.validation_runs r
    JOIN apex.campaigns c ON c.tenant = r.tenant AND c.id = r.campaign_id
    WHERE r.state IN ('waiting', 'running') AND c.state = 'running'`.execute(db);
  return rows[0] ?? { backoff: 0, held: 0 };
}

/** Tenants with such runs, those first that have the least running. */
export async function tenantsWaiting(
  db: Kysely<Tables>,
): Promise<readonly { readonly tenant: string; readonly coresRunning: number }[]> {
  // Every worker asks this often: it ends at the first run of each campaign that can be claimed, however many wait.
  const { rows } = await sql<{ tenant: string; cores: number }>`
    SELECT waiting.tenant, (
      SELECT coalesce(sum(r.cores), 0) FROM apex.validation_runs r
      WHERE r.tenant = waiting.tenant AND r.state = 'running' AND r.lease_until > clock_timestamp()
    )::float8 AS cores
    FROM (
      SELECT DISTINCT c.tenant FROM apex.campaigns c CROSS JOIN LATERAL (
        SELECT FROM apex.validation_runs r
        WHERE r.tenant = c.tenant AND r.campaign_id = c.id AND r.state IN ('waiting', 'running') AND ${CLAIMABLE}
        LIMIT 1
      ) claimable
      WHERE c.state = 'running'
    ) waiting
    ORDER BY 2, 1`.execute(db);
  return rows.map(({ tenant, cores }) => ({ tenant, coresRunning: cores }));
}

/** Tenants that a sweep would change something of: most of the time there are none, and no lock is taken. */
export async function tenantsToSweep(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ tenant: string }>`
    SELECT DISTINCT c.tenant FROM apex.campaigns c
    WHERE c.state IN ('running', 'paused') AND (${IS_LATE} OR ${HAS_NOTHING_OPEN})
    UNION
    SELECT DISTINCT r.tenant FROM apex.validation_runs r
    JOIN apex.campaigns c ON c.tenant = r.tenant AND c.id = r.campaign_id
    WHERE r.state = 'running' AND ${IS_LEFT}
    ORDER BY 1`.execute(db);
  return rows.map(({ tenant }) => tenant);
}

/**
 * For who is about to claim a run that has lost its worker, which closes it as well, or for a worker that stood still and comes back. A
 * run is not left longer: nobody may be able to claim it, since it holds the only place of its tenant or the last of its budget.
 */
const GRACE = sql`interval '30 seconds'`;

/** Its worker is gone, and it holds a part of its tenant's limits and budget for nothing. */
const IS_LEFT = sql<boolean>`(
  r.lease_until <= clock_timestamp()
  AND (r.stop_requested IS NOT NULL OR c.state <> 'running' OR r.lease_until <= clock_timestamp() - ${GRACE})
)`;

/** Each of its runs has ended: for it, or altogether. */
const HAS_NOTHING_OPEN = sql<boolean>`NOT EXISTS (
  SELECT FROM apex.campaign_runs m
  JOIN apex.validation_runs r ON r.tenant = m.tenant AND r.id = m.run_id
  WHERE m.tenant = c.tenant AND m.campaign_id = c.id AND m.left_state IS NULL AND r.state IN ('waiting', 'running')
)`;

/** Ends what is to be ended of one tenant; returns the campaigns that ended now. */
export async function sweepTenant(trx: Transaction<Tables>, tenant: string): Promise<readonly string[]> {
  await lockTenant(trx, tenant);
  await closeLeft(trx, tenant);
  await handOverStalled(trx, { tenant });
  const { rows: done } = await sql<{ id: string }>`
    UPDATE apex.campaigns c SET state = 'done', ended_at = ${NOW}
    WHERE c.tenant = ${tenant} AND c.state IN ('running', 'paused') AND ${HAS_NOTHING_OPEN}
    RETURNING c.id`.execute(trx);
  const { rows: late } = await sql<{ id: string }>`
    SELECT c.id FROM apex.campaigns c
    WHERE c.tenant = ${tenant} AND c.state IN ('running', 'paused') AND ${IS_LATE} ORDER BY c.id`.execute(
    trx,
  );
  for (const { id } of late) await stopCampaign(trx, { tenant, id }, "deadline");
  return [...done, ...late].map(({ id }) => id);
}

async function closeLeft(trx: Transaction<Tables>, tenant: string): Promise<void> {
  const { rows } = await sql<CrashedRun>`
    SELECT r.tenant, r.id, r.campaign_id, r.attempt, r.failures, r.stop_requested
    FROM apex.validation_runs r
    JOIN apex.campaigns c ON c.tenant = r.tenant AND c.id = r.campaign_id
    WHERE r.tenant = ${tenant} AND r.state = 'running' AND ${IS_LEFT}
    ORDER BY r.id FOR NO KEY UPDATE OF r`.execute(trx);
  for (const run of rows) await closeCrashed(trx, run);
}
