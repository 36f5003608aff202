/** What sender and pacer share: one Int32Array of these cells. */
export const PACER_CELLS = {
  /** Counts the commands to the pacer; it sleeps on this cell, so that a command ends its sleep. */
  command: 0,
  /** Counts the wake-ups; the sender waits on this cell. */
  wake: 1,
  /** 1 while the sender is awake or about to be: waking it again would cost both threads time for nothing. */
  isAwake: 2,
} as const;

export const PACER_CELL_COUNT = 3;

/** A schedule to walk. `offsetsMs` lies in shared memory, times are those of the monotonic clock. */
export interface PacerCommand {
  readonly offsetsMs: Float64Array;
  readonly startMs: number;
}

/**
 * How much earlier than a deadline the pacer wakes. Linux may end a sleep up to 50 µs late (the default timer slack of a
 * thread, prctl(2) PR_SET_TIMERSLACK); the sender absorbs what is early by looking again.
 */
export const WAKE_LEAD_MS = 0.05;

/**
 * A deadline this close is awaited by looking again at once: to sleep and be woken takes about as long. Below some thousand
 * requests a second that is rare, and at 20,000 it still leaves a quarter of a core; four times as much is no more accurate.
 * The sender does so by itself, so that the pacer need not wake it for such deadlines.
 */
export const SPIN_MS = 0.06;
