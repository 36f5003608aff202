import { receiveMessageOnPort, type MessagePort, workerData } from "node:worker_threads";
import { monotonicMs } from "./monotonic-clock.ts";
import { nextToWakeFor } from "./next-to-wake-for.ts";
import { PACER_CELLS, type PacerCommand, WAKE_LEAD_MS } from "./pacer-cells.ts";

/** The pacer's thread: sleeps until the next send time of a schedule and wakes the sender, whose own timers are too coarse. */
const { cells, port } = workerData as { readonly cells: Int32Array; readonly port: MessagePort };

function wakeSender(): void {
  if (Atomics.exchange(cells, PACER_CELLS.isAwake, 1) === 1) return;
  Atomics.add(cells, PACER_CELLS.wake, 1);
  Atomics.notify(cells, PACER_CELLS.wake);
}

/** Wakes the sender for each deadline, those that passed meanwhile together, until the last one or the next command. */
function walk({ offsetsMs, startMs }: PacerCommand, command: number): void {
  let next = 0;
  while (next < offsetsMs.length) {
    const wakeAtMs = startMs + (offsetsMs[next] ?? 0) - WAKE_LEAD_MS;
    const sleepMs = wakeAtMs - monotonicMs();
    if (sleepMs > 0 && Atomics.wait(cells, PACER_CELLS.command, command, sleepMs) !== "timed-out") return;
    const dueMs = monotonicMs() - startMs + WAKE_LEAD_MS;
    next = nextToWakeFor(offsetsMs, next, dueMs);
    wakeSender();
  }
}

for (;;) {
  const command = Atomics.load(cells, PACER_CELLS.command);
  const received = receiveMessageOnPort(port) as { readonly message: PacerCommand | null } | undefined;
  if (received === undefined) Atomics.wait(cells, PACER_CELLS.command, command);
  else if (received.message !== null) walk(received.message, command);
}
