import type { Campaign, CampaignDraft, CampaignRun, RunRecords } from "@apex/core";

/** Campaigns, kept; and what queues and workers ask of them. */
export interface CampaignStore extends RunRecords {
  /**
   * Keeps a campaign that does not run yet, with its quote: by the rate card of now, without the runs whose verdict is known already.
   * Throws an AdapterError (`invalid`) for one without members, or whose deadline is over, and (`denied`) beyond the tenant's tier.
   */
  create(draft: CampaignDraft): Promise<Campaign>;
  /** Each throws an AdapterError: `not-found`, or `invalid` where the campaign's state does not allow it. */
  start(tenant: string, id: string): Promise<Campaign>;
  pause(tenant: string, id: string): Promise<Campaign>;
  resume(tenant: string, id: string): Promise<Campaign>;
  cancel(tenant: string, id: string): Promise<Campaign>;
  campaign(tenant: string, id: string): Promise<Campaign | undefined>;
  /** The newest first. */
  campaigns(tenant: string, limit: number): Promise<readonly Campaign[]>;
  /** In their order. */
  runs(tenant: string, id: string): Promise<readonly CampaignRun[]>;
}
