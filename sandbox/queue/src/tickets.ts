import type { QueuedRun } from "@apex/core";
import type { FlowJob, JobsOptions } from "bullmq";

/** The queue of campaigns: a campaign's ticket comes up when all tickets of its runs are gone. */
export const CAMPAIGNS = "campaigns";

/** What a campaign's ticket says. */
export interface CampaignTicket {
  readonly tenant: string;
  readonly campaignId: string;
}

/** So many runs that failed for good are remembered per tenant; the records remember them all. */
export const DEAD_LETTERS_MAX = 1_000;

/** A tenant's queue. */
export function runsQueue(tenant: string): string {
  return `runs-${tenant}`;
}

/** A run's ticket: the same run is the same ticket. BullMQ keeps ":" for itself, and plain numbers too. */
export function ticketId(runId: string): string {
  return `run-${encodeURIComponent(runId)}`;
}

/** Tickets of one campaign with the campaign's own above them. */
export function campaignFlow(runs: readonly QueuedRun[], campaign: CampaignTicket): FlowJob {
  return {
    name: "campaign",
    queueName: CAMPAIGNS,
    data: campaign,
    opts: {
      jobId: `campaign-${campaign.tenant}-${encodeURIComponent(campaign.campaignId)}`,
      removeOnComplete: true,
      removeOnFail: true,
    },
    children: runs.map((run) => ({
      name: "run",
      queueName: runsQueue(run.tenant),
      data: run,
      opts: ticketOptions(run),
    })),
  };
}

/** A ticket that is done leaves nothing behind: an id that BullMQ remembers could not be queued again. */
function ticketOptions(run: QueuedRun): Omit<JobsOptions, "parent"> & FlowJob["opts"] {
  return {
    jobId: ticketId(run.runId),
    priority: run.priority,
    removeOnComplete: true,
    removeOnFail: { count: DEAD_LETTERS_MAX },
    // A campaign goes on without those that failed.
    removeDependencyOnFailure: true,
  };
}
