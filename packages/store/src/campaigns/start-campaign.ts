import { AdapterError, type CampaignState } from "@apex/core";
import { type Selectable, sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { NOW } from "./campaign-rows.ts";
import { lockTenant } from "./lock-tenant.ts";
import { handOverWaiting, stopCampaign } from "./stop-campaign.ts";

interface CampaignKey {
  readonly tenant: string;
  readonly id: string;
}

type CampaignRow = Selectable<Tables["campaigns"]> & { readonly is_late: boolean };

/** Lets a draft run. */
export async function startCampaign(trx: Transaction<Tables>, key: CampaignKey): Promise<void> {
  const row = await lockedCampaign(trx, key);
  requireState(row, ["draft"], "only a draft can be started");
  if (row.is_late) {
    throw new AdapterError("invalid", `the deadline of ${row.id} is over: create it again with a later one`);
  }
  await trx
    .updateTable("campaigns")
    .set({ state: "running", started_at: NOW })
    .where("tenant", "=", key.tenant)
    .where("id", "=", key.id)
    .execute();
  await adoptRuns(trx, key);
}

/** Nothing more is begun; what runs goes on, and what another campaign wants too is done for that one. */
export async function pauseCampaign(trx: Transaction<Tables>, key: CampaignKey): Promise<void> {
  requireState(await lockedCampaign(trx, key), ["running"], "only one that runs can be paused");
  await setState(trx, key, "paused");
  await handOverWaiting(trx, key, ["running"]);
}

export async function resumeCampaign(trx: Transaction<Tables>, key: CampaignKey): Promise<void> {
  requireState(await lockedCampaign(trx, key), ["paused"], "only a paused one can be resumed");
  await setState(trx, key, "running");
}

export async function cancelCampaign(trx: Transaction<Tables>, key: CampaignKey): Promise<void> {
  const row = await lockedCampaign(trx, key);
  requireState(row, ["draft", "running", "paused"], "there is nothing left to cancel");
  await stopCampaign(trx, key, "cancelled");
}

async function lockedCampaign(trx: Transaction<Tables>, { tenant, id }: CampaignKey): Promise<CampaignRow> {
  await lockTenant(trx, tenant);
  const row = await trx
    .selectFrom("campaigns")
    .selectAll()
    .select(sql<boolean>`coalesce(deadline <= clock_timestamp(), false)`.as("is_late"))
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new AdapterError("not-found", `${tenant} has no campaign ${id}; "apex campaign list" names them`);
}

function requireState({ id, state }: CampaignRow, allowed: readonly CampaignState[], rule: string): void {
  if (!allowed.includes(state)) {
    throw new AdapterError("invalid", `the campaign ${id} is ${state}: ${rule}`);
  }
}

async function setState(
  trx: Transaction<Tables>,
  { tenant, id }: CampaignKey,
  state: CampaignState,
): Promise<void> {
  await trx
    .updateTable("campaigns")
    .set({ state })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .execute();
}

/**
 * Makes the campaign the one that does and pays for its runs: those that wait for no other that runs, and those that failed or were
 * stopped before, which are done again. What another one has in work stays that one's, and what has a verdict is known.
 */
async function adoptRuns(trx: Transaction<Tables>, { tenant, id }: CampaignKey): Promise<void> {
  await sql`
    UPDATE apex.campaign_runs m SET is_reused = true FROM apex.validation_runs r
    WHERE m.tenant = ${tenant} AND m.campaign_id = ${id} AND r.tenant = m.tenant AND r.id = m.run_id AND r.state = 'done'
  `.execute(trx);
  // Earlier campaigns keep how the run ended for them.
  await sql`
    UPDATE apex.campaign_runs earlier
    SET left_state = r.state, left_reason = r.reason, left_free_reason = r.free_reason
    FROM apex.campaign_runs m
    JOIN apex.validation_runs r ON r.tenant = m.tenant AND r.id = m.run_id
    WHERE m.tenant = ${tenant} AND m.campaign_id = ${id} AND r.state IN ('dead', 'cancelled')
      AND earlier.tenant = m.tenant AND earlier.run_id = m.run_id AND earlier.campaign_id <> m.campaign_id
      AND earlier.left_state IS NULL
      AND EXISTS (SELECT FROM apex.campaigns c
        WHERE c.tenant = earlier.tenant AND c.id = earlier.campaign_id AND c.state <> 'draft')`.execute(trx);
  await sql`
    UPDATE apex.validation_runs r
    SET campaign_id = m.campaign_id, cap = m.cap, rate_card = mine.rate_card, state = 'waiting', failures = 0,
      worker = NULL, not_before = NULL, stop_requested = NULL, progress = NULL, reason = NULL, free_reason = NULL,
      started_at = NULL, ended_at = NULL
    FROM apex.campaign_runs m
    JOIN apex.campaigns mine ON mine.tenant = m.tenant AND mine.id = m.campaign_id
    WHERE m.tenant = ${tenant} AND m.campaign_id = ${id} AND r.tenant = m.tenant AND r.id = m.run_id
      AND (r.state IN ('dead', 'cancelled') OR r.state = 'waiting' AND NOT EXISTS (
        SELECT FROM apex.campaigns theirs
        WHERE theirs.tenant = r.tenant AND theirs.id = r.campaign_id AND theirs.id <> m.campaign_id AND theirs.state = 'running'
      ))`.execute(trx);
}
