import { SPIN_MS } from "./pacer-cells.ts";

/**
 * The first send time after `dueMs`, from index `from` on, that the sender sleeps before; the length when there is none. A
 * sender that has just sent one request does not sleep when the next is due within {@link SPIN_MS}.
 */
export function nextToWakeFor(offsetsMs: Float64Array, from: number, dueMs: number): number {
  let next = from;
  let before = Number.POSITIVE_INFINITY;
  for (; next < offsetsMs.length; next++) {
    const offsetMs = offsetsMs[next] ?? 0;
    if (offsetMs > dueMs && offsetMs - before > SPIN_MS) return next;
    before = offsetMs;
  }
  return next;
}
