import type { QueuedRun, RunRecords } from "@apex/core";
import { messageOf } from "./errors.ts";
import type { OnEvent } from "./events.ts";
import type { Health } from "./health.ts";
import type { SweptQueues } from "./queues.ts";

export interface SweepOptions {
  readonly records: RunRecords;
  readonly queues: SweptQueues;
  readonly reap: (signal: AbortSignal) => Promise<void>;
  readonly recordsHealth: Health;
  readonly queueHealth: Health;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
}

/** Puts right what nobody is there for: every worker does it now and then. One part that fails keeps no other from its work. */
export async function sweep(options: SweepOptions): Promise<void> {
  await endCampaigns(options);
  await requeue(options);
  try {
    await options.reap(options.signal);
  } catch (cause) {
    if (!options.signal.aborted)
      options.onEvent({ kind: "trouble", what: "the reaper", message: messageOf(cause) });
  }
}

/** Ends campaigns that have nothing left to do. */
export async function endCampaigns({
  records,
  recordsHealth,
  onEvent,
}: Pick<SweepOptions, "records" | "recordsHealth" | "onEvent">): Promise<void> {
  try {
    for (const { tenant, campaignId } of await records.sweepCampaigns())
      onEvent({ kind: "campaign-ended", tenant, campaignId });
    recordsHealth.fine();
  } catch (cause) {
    recordsHealth.failed(cause);
  }
}

/** Puts back what the queue has lost, or was never told: it may have been emptied, and whoever started a campaign may have died. */
async function requeue({
  records,
  queues,
  recordsHealth,
  queueHealth,
  onEvent,
}: SweepOptions): Promise<void> {
  const waitingNow = async (): Promise<readonly QueuedRun[]> => {
    try {
      const waiting = await records.waitingRuns();
      recordsHealth.fine();
      return waiting;
    } catch (cause) {
      recordsHealth.failed(cause);
      return [];
    }
  };
  try {
    const missing: QueuedRun[] = [];
    for (const [tenant, runs] of Map.groupBy(await waitingNow(), (run) => run.tenant))
      missing.push(...(await queues.missing(tenant, runs)));
    if (missing.length === 0) return queueHealth.fine();
    // What was taken and ended while the queue was asked is not missing.
    const stillWaiting = new Set((await waitingNow()).map(keyOf));
    const lost = missing.filter((run) => stillWaiting.has(keyOf(run)));
    await queues.enqueue(lost);
    queueHealth.fine();
    for (const [tenant, runs] of Map.groupBy(lost, (run) => run.tenant))
      onEvent({ kind: "requeued", tenant, count: runs.length });
  } catch (cause) {
    queueHealth.failed(cause);
  }
}

function keyOf({ tenant, runId }: QueuedRun): string {
  return `${tenant}/${runId}`;
}
