import type { QueuedRun, RunRecords } from "@apex/core";
import type { IdleWaiting, OnEvent } from "./events.ts";

/** What waits is looked at run by run this often at most: it may be many. */
const LOOK_MS = 2_000;

/** Why this host does not do a run that somebody could do now. */
export type Obstacle = Exclude<keyof IdleWaiting, "backoff" | "held">;

/** Says when a worker has nothing to do. */
export interface Idleness {
  /** Nothing runs here, and no queue had anything. */
  look(isAnyoneWaiting: boolean): Promise<void>;
  /** It has something to do again. */
  busy(): void;
}

export interface IdlenessOptions {
  readonly records: Pick<RunRecords, "waitingRuns" | "runsToCome">;
  /** `undefined`: nothing keeps it from this host, its ticket is on its way. */
  readonly obstacleTo: (run: QueuedRun) => Obstacle | undefined;
  readonly onEvent: OnEvent;
}

export function idleness({ records, obstacleTo, onEvent }: IdlenessOptions): Idleness {
  let told: string | undefined;
  let looksAgainAt = 0;
  return {
    async look(isAnyoneWaiting) {
      if (isAnyoneWaiting && performance.now() < looksAgainAt) return;
      looksAgainAt = performance.now() + LOOK_MS;
      const waiting = await whatWaits(records, obstacleTo).catch(() => undefined);
      const text = JSON.stringify(waiting);
      if (waiting === undefined || text === told) return;
      told = text;
      onEvent({ kind: "idle", waiting });
    },
    busy() {
      told = undefined;
      looksAgainAt = 0;
    },
  };
}

/** `undefined` where something waits that this host could do. */
async function whatWaits(
  records: IdlenessOptions["records"],
  obstacleTo: IdlenessOptions["obstacleTo"],
): Promise<IdleWaiting | undefined> {
  // Before the others: a run whose backoff or lease ends in between is then seen twice, and not never.
  const toCome = await records.runsToCome();
  const count: Record<Obstacle, number> = { limited: 0, tooLarge: 0, refused: 0 };
  for (const run of await records.waitingRuns()) {
    const obstacle = obstacleTo(run);
    if (obstacle === undefined) return undefined;
    count[obstacle] += 1;
  }
  return { ...toCome, ...count };
}
