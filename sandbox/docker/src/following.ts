import type { StopSignal } from "@apex/core";

/**
 * Runs `work` with an AbortSignal, as the platform's own functions want it, that follows `signal`; lets go of `signal` when the
 * work has ended. Without a signal the work is never stopped.
 */
export async function following<Value>(
  signal: StopSignal | undefined,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
