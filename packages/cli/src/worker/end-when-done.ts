import { setTimeout as pause } from "node:timers/promises";
import type { QueuedRun, RunRecords } from "@apex/core";
import type { Capacity, WorkerEvent } from "@apex/sandbox-queue";

const LOOK_MS = 5_000;

/** Ends a worker that is to do what there is, and no more. */
export interface EndWhenDone {
  readonly onEvent: (event: WorkerEvent) => void;
  /** Aborted when nothing is left that this worker could do. */
  readonly signal: AbortSignal;
  /** Runs that were left because they want more than this worker has. */
  readonly tooLarge: () => number;
  readonly close: () => void;
}

function isTooLarge({ reservation }: QueuedRun, capacity: Capacity): boolean {
  return (
    reservation.cores > capacity.cores ||
    reservation.memoryBytes > capacity.memoryBytes ||
    reservation.gpus > capacity.gpus
  );
}

/**
 * A worker is idle when nothing waits. What waits for a larger machine would keep it for ever: nothing else runs here then, and that
 * is the end too.
 */
export function endWhenDone(
  records: Pick<RunRecords, "waitingRuns">,
  capacity: Capacity,
  lookMs = LOOK_MS,
): EndWhenDone {
  const ended = new AbortController();
  const running = new Set<string>();
  let left = 0;
  const look = async () => {
    // A database that is away is the worker's to wait for.
    const waiting = await records.waitingRuns().catch(() => []);
    const tooLarge = waiting.filter((run) => isTooLarge(run, capacity)).length;
    if (waiting.length === 0 || tooLarge < waiting.length || running.size > 0) return;
    left = tooLarge;
    ended.abort();
  };
  const looking = async () => {
    while (!ended.signal.aborted) {
      await pause(lookMs, undefined, { signal: ended.signal, ref: false });
      if (running.size === 0) await look();
    }
  };
  // Its pause is ended by the abort.
  looking().catch(() => undefined);
  return {
    onEvent: (event) => {
      if (event.kind === "claimed") running.add(`${event.tenant}/${event.runId}`);
      if (event.kind === "ended" || event.kind === "again" || event.kind === "lost") {
        running.delete(`${event.tenant}/${event.runId}`);
      }
      if (event.kind === "idle") ended.abort();
    },
    signal: ended.signal,
    tooLarge: () => left,
    close: () => ended.abort(),
  };
}
