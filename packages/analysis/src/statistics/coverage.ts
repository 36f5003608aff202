import type { TimeWindow } from "@apex/core";

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
  for (const timestampMs of timestampsMs) {
    if (timestampMs < window.startMs || timestampMs >= window.endMs) continue;
    const slot = Math.floor((timestampMs - window.startMs) / periodMs);
    if (slot !== previousSlot && slot < expected) present += 1;
    previousSlot = slot;
    longestGapMs = Math.max(longestGapMs, timestampMs - coveredUntilMs);
    coveredUntilMs = timestampMs + periodMs;
  }
  longestGapMs = Math.max(longestGapMs, window.endMs - coveredUntilMs);
  return { present, expected, share: present / expected, longestGapMs };
}
