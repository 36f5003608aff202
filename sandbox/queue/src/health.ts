import { messageOf } from "./errors.ts";
import type { WorkerEvent } from "./events.ts";

const FIRST_PAUSE_MS = 200;
const PAUSE_MAX_MS = 5_000;

/** Whether something that a worker needs answers: said once when it goes and once when it is back. */
export interface Health {
  failed(cause: unknown): void;
  fine(): void;
  /** How long to wait before the next try: more with each failure, 0 while all is well. */
  readonly pauseMs: number;
}

/**
 * Follows a service. It is back when it answers and nothing has failed for `quietMs`: of a server that was restarted, connections that
 * broke with it are found one by one.
 */
export function healthOf(
  service: "queue" | "records",
  onEvent: (event: WorkerEvent) => void,
  quietMs = 0,
): Health {
  let isAway = false;
  let failures = 0;
  let failedAt = 0;
  return {
    failed(cause) {
      failures += 1;
      failedAt = performance.now();
      if (!isAway) onEvent({ kind: "away", service, message: messageOf(cause) });
      isAway = true;
    },
    fine() {
      failures = 0;
      if (!isAway || performance.now() - failedAt < quietMs) return;
      isAway = false;
      onEvent({ kind: "back", service });
    },
    get pauseMs() {
      return failures === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), PAUSE_MAX_MS);
    },
  };
}
