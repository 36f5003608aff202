import type { QueuedRun, RunRecords } from "@apex/core";
import { messageOf } from "./errors.ts";
import type { OnEvent } from "./events.ts";
import type { Health } from "./health.ts";
import type { SweptQueues, TicketState } from "./queues.ts";
import { runKey } from "./run-key.ts";
import { ticketId } from "./tickets.ts";

export interface SweepOptions {
  readonly records: RunRecords;
  readonly queues: SweptQueues;
  readonly reap: (signal: AbortSignal) => Promise<void>;
  readonly recordsHealth: Health;
  readonly queueHealth: Health;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
  /** Of {@link overdueAfter}; the same for all sweeps. */
  readonly overdue: ReturnType<typeof overdueAfter>;
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
async function requeue(options: SweepOptions): Promise<void> {
  const { queues, overdue, queueHealth, onEvent } = options;
  try {
    const waiting = await waitingRuns(options);
    const states = new Map<string, ReadonlyMap<string, TicketState>>();
    for (const tenant of new Set(waiting.map((run) => run.tenant)))
      states.set(tenant, await queues.ticketStates(tenant));
    const stateOf = (run: QueuedRun): TicketState | undefined =>
      states.get(run.tenant)?.get(ticketId(run.runId));
    // What was taken and ended while the queue was asked is not missing.
    const stillWaiting = new Set((waiting.length === 0 ? [] : await waitingRuns(options)).map(runKey));
    const runs = waiting.filter((run) => stillWaiting.has(runKey(run)));
    const lost = runs.filter((run) => stateOf(run) === undefined);
    await queues.enqueue(lost);
    const late = overdue(runs.filter((run) => ["held", "delayed"].includes(stateOf(run)?.state ?? "")));
    for (const run of late) {
      const known = stateOf(run);
      if (known !== undefined) await queues.bringUp(run, known);
    }
    queueHealth.fine();
    for (const [tenant, own] of Map.groupBy([...lost, ...late], (run) => run.tenant))
      onEvent({ kind: "requeued", tenant, count: own.length });
  } catch (cause) {
    queueHealth.failed(cause);
  }
}

async function waitingRuns({ records, recordsHealth }: SweepOptions): Promise<readonly QueuedRun[]> {
  try {
    const waiting = await records.waitingRuns();
    recordsHealth.fine();
    return waiting;
  } catch (cause) {
    recordsHealth.failed(cause);
    return [];
  }
}

/**
 * Which of the runs that could be done now, and whose tickets do not come up, have been so for longer than `maxMs`, told sweep by sweep.
 * Locks and delays are of the clocks of those that set them, and a clock may have been wrong.
 */
export function overdueAfter(maxMs: number): (runs: readonly QueuedRun[]) => readonly QueuedRun[] {
  let since = new Map<string, number>();
  return (runs) => {
    const now = performance.now();
    const before = since;
    const late = runs.filter((run) => now - (before.get(runKey(run)) ?? now) > maxMs);
    const isLate = new Set(late);
    since = new Map(
      runs.filter((run) => !isLate.has(run)).map((run) => [runKey(run), before.get(runKey(run)) ?? now]),
    );
    return late;
  };
}
