import {
  AdapterError,
  type CounterReading,
  type Heartbeat,
  type HeartbeatOutcome,
  type RunClaim,
  type RunRecords,
} from "@apex/core";
import { isAway } from "./errors.ts";
import type { LostBecause } from "./events.ts";
import type { Health } from "./health.ts";

/** A claim is prolonged this often before it would be over. */
const BEATS_PER_LEASE = 3;
/** After a beat that did not get through, the next comes so much sooner. */
const HURRY = 4;
/** A meter that says nothing for so long is left out of the beat. */
const METER_MAX_MS = 5_000;

/** What the attempt knows when a heartbeat is due. */
export interface BeatSource {
  read: (() => Promise<CounterReading>) | undefined;
  line: string | undefined;
}

/** Why an attempt is to end. */
export type BeatEnd =
  | { readonly kind: "lost"; readonly why: LostBecause }
  | Extract<HeartbeatOutcome, { readonly kind: "stop" }>;

/**
 * Prolongs a claim until `close` is called. `onEnd` hears why the attempt is to end: by the records' word, with each beat
 * from then on, or `lost` because they could not be asked for as long as the claim held, which ends the beats.
 */
export function heartbeats(options: {
  readonly claim: RunClaim;
  readonly records: RunRecords;
  readonly source: BeatSource;
  readonly health: Health;
  readonly onEnd: (why: BeatEnd) => void;
}): { close(): Promise<void> } {
  const { claim, records, source, health, onEnd } = options;
  const everyMs = claim.leaseMs / BEATS_PER_LEASE;
  let heldUntil = performance.now() + claim.leaseMs;
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> = Promise.resolve();
  let isClosed = false;
  /** What the records refuse of a reading must not cost the claim: the next beat goes without. */
  let isBare = false;

  const beat = async (): Promise<void> => {
    const sentAt = performance.now();
    let nextMs = everyMs;
    try {
      // A process that was stopped for a while comes late, and may hold its claim all the same: the records know.
      const patienceMs = Math.max(heldUntil - sentAt, everyMs);
      const outcome = await inTime(records.heartbeat(claim, await beatOf(source, isBare)), patienceMs);
      health.fine();
      isBare = false;
      if (outcome.kind === "lost") return onEnd({ kind: "lost", why: "taken" });
      if (outcome.kind === "stop") onEnd(outcome);
      // A run that is to stop is held until it has: taking it down may take longer than a lease.
      heldUntil = sentAt + claim.leaseMs;
    } catch (cause) {
      health.failed(cause);
      isBare = !isAway(cause);
      if (performance.now() + everyMs / HURRY >= heldUntil) return onEnd({ kind: "lost", why: "unanswered" });
      nextMs = everyMs / HURRY;
    }
    plan(nextMs);
  };
  const plan = (ms: number): void => {
    if (isClosed) return;
    timer = setTimeout(() => {
      beating = beat();
    }, ms);
  };
  plan(everyMs);
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await beating;
    },
  };
}

async function beatOf(source: BeatSource, isBare: boolean): Promise<Heartbeat> {
  const { line, read } = source;
  const progress = line === undefined ? {} : { progress: line };
  if (read === undefined || isBare) return progress;
  try {
    return { ...progress, reading: await inTime(read(), METER_MAX_MS) };
  } catch {
    // The meter of something that is just being removed. The next beat tells, or the end.
    return progress;
  }
}

/** Fails when an answer takes longer than that. */
async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AdapterError("unavailable", "no answer in time")), Math.max(0, ms));
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
