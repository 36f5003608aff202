import { setTimeout as delay } from "node:timers/promises";
import { AdapterError, type Cancellation } from "@apex/core";
import { abortSignalOf } from "./abort-signal.ts";

/** Ends work that nobody waits for any more. */
export function throwIfStopped(signal: Cancellation): void {
  if (signal.aborted) throw new AdapterError("unavailable", "stopped before it was done");
}

/** Sleeps, or ends early when the signal is aborted. */
export async function sleep(ms: number, cancellation: Cancellation): Promise<void> {
  const { signal, release } = abortSignalOf(cancellation);
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    release();
  }
}
