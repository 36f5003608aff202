import type { Campaign, CampaignRun } from "@apex/core";
import type { OpenRecordStores } from "@apex/store";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { CampaignLook } from "./campaign-json.ts";

/** A campaign of a tenant; without an id the newest. Throws a CommandError when there is none. */
export async function findCampaign(
  store: OpenRecordStores,
  tenant: string,
  id: string | undefined,
): Promise<Campaign> {
  const [newest] = id === undefined ? await store.campaigns.campaigns(tenant, 1) : [];
  const found = id === undefined ? newest : await store.campaigns.campaign(tenant, id);
  if (found !== undefined) return found;
  throw new CommandError(
    EXIT_CODES.badInput,
    id === undefined
      ? `tenant ${tenant} has no campaign; make one with apex campaign create`
      : `tenant ${tenant} has no campaign ${id}; apex campaign list shows those there are`,
  );
}

/** What {@link findCampaign} finds, with its runs; their results stay where they are. */
export async function lookAt(
  store: OpenRecordStores,
  { tenant, id }: { readonly tenant: string; readonly id?: string },
): Promise<CampaignLook> {
  const campaign = await findCampaign(store, tenant, id);
  return { campaign, runs: await store.campaigns.runs(tenant, campaign.id, { withResults: false }) };
}

/** Whether nothing more of it will be done. */
export function hasEnded({ state }: Campaign): boolean {
  return state === "done" || state === "stopped";
}

/**
 * What a campaign is for a script: a change that does not hold counts most, then that something stayed open, failed or was not
 * done. One that has not ended has no outcome yet.
 */
export function outcomeExitCode(campaign: Campaign, runs: readonly CampaignRun[]): ExitCode {
  if (!hasEnded(campaign)) return EXIT_CODES.done;
  if (runs.some(({ verdict }) => verdict === "fail")) return EXIT_CODES.loadNotHeld;
  return runs.every(({ verdict }) => verdict === "pass") ? EXIT_CODES.done : EXIT_CODES.undecided;
}

/** What a command that is shown to a person needs to name the same campaign: nothing where there is but one tenant. */
export function tenantFlag(tenant: string): string {
  return tenant === "default" ? "" : ` --tenant ${tenant}`;
}
