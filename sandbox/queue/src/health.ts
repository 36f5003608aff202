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

export function healthOf(service: "queue" | "records", onEvent: (event: WorkerEvent) => void): Health {
  let failures = 0;
  return {
    failed(cause) {
      failures += 1;
      if (failures === 1) onEvent({ kind: "away", service, message: messageOf(cause) });
    },
    fine() {
      if (failures > 0) onEvent({ kind: "back", service });
      failures = 0;
    },
    get pauseMs() {
      return failures === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), PAUSE_MAX_MS);
    },
  };
}
