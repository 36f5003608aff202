import type { Cancellation } from "@apex/core";

/** How often a stop is looked for that cannot tell of itself. */
const POLL_MS = 200;

/** What an SDK can be stopped by, from whatever a caller stops us by; `release` when the work has ended. */
export function abortSignalOf(cancellation: Cancellation): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  if (cancellation instanceof AbortSignal) return { signal: cancellation, release: () => undefined };
  const controller = new AbortController();
  const timer = setInterval(() => {
    if (cancellation.aborted) controller.abort();
  }, POLL_MS);
  timer.unref();
  return { signal: controller.signal, release: () => clearInterval(timer) };
}
