import { setTimeout as delay } from "node:timers/promises";

/** Time and chance, which tests replace. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** Throws the signal's reason when it is aborted meanwhile. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

export const realTiming: Timing = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
  random: () => Math.random(),
};
