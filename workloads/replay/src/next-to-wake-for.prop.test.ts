import fc from "fast-check";
import { expect, test } from "vitest";
import { nextToWakeFor } from "./next-to-wake-for.ts";
import { SPIN_MS, WAKE_LEAD_MS } from "./pacer-cells.ts";

const gapMs = fc.oneof(
  fc.constant(0),
  fc.constant(SPIN_MS),
  fc.double({ min: 0, max: 4 * SPIN_MS, noNaN: true }),
);
const schedule = fc.array(gapMs, { minLength: 1, maxLength: 100 }).map((gaps) => {
  let at = 0;
  return Float64Array.from(gaps, (gap) => (at += gap));
});
/** How late the pacer itself wakes. */
const delays = fc.array(fc.double({ min: 0, max: 10 * SPIN_MS, noNaN: true }), {
  minLength: 100,
  maxLength: 100,
});

test("no send time passes that nobody is awake for", () => {
  fc.assert(
    fc.property(schedule, delays, (offsetsMs, delaysMs) => {
      const woken = new Set<number>();
      for (let next = 0, round = 0; next < offsetsMs.length; round++) {
        const wakesAtMs = (offsetsMs[next] ?? 0) - WAKE_LEAD_MS + (delaysMs[round] ?? 0);
        const after = nextToWakeFor(offsetsMs, next, wakesAtMs + WAKE_LEAD_MS);
        expect(after).toBeGreaterThan(next);
        // The sender wakes now, sends what is due, and looks on while the next is near.
        for (let index = next; index < after; index++) {
          const beforeMs = index === next ? Number.POSITIVE_INFINITY : (offsetsMs[index - 1] ?? 0);
          const isDue = (offsetsMs[index] ?? 0) <= wakesAtMs + WAKE_LEAD_MS;
          if (isDue || (offsetsMs[index] ?? 0) - beforeMs <= SPIN_MS) woken.add(index);
        }
        next = after;
      }
      expect(woken.size).toBe(offsetsMs.length);
    }),
  );
});

test("the sender looks on for longer than the pacer is early, so that an early wake-up is not slept through", () => {
  expect(SPIN_MS).toBeGreaterThan(WAKE_LEAD_MS);
});
