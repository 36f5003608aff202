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

/**
 * A run's ticket: the same run is the same ticket. One that somebody holds who is gone may get a second, `ordinal` 2, and so on: the
 * records see to it that only one counts. BullMQ keeps ":" for itself, and plain numbers too.
 */
export function ticketId(runId: string, ordinal = 1): string {
  const id = `run-${encodeURIComponent(runId)}`;
  return ordinal === 1 ? id : `${id}+${ordinal}`;
}

/** The first ticket of the same run, and which one this is. */
export function firstTicket(id: string): { readonly first: string; readonly ordinal: number } {
  const [first = id, ordinal = "1"] = id.split("+");
  return { first, ordinal: Number(ordinal) };
}

/** Tickets of one campaign with the campaign's own above them. */
export function campaignFlow(runs: readonly QueuedRun[], campaign: CampaignTicket, ordinal = 1): FlowJob {
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
      opts: ticketOptions(run, ordinal),
    })),
  };
}

/** A ticket that is done leaves nothing behind: an id that BullMQ remembers could not be queued again. */
function ticketOptions(run: QueuedRun, ordinal: number): Omit<JobsOptions, "parent"> & FlowJob["opts"] {
  return {
    jobId: ticketId(run.runId, ordinal),
    priority: run.priority,
    removeOnComplete: true,
    removeOnFail: { count: DEAD_LETTERS_MAX },
    // A campaign goes on without those that failed.
    removeDependencyOnFailure: true,
  };
}
