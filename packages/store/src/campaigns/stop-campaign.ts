import type { StopReason } from "@apex/core";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../records/tables.ts";
import { type CampaignKey, handOverRunning, handOverWaiting } from "./adopt-runs.ts";
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
  { tenant, id }: CampaignKey,
  reason: Exclude<StopReason, "cap">,
): Promise<void> {
  await trx
    .updateTable("campaigns")
    .set({ state: "stopped", stop_reason: reason, ended_at: NOW })
    .where("tenant", "=", tenant)
    .where("id", "=", id)
    .execute();
  await handOverWaiting(trx, { tenant, id });
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
