import { decimal } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { campaignMoney, hasRoom } from "./campaign-money.ts";
import { IS_LATE } from "./campaign-rows.ts";

/** Names a campaign. */
export interface CampaignKey {
  readonly tenant: string;
  readonly id: string;
}

/** What is forgotten of a run that is done again; its attempts go on counting. */
const AFRESH = sql`state = 'waiting', failures = 0, worker = NULL, not_before = NULL, stop_requested = NULL, progress = NULL,
  verdict = NULL, result = NULL, reason = NULL, free_reason = NULL, started_at = NULL, ended_at = NULL`;

/** How a run `r` ended, kept by the member `earlier` of a campaign for which it is not done again. */
const LEFT = sql`left_state = r.state, left_reason = r.reason, left_free_reason = r.free_reason,
  left_verdict = r.verdict, left_result = r.result,
  left_ended_at = CASE WHEN earlier.campaign_id = r.campaign_id THEN r.ended_at END`;

/** Of a run `r`: its verdict answers the question. One that our machine left open does not, and was free. */
export const IS_KNOWN = sql<boolean>`(r.state = 'done' AND NOT (r.verdict = 'inconclusive' AND r.free_reason IS NOT NULL))`;

/** Of a run `r`: it has ended and is done again when it is asked for again. */
const IS_OPEN_AGAIN = sql<boolean>`(r.state IN ('done', 'dead', 'cancelled') AND NOT ${IS_KNOWN})`;

/**
 * Makes the campaign the one that does and pays for its runs: those that wait for no other that runs, and those that failed, were
 * stopped or were left open by our machine before, which are done again. What another one has in work stays that one's, and what has
 * any other verdict is known.
 */
export async function adoptRuns(trx: Transaction<Tables>, { tenant, id }: CampaignKey): Promise<void> {
  await sql`
    UPDATE apex.campaign_runs m SET is_reused = true FROM apex.validation_runs r
    WHERE m.tenant = ${tenant} AND m.campaign_id = ${id} AND r.tenant = m.tenant AND r.id = m.run_id AND ${IS_KNOWN}
  `.execute(trx);
  // Earlier campaigns keep how the run ended for them.
  await sql`
    UPDATE apex.campaign_runs earlier
    SET ${LEFT}
    FROM apex.campaign_runs m
    JOIN apex.validation_runs r ON r.tenant = m.tenant AND r.id = m.run_id
    WHERE m.tenant = ${tenant} AND m.campaign_id = ${id} AND ${IS_OPEN_AGAIN}
      AND earlier.tenant = m.tenant AND earlier.run_id = m.run_id AND earlier.campaign_id <> m.campaign_id
      AND earlier.left_state IS NULL
      AND EXISTS (SELECT FROM apex.campaigns c
        WHERE c.tenant = earlier.tenant AND c.id = earlier.campaign_id AND c.state <> 'draft')`.execute(trx);
  await sql`
    UPDATE apex.validation_runs r
    SET campaign_id = m.campaign_id, cap = m.cap, rate_card = mine.rate_card, ${AFRESH}
    FROM apex.campaign_runs m
    JOIN apex.campaigns mine ON mine.tenant = m.tenant AND mine.id = m.campaign_id
    WHERE m.tenant = ${tenant} AND m.campaign_id = ${id} AND r.tenant = m.tenant AND r.id = m.run_id
      AND (${IS_OPEN_AGAIN} OR r.state = 'waiting' AND NOT EXISTS (
        SELECT FROM apex.campaigns theirs
        WHERE theirs.tenant = r.tenant AND theirs.id = r.campaign_id AND theirs.id <> m.campaign_id AND theirs.state = 'running'
      ))`.execute(trx);
}

/**
 * Gives what waits for a campaign that ends to another one that has it too, with what that one would pay: to the most urgent that runs,
 * else to one that is paused.
 */
export async function handOverWaiting(trx: Transaction<Tables>, { tenant, id }: CampaignKey): Promise<void> {
  await sql`
    UPDATE apex.validation_runs r SET campaign_id = heir.campaign_id, cap = heir.cap, rate_card = heir.rate_card
    FROM (
      SELECT DISTINCT ON (m.run_id) m.run_id, m.campaign_id, m.cap, c.rate_card
      FROM apex.campaign_runs m JOIN apex.campaigns c ON c.tenant = m.tenant AND c.id = m.campaign_id
      WHERE m.tenant = ${tenant} AND m.campaign_id <> ${id} AND m.left_state IS NULL AND c.state IN ('running', 'paused')
      ORDER BY m.run_id, c.state DESC, c.priority, c.started_at, c.id
    ) heir
    WHERE r.tenant = ${tenant} AND r.campaign_id = ${id} AND r.state = 'waiting' AND r.id = heir.run_id`.execute(
    trx,
  );
}

/**
 * Gives what waits for a campaign that does not run to the most urgent one that does and wants it too: all such runs of a tenant, or one.
 * Returns how many there were.
 */
