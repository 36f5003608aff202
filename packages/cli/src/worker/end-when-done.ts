import type { IdleWaiting, WorkerEvent } from "@apex/sandbox-queue";

/** Ends a worker that is to do what there is, and no more. */
export interface EndWhenDone {
  readonly onEvent: (event: WorkerEvent) => void;
  /** Aborted when nothing is left that this worker could do, now or later. */
  readonly signal: AbortSignal;
  /** Runs that were left, and why, as sentences; none when all is done. */
  readonly left: () => readonly string[];
}

/**
 * What has failed and waits for its next attempt is waited for, and what other workers have: when one was killed, this one takes its run
 * over. The rest is not this worker's to do.
 */
export function endWhenDone(): EndWhenDone {
  const ended = new AbortController();
  let left: readonly string[] = [];
  return {
    onEvent: (event) => {
      if (event.kind !== "idle" || event.waiting.backoff + event.waiting.held > 0 || ended.signal.aborted)
        return;
      left = sentencesOf(event.waiting);
      ended.abort();
    },
    signal: ended.signal,
    left: () => left,
  };
}

function sentencesOf({ tooLarge, limited, refused }: IdleWaiting): readonly string[] {
  const runs = (count: number, one: string, several: string) =>
    count === 0 ? [] : [count === 1 ? `1 run ${one}` : `${count} runs ${several}`];
  return [
    ...runs(
      tooLarge,
      "wants more than this worker has and waits for a larger machine; create the campaign with smaller --cores and --memory to do without",
      "want more than this worker has and wait for a larger machine; create the campaign with smaller --cores and --memory to do without",
    ),
    ...runs(
      limited,
      "waits for the next month, because its tenant's tier has no more this month; with a larger tier (apex tenant set-tier) it is done now",
      "wait for the next month, because their tenants' tiers have no more this month; with larger ones (apex tenant set-tier) they are done now",
    ),
    ...runs(
      refused,
      "waits for another worker, because this machine cannot do it, as told above",
      "wait for another worker, because this machine cannot do them, as told above",
    ),
  ];
}
