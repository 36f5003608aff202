import type { TimeWindow } from "@apex/core";
import { HOUR_MS, hourOfWeek, HOURS_PER_WEEK } from "./hourly.ts";

/** How much of a window a series really saw. */
export interface Coverage {
  /** Periods of the window that hold a sample. */
  readonly present: number;
  /** Whole periods in the window. */
  readonly expected: number;
  /** present / expected, 0–1; 0 for an empty window. */
  readonly share: number;
  /** The longest stretch without a sample, its ends included, in milliseconds. */
  readonly longestGapMs: number;
}

/** Share of a period by which a timestamp may come early and still stand for its period. */
const EARLY_SHARE = 0.25;

/**
 * Counts the periods of `window` that hold a sample. `timestampsMs` ascends and marks starts of periods; samples
 * outside of the window are not counted, and several in one period count once, so that a source that repeats
 * itself does not look complete.
 */
export function coverageOf(timestampsMs: Float64Array, periodMs: number, window: TimeWindow): Coverage {
  const lengthMs = Math.max(0, window.endMs - window.startMs);
  const expected = periodMs > 0 ? Math.floor(lengthMs / periodMs) : 0;
  if (expected === 0) return { present: 0, expected: 0, share: 0, longestGapMs: lengthMs };
  let present = 0;
  let longestGapMs = 0;
  let previousSlot = -1;
  let coveredUntilMs = window.startMs;
  for (let index = 0; index < timestampsMs.length; index += 1) {
    const timestampMs = timestampsMs[index] ?? Number.NaN;
    if (timestampMs < window.startMs || timestampMs >= window.endMs) continue;
    const slot = Math.min(expected - 1, Math.floor((timestampMs - window.startMs) / periodMs + EARLY_SHARE));
    if (slot !== previousSlot) present += 1;
    previousSlot = slot;
    longestGapMs = Math.max(longestGapMs, timestampMs - coveredUntilMs);
    coveredUntilMs = timestampMs + periodMs;
  }
  longestGapMs = Math.max(longestGapMs, window.endMs - coveredUntilMs);
  return { present, expected, share: present / expected, longestGapMs };
}

/**
 * The first hour of the week (0–167, from Thursday 00:00 UTC, the epoch's) without a sample in any week of `window`, of
 * which there must be two: what is missing on schedule may be the peak itself. Only whole clock hours count.
 */
export function hourMissingEveryWeek(timestampsMs: Float64Array, window: TimeWindow): number | undefined {
  const first = Math.ceil(window.startMs / HOUR_MS);
  const end = Math.floor(window.endMs / HOUR_MS);
  const isSeen = new Uint8Array(HOURS_PER_WEEK);
  let hourEndMs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < timestampsMs.length; index += 1) {
    const timestampMs = timestampsMs[index] ?? 0;
    if (timestampMs < hourEndMs) continue;
    const hour = Math.floor(timestampMs / HOUR_MS);
    hourEndMs = (hour + 1) * HOUR_MS;
    if (hour >= first && hour < end) isSeen[hourOfWeek(hour)] = 1;
  }
  // Hours that come twice at least, each judged by all its weeks.
  for (let hour = first; hour < Math.min(first + HOURS_PER_WEEK, end - HOURS_PER_WEEK); hour += 1) {
    if (isSeen[hourOfWeek(hour)] === 0) return hourOfWeek(hour);
  }
  return undefined;
}
