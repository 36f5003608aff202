import { expect, test, vi } from "vitest";
import type { WorkerEvent } from "./events.ts";
import { healthOf } from "./health.ts";
import { fakeClock } from "./testing/fake-clock.ts";

fakeClock();

function aHealth(quietMs?: number) {
  const kinds: WorkerEvent["kind"][] = [];
  return { health: healthOf("queue", ({ kind }) => kinds.push(kind), quietMs), kinds };
}

test("is said once each way, and tries come further and further apart meanwhile", () => {
  const { health, kinds } = aHealth();
  const pauses = [1, 2, 3, 4, 5, 6, 7].map(() => {
    health.failed(new Error("gone"));
    return health.pauseMs;
  });
  expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  health.fine();
  health.fine();
  expect([kinds, health.pauseMs]).toEqual([["away", "back"], 0]);
});

test("a connection that broke with the others and is found later is no second absence", () => {
  const { health, kinds } = aHealth(2_000);
  health.failed(new Error("gone"));
  vi.advanceTimersByTime(1_000);
  health.fine();
  health.failed(new Error("this one too"));
  vi.advanceTimersByTime(1_999);
  health.fine();
  expect([kinds, health.pauseMs]).toEqual([["away"], 0]);
  vi.advanceTimersByTime(1);
  health.fine();
  expect(kinds).toEqual(["away", "back"]);
});
