import { decimal, type StopReason } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { campaignMoney, hasRoom } from "./campaign-money.ts";
import { NOW } from "./campaign-rows.ts";

/** Why a run was stopped, for people. */
export const STOPPED: Readonly<Record<StopReason, string>> = {
  cancelled: "Its campaign was cancelled.",
  budget: "What was left of its campaign's budget had no room for it.",
  deadline: "Its campaign's deadline was over.",
  cap: "It came to more than it was quoted.",
};

/** Of a run that never began. */
const NOT_DONE = "It is free: it was not done.";

/**
 * Ends a campaign before its time: what another campaign wants too is handed over to that one, what waits is cancelled, what runs is
 * asked to stop. To be called under the tenant's lock.
 */
export async function stopCampaign(
  trx: Transaction<Tables>,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  reason: Exclude<StopReason, "cap">,
): Promise<void> {
  await trx
    .updateTable("campaigns")
    .set({ state: "stopped", stop_reason: reason, ended_at: NOW })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .execute();
  await handOverWaiting(trx, { tenant, id }, ["running", "paused"]);
  await handOverRunning(trx, { tenant, id });
  await trx
    .updateTable("validation_runs")
    .set({
      state: "cancelled",
      reason: STOPPED[reason],
      free_reason: NOT_DONE,
      not_before: null,
      ended_at: NOW,
    })
    .where("tenant", "=", tenant)
    .where("campaign_id", "=", id)
    .where("state", "=", "waiting")
    .execute();
  await trx
    .updateTable("validation_runs")
    .set((eb) => ({ stop_requested: eb.fn.coalesce("stop_requested", sql.lit(reason)) }))
    .where("tenant", "=", tenant)
    .where("campaign_id", "=", id)
    .where("state", "=", "running")
    .execute();
}

/** Gives runs that wait to another campaign that has them too: the most urgent one, with what that one would pay. */
export async function handOverWaiting(
  trx: Transaction<Tables>,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  to: readonly ("running" | "paused")[],
): Promise<void> {
  await sql`
    UPDATE apex.validation_runs r SET campaign_id = heir.campaign_id, cap = heir.cap, rate_card = heir.rate_card
    FROM (
      SELECT DISTINCT ON (m.run_id) m.run_id, m.campaign_id, m.cap, c.rate_card
      FROM apex.campaign_runs m JOIN apex.campaigns c ON c.tenant = m.tenant AND c.id = m.campaign_id
      WHERE m.tenant = ${tenant} AND m.campaign_id <> ${id} AND m.left_state IS NULL AND c.state IN (${sql.join(to)})
      ORDER BY m.run_id, c.state DESC, c.priority, c.started_at, c.id
    ) heir
    WHERE r.tenant = ${tenant} AND r.campaign_id = ${id} AND r.state = 'waiting' AND r.id = heir.run_id`.execute(
    trx,
  );
}

interface Heir {
  readonly run_id: string;
  readonly attempt: number;
  readonly cap: string;
  readonly campaign_id: string;
}

/** Runs that go on keep what they were claimed with, so they are handed over only where the other budget has room for that. */
async function handOverRunning(
  trx: Transaction<Tables>,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<void> {
  const { rows } = await sql<Heir>`
    SELECT r.id AS run_id, r.attempt, r.cap, c.id AS campaign_id
    FROM apex.validation_runs r
    JOIN apex.campaigns mine ON mine.tenant = r.tenant AND mine.id = r.campaign_id
    JOIN apex.campaign_runs m ON m.tenant = r.tenant AND m.run_id = r.id AND m.campaign_id <> r.campaign_id
    JOIN apex.campaigns c ON c.tenant = m.tenant AND c.id = m.campaign_id
    WHERE r.tenant = ${tenant} AND r.campaign_id = ${id} AND r.state = 'running' AND r.stop_requested IS NULL
      AND m.left_state IS NULL AND c.state = 'running' AND c.currency = mine.currency
    ORDER BY r.id, c.priority, c.started_at, c.id`.execute(trx);
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
