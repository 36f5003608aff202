import type { TimeWindow } from "@apex/core";
import { HOUR_MS, HOURS_PER_WEEK } from "./hourly.ts";

/** Samples of one kind with the most that is still quiet. */
export interface QuietLimit {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly periodMs: number;
  readonly limit: number;
}

/** Which hours of the week are quiet, and how far that can be counted on. */
export interface QuietHours {
  /** By hour of the week, on the clocks of the timestamps, from Thursday 00:00, the epoch's: quiet in every week seen, of which there were enough. */
  readonly isQuiet: readonly boolean[];
  /** Of the hours that were quiet in one week, the share that was quiet in the next as well, 0–1; 0 when none was. */
  readonly repeats: number;
  /** The same for the last three days alone; 1 when none of their hours was quiet a week before. */
  readonly repeatsLately: number;
}

/** Share of the samples of an hour that must be there before it counts as seen. */
const SEEN_SHARE = 0.9;

/** Long enough for a working day and a night, short enough to show that a new pattern has begun. */
const LATELY_HOURS = 72;

type HourState = "busy" | "quiet" | "unseen";

/**
 * Judges every clock hour of `window` by the largest sample of each kind: busy when one is above its limit, quiet when all
 * kinds were seen below, else unseen, which is neither. An hour of the week is quiet when it was never busy and quiet in at
 * least `weeksMin` weeks. Hours in `skipped`, which clocks leave out, are as the one before them.
 */
export function quietHours(
  limits: readonly QuietLimit[],
  window: TimeWindow,
  weeksMin: number,
  skipped: ReadonlySet<number> = NONE,
): QuietHours {
  const first = Math.floor(window.startMs / HOUR_MS);
  const count = Math.max(0, Math.ceil(window.endMs / HOUR_MS) - first);
  const states = withSkipped(hourStates(limits, first, count), first, skipped);
  const busy = new Uint32Array(HOURS_PER_WEEK);
  const quiet = new Uint32Array(HOURS_PER_WEEK);
  for (const [index, state] of states.entries()) {
    const hourOfWeek = (first + index) % HOURS_PER_WEEK;
    if (state === "busy") busy[hourOfWeek] = (busy[hourOfWeek] ?? 0) + 1;
    if (state === "quiet") quiet[hourOfWeek] = (quiet[hourOfWeek] ?? 0) + 1;
  }
  const isQuiet = Array.from({ length: HOURS_PER_WEEK }, (_, hour) => {
    return busy[hour] === 0 && (quiet[hour] ?? 0) >= weeksMin;
  });
  return {
    isQuiet,
    repeats: repeatedShare(states, 0) ?? 0,
    repeatsLately: repeatedShare(states, count - LATELY_HOURS) ?? 1,
  };
}

const NONE: ReadonlySet<number> = new Set();

function withSkipped(
  states: readonly HourState[],
  first: number,
  skipped: ReadonlySet<number>,
): readonly HourState[] {
  if (skipped.size === 0) return states;
  const filled = [...states];
  for (const [index, state] of states.entries()) {
    if (state === "unseen" && skipped.has(first + index)) filled[index] = filled[index - 1] ?? state;
  }
  return filled;
}

/** Of the hours from an index on that were quiet a week before and are seen, the share that is quiet again. */
function repeatedShare(states: readonly HourState[], from: number): number | undefined {
  let pairs = 0;
  let repeated = 0;
  for (let index = Math.max(from, HOURS_PER_WEEK); index < states.length; index += 1) {
    if (states[index - HOURS_PER_WEEK] !== "quiet" || states[index] === "unseen") continue;
    pairs += 1;
    if (states[index] === "quiet") repeated += 1;
  }
  return pairs === 0 ? undefined : repeated / pairs;
}

function hourStates(limits: readonly QuietLimit[], first: number, count: number): readonly HourState[] {
  const isBusy = new Uint8Array(count);
  const seenBy = new Uint8Array(count);
  for (const { timestampsMs, values, periodMs, limit } of limits) {
    const samples = new Uint32Array(count);
    // By index: iterators over typed arrays cost ten times as much, and this is done for every machine.
    for (let index = 0; index < timestampsMs.length; index += 1) {
      const hour = Math.floor((timestampsMs[index] ?? Number.NaN) / HOUR_MS) - first;
      if (!(hour >= 0 && hour < count)) continue;
      samples[hour] = (samples[hour] ?? 0) + 1;
      if ((values[index] ?? Number.POSITIVE_INFINITY) > limit) isBusy[hour] = 1;
    }
    const needed = Math.max(1, Math.floor((HOUR_MS / periodMs) * SEEN_SHARE));
    // A sample of more than an hour says nothing about the single hours in it.
    if (periodMs > HOUR_MS) continue;
    for (let hour = 0; hour < count; hour += 1) {
      if ((samples[hour] ?? 0) >= needed) seenBy[hour] = (seenBy[hour] ?? 0) + 1;
    }
  }
  return Array.from({ length: count }, (_, hour) => {
    if (isBusy[hour] === 1) return "busy";
    return limits.length > 0 && seenBy[hour] === limits.length ? "quiet" : "unseen";
  });
}
