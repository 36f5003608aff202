import type { Cancellation } from "@apex/core";
import { sleep, throwIfStopped } from "../live/cancellation.ts";
import { failureOf, isPassing } from "./failure.ts";

/** How often and how long a passing failure is waited for. */
export interface RetryPolicy {
  readonly attemptsMax: number;
  readonly firstDelayMs: number;
  /** Longest single wait, whatever the answer asks for. */
  readonly delayMaxMs: number;
  /** Sleeps, or ends early when the signal is aborted. */
  readonly wait: (ms: number, signal: Cancellation) => Promise<void>;
}

/** Truncated exponential backoff up to 64 s. Source: Google Cloud, "Retry strategy"; quotas renew every minute. */
export const DEFAULT_RETRIES: RetryPolicy = {
  attemptsMax: 8,
  firstDelayMs: 500,
  delayMaxMs: 64_000,
  wait: sleep,
};

/** Does it again while the failure is one that passes, after what the answer asked to wait or a jittered backoff. */
export async function withRetries<Value>(
  attempt: () => Promise<Value>,
  policy: RetryPolicy,
  signal: Cancellation,
): Promise<Value> {
  for (let count = 1; ; count += 1) {
    throwIfStopped(signal);
    try {
      return await attempt();
    } catch (error) {
      throwIfStopped(signal);
      const failure = failureOf(error);
      if (count >= policy.attemptsMax || !isPassing(failure)) throw error;
      const backoff = policy.firstDelayMs * 2 ** (count - 1) * (0.5 + Math.random() / 2);
      await policy.wait(Math.min(failure.retryAfterMs ?? backoff, policy.delayMaxMs), signal);
    }
  }
}
