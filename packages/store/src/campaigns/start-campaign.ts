import { AdapterError, type CampaignState } from "@apex/core";
import type { Selectable, Transaction, UpdateObject } from "kysely";
import type { Tables } from "../records/tables.ts";
import { IS_LATE, NOW } from "./campaign-rows.ts";
import { adoptRuns, type CampaignKey, handOverStalled } from "./adopt-runs.ts";
import { lockTenant } from "./lock-tenant.ts";
import { stopCampaign } from "./stop-campaign.ts";

type CampaignRow = Selectable<Tables["campaigns"]> & { readonly is_late: boolean };

/** Lets a draft run. */
export async function startCampaign(trx: Transaction<Tables>, key: CampaignKey): Promise<void> {
  const row = await lockedCampaign(trx, key);
  requireState(row, ["draft"], "only a draft can be started");
  if (row.is_late) {
    throw new AdapterError("invalid", `the deadline of ${row.id} is over: create it again with a later one`);
  }
  await change(trx, key, { state: "running", started_at: NOW });
  await adoptRuns(trx, key);
}

/** Nothing more is begun; what runs goes on, and what another campaign wants too is done for that one. */
export async function pauseCampaign(trx: Transaction<Tables>, key: CampaignKey): Promise<void> {
  requireState(await lockedCampaign(trx, key), ["running"], "only one that runs can be paused");
  await change(trx, key, { state: "paused" });
  await handOverStalled(trx, key);
}

/** It also takes what waits for another one that is paused now. */
export async function resumeCampaign(trx: Transaction<Tables>, key: CampaignKey): Promise<void> {
  requireState(await lockedCampaign(trx, key), ["paused"], "only a paused one can be resumed");
  await change(trx, key, { state: "running" });
  await handOverStalled(trx, key);
}

export async function cancelCampaign(trx: Transaction<Tables>, key: CampaignKey): Promise<void> {
  const row = await lockedCampaign(trx, key);
  requireState(row, ["draft", "running", "paused"], "there is nothing left to cancel");
  await stopCampaign(trx, key, "cancelled");
}

async function lockedCampaign(trx: Transaction<Tables>, { tenant, id }: CampaignKey): Promise<CampaignRow> {
  await lockTenant(trx, tenant);
  const row = await trx
    .selectFrom("campaigns as c")
    .selectAll()
    .select(IS_LATE.as("is_late"))
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

async function change(
  trx: Transaction<Tables>,
  { tenant, id }: CampaignKey,
  changes: UpdateObject<Tables, "campaigns">,
): Promise<void> {
  await trx.updateTable("campaigns").set(changes).where("tenant", "=", tenant).where("id", "=", id).execute();
}