export async function handOverStalled(
  trx: Transaction<Tables>,
  { tenant, runId }: { readonly tenant: string; readonly runId?: string },
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE apex.validation_runs r SET campaign_id = heir.campaign_id, cap = heir.cap, rate_card = heir.rate_card
    FROM (
      SELECT DISTINCT ON (waiting.id) waiting.id, m.campaign_id, m.cap, c.rate_card
      FROM apex.validation_runs waiting
      JOIN apex.campaigns theirs ON theirs.tenant = waiting.tenant AND theirs.id = waiting.campaign_id
      JOIN apex.campaign_runs m ON m.tenant = waiting.tenant AND m.run_id = waiting.id AND m.left_state IS NULL
      JOIN apex.campaigns c ON c.tenant = m.tenant AND c.id = m.campaign_id
      WHERE waiting.tenant = ${tenant} AND waiting.state = 'waiting' AND theirs.state <> 'running' AND c.state = 'running'
        AND ${runId === undefined ? sql`true` : sql`waiting.id = ${runId}`}
      ORDER BY waiting.id, c.priority, c.started_at, c.id
    ) heir
    WHERE r.tenant = ${tenant} AND r.id = heir.id`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

interface Heir {
  readonly run_id: string;
  readonly attempt: number;
  readonly cap: string;
  readonly campaign_id: string;
}

/**
 * Runs that go on keep what they were claimed with, so they are handed over only where the other budget has room for that. They are
 * locked first: a heartbeat may be finding at this moment that one of them is to stop.
 */
export async function handOverRunning(trx: Transaction<Tables>, { tenant, id }: CampaignKey): Promise<void> {
  const { rows } = await sql<Heir>`
    SELECT r.id AS run_id, r.attempt, r.cap, c.id AS campaign_id
    FROM apex.validation_runs r
    JOIN apex.campaigns mine ON mine.tenant = r.tenant AND mine.id = r.campaign_id
    JOIN apex.campaign_runs m ON m.tenant = r.tenant AND m.run_id = r.id AND m.campaign_id <> r.campaign_id
    JOIN apex.campaigns c ON c.tenant = m.tenant AND c.id = m.campaign_id
    WHERE r.tenant = ${tenant} AND r.campaign_id = ${id} AND r.state = 'running' AND r.stop_requested IS NULL
      AND m.left_state IS NULL AND c.state = 'running' AND c.currency = mine.currency
    ORDER BY r.id, c.priority, c.started_at, c.id
    FOR NO KEY UPDATE OF r`.execute(trx);
  const handedOver = new Set<string>();
  for (const heir of rows) {
    if (handedOver.has(heir.run_id)) continue;
    if (!hasRoom(await campaignMoney(trx, tenant, heir.campaign_id), decimal(heir.cap))) continue;
    handedOver.add(heir.run_id);
    await trx
      .updateTable("validation_runs")
      .set({ campaign_id: heir.campaign_id })
      .where("tenant", "=", tenant)
      .where("id", "=", heir.run_id)
      .execute();
    await trx
      .updateTable("run_attempts")
      .set({ campaign_id: heir.campaign_id })
      .where("tenant", "=", tenant)
      .where("run_id", "=", heir.run_id)
      .where("attempt", "=", heir.attempt)
      .execute();
  }
}

/**
 * Has a run that was just cancelled with its campaign done again for another one that wants it too and was not stopped. The first one
 * keeps how it ended for it. Returns whether there is such a campaign.
 */
export async function passOn(
  trx: Transaction<Tables>,
  {
    tenant,
    runId,
    campaignId,
  }: { readonly tenant: string; readonly runId: string; readonly campaignId: string },
): Promise<boolean> {
  const { rows } = await sql<{ campaign_id: string; cap: string; rate_card: string }>`
    SELECT m.campaign_id, m.cap, c.rate_card
    FROM apex.campaign_runs m JOIN apex.campaigns c ON c.tenant = m.tenant AND c.id = m.campaign_id
    WHERE m.tenant = ${tenant} AND m.run_id = ${runId} AND m.campaign_id <> ${campaignId} AND m.left_state IS NULL
      AND c.state IN ('running', 'paused') AND NOT ${IS_LATE}
    ORDER BY c.state DESC, c.priority, c.started_at, c.id LIMIT 1`.execute(trx);
  const heir = rows[0];
  if (heir === undefined) return false;
  await sql`
    UPDATE apex.campaign_runs earlier
    SET ${LEFT}
    FROM apex.validation_runs r
    WHERE earlier.tenant = ${tenant} AND earlier.run_id = ${runId} AND earlier.campaign_id = ${campaignId}
      AND r.tenant = earlier.tenant AND r.id = earlier.run_id`.execute(trx);
  await sql`
    UPDATE apex.validation_runs
    SET campaign_id = ${heir.campaign_id}, cap = ${heir.cap}, rate_card = ${heir.rate_card}, ${AFRESH}
    WHERE tenant = ${tenant} AND id = ${runId}`.execute(trx);
  return true;
}
