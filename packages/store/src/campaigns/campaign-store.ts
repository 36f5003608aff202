import {
  AdapterError,
  type Campaign,
  type CampaignDraft,
  type CampaignRun,
  type RunRecords,
} from "@apex/core";
import type { Kysely, Transaction } from "kysely";
import { askDatabase } from "../records/ask-database.ts";
import type { Tables } from "../records/tables.ts";
import { transactWith } from "../records/transact.ts";
import { asTenant } from "../tenants/as-tenant.ts";
import type { CampaignKey } from "./adopt-runs.ts";
import { claimRun } from "./claim-run.ts";
import { createCampaign } from "./create-campaign.ts";
import { endRun } from "./end-run.ts";
import { heartbeatRun, keepOrphanReading } from "./heartbeat-run.ts";
import { pruneFiles, type PrunedHistory, pruneRuns, tenantsToPrune } from "./prune-history.ts";
import { readCampaigns, readResult, readRuns } from "./read-campaigns.ts";
import { cancelCampaign, pauseCampaign, resumeCampaign, startCampaign } from "./start-campaign.ts";
import { runsToCome, sweepTenant, tenantsToSweep, tenantsWaiting, waitingRuns } from "./sweep-campaigns.ts";

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
  /** In their order. `withResults: false` leaves the results `null`: they are long, and who only watches needs none. */
  runs(
    tenant: string,
    id: string,
    options?: { readonly withResults: boolean },
  ): Promise<readonly CampaignRun[]>;
  /** What a run was measured to be for a campaign, as {@link runs} has it; `null` where there is nothing. */
  result(tenant: string, id: string, runId: string): Promise<string | null>;
  /** Removes what is older than the tenants' tiers keep, up to 1,000 runs and 100 files of each tenant; never money. To be repeated, once a day or so. */
  pruneHistory(): Promise<PrunedHistory>;
}

/** What may differ between stores of one database. */
export interface CampaignStoreOptions {
  /** How long a claim holds without a heartbeat. */
  readonly leaseMs?: number;
}

/** Several missed heartbeats, and short enough that a lost worker's runs go on within a minute. */
const LEASE_MS = 30_000;

type Change = (trx: Transaction<Tables>, key: CampaignKey) => Promise<void>;

/** The campaigns of a database that `open` connects to with the first call. */
export function campaignStore(
  open: () => Promise<Kysely<Tables>>,
  { leaseMs = LEASE_MS }: CampaignStoreOptions = {},
): CampaignStore {
  const query = askDatabase(open, "the database of the campaigns");
  const transact = transactWith(query);
  const read = <T>(tenant: string, work: (trx: Transaction<Tables>) => Promise<T>) =>
    query((db) => asTenant(db, tenant, work));
  const changed = (change: Change) => (tenant: string, id: string) =>
    transact(async (trx) => {
      await change(trx, { tenant, id });
      return only(trx, tenant, id);
    });
  return {
    create: (draft) => transact(async (trx) => only(trx, draft.tenant, await createCampaign(trx, draft))),
    start: changed(startCampaign),
    pause: changed(pauseCampaign),
    resume: changed(resumeCampaign),
    cancel: changed(cancelCampaign),
    campaign: (tenant, id) => read(tenant, async (trx) => (await readCampaigns(trx, tenant, { id }))[0]),
    campaigns: (tenant, limit) => read(tenant, (trx) => readCampaigns(trx, tenant, { limit })),
    runs: (tenant, id, { withResults } = { withResults: true }) =>
      read(tenant, (trx) => readRuns(trx, tenant, { id, withResults })),
    result: (tenant, id, runId) => read(tenant, (trx) => readResult(trx, { tenant, id, runId })),
    claim: (run, worker) => transact((trx) => claimRun(trx, { run, worker, leaseMs })),
    heartbeat: (claim, beat) => transact((trx) => heartbeatRun(trx, claim, beat)),
    end: (claim, ending, reading) => transact((trx) => endRun(trx, claim, { ending, reading })),
    keepReading: (id, reading) => transact((trx) => keepOrphanReading(trx, id, reading)),
    waitingRuns: (of) => query((db) => waitingRuns(db, of)),
    runsToCome: () => query(runsToCome),
    tenantsWaiting: () => query(tenantsWaiting),
    sweepCampaigns: async () => {
      const ended: { tenant: string; campaignId: string }[] = [];
      // A transaction for each: one tenant's lock is not held while another is waited for.
      for (const tenant of await query(tenantsToSweep)) {
        const ids = await transact((trx) => sweepTenant(trx, tenant));
        ended.push(...ids.map((campaignId) => ({ tenant, campaignId })));
      }
      return ended;
    },
    pruneHistory: async () => {
      let pruned: PrunedHistory = { runs: 0, campaigns: 0, inputFiles: 0 };
      for (const tenant of await query(tenantsToPrune)) {
        const { runs, campaigns } = await transact((trx) => pruneRuns(trx, tenant));
        const inputFiles = await transact((trx) => pruneFiles(trx, tenant));
        pruned = {
          runs: pruned.runs + runs,
          campaigns: pruned.campaigns + campaigns,
          inputFiles: pruned.inputFiles + inputFiles,
        };
      }
      return pruned;
    },
  };
}

async function only(trx: Transaction<Tables>, tenant: string, id: string): Promise<Campaign> {
  const [campaign] = await readCampaigns(trx, tenant, { id });
  if (campaign !== undefined) return campaign;
  throw new AdapterError("not-found", `${tenant} has no campaign ${id}`);
}
