import { AdapterError, unreachable } from "@apex/core";
import { openQueues, type Queues } from "@apex/sandbox-queue";
import type { OpenRecordStores } from "@apex/store";
import { requireTenant, withStore } from "../billing/with-store.ts";
import { findCampaign, tenantFlag } from "../campaign/find-campaign.ts";
import { goneRuns } from "../campaign/gone-runs.ts";
import { queueServer } from "../campaign/queue-server.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";

/** What a person does to a campaign. */
type CampaignStep = "start" | "pause" | "resume" | "cancel";

/** Which one. */
export interface StepOptions {
  readonly tenant: string;
  readonly id: string;
}

/**
 * Tells the queue. The records have the truth by now, and every worker puts into the queues what they know: a queue that is away
 * costs some seconds, not the campaign.
 */
async function tellQueue(
  io: Io,
  store: OpenRecordStores,
  tell: (queues: Queues) => Promise<void>,
): Promise<void> {
  try {
    const queues = await openQueues(await queueServer(io, store));
    try {
      await tell(queues);
    } finally {
      await queues.close();
    }
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    io.err(`apex: warning: ${printable(error.message)}; workers find out by themselves\n`);
  }
}

function waitingOf(store: OpenRecordStores, { tenant, id }: StepOptions) {
  return store.campaigns.waitingRuns({ tenant, campaignId: id });
}

/** Starts a campaign and hands its runs to the workers. */
export async function startCampaign(io: Io, store: OpenRecordStores, which: StepOptions): Promise<void> {
  await store.campaigns.start(which.tenant, which.id);
  await tellQueue(io, store, async (queues) => queues.enqueue(await waitingOf(store, which)));
}

async function take(
  io: Io,
  store: OpenRecordStores,
  step: CampaignStep,
  which: StepOptions,
): Promise<string> {
  const { tenant, id } = which;
  const name = `${id}${tenantFlag(tenant)}`;
  switch (step) {
    case "start":
      await startCampaign(io, store, which);
      return `started. \`apex worker\` does its runs, on this machine or any other; \`apex campaign status ${name} --watch\` shows how far it is.`;
    case "pause":
      await store.campaigns.pause(tenant, id);
      return `paused: what is under way goes on. \`apex campaign resume ${name}\` goes on with the rest.`;
    case "resume":
      await store.campaigns.resume(tenant, id);
      await tellQueue(io, store, async (queues) => {
        await queues.enqueue(await waitingOf(store, which));
        await queues.nudge(tenant);
      });
      return "goes on.";
    case "cancel": {
      await store.campaigns.cancel(tenant, id);
      await tellQueue(io, store, async (queues) => queues.forget(tenant, await goneRuns(store, which)));
      return `cancelled. \`apex campaign report ${name}\` tells what was found and charged.`;
    }
    default:
      return unreachable(step);
  }
}

/** `apex campaign start|pause|resume|cancel`. */
export async function runCampaignStep(io: Io, step: CampaignStep, options: StepOptions): Promise<ExitCode> {
  await withStore(io, async (store) => {
    await requireTenant(store, options.tenant);
    const { name } = await findCampaign(store, options.tenant, options.id);
    io.out(`${printable(name)} (${options.id}) ${await take(io, store, step, options)}\n`);
  });
  return EXIT_CODES.done;
}
