import { expect, test, vi } from "vitest";
import type { WorkerEvent } from "./events.ts";
import { idleness, type Obstacle } from "./idleness.ts";
import { fakeClock } from "./testing/fake-clock.ts";
import { aQueuedRun, MemoryRecords } from "./testing/memory-records.ts";

const NOTHING = { backoff: 0, held: 0, limited: 0, tooLarge: 0, refused: 0 };
const WORKER = { id: "w1", host: "here" };

fakeClock();

function idle(runIds: readonly string[] = [], obstacles: Readonly<Record<string, Obstacle>> = {}) {
  const records = new MemoryRecords(runIds.map((runId) => aQueuedRun({ runId })));
  const events: WorkerEvent[] = [];
  const its = idleness({
    records,
    obstacleTo: ({ runId }) => obstacles[runId],
    onEvent: (event) => events.push(event),
  });
  return { records, events, its };
}

test("a worker is idle when nothing waits, which is said once until it had something to do", async () => {
  const { its, events } = idle();
  await its.look(false);
  await its.look(false);
  expect(events).toEqual([{ kind: "idle", waiting: NOTHING }]);
  its.busy();
  await its.look(false);
  expect(events).toHaveLength(2);
});

test("runs that wait for their next attempt are told, and once more when it is known that they are done", async () => {
  const { its, events, records } = idle(["r1"]);
  const outcome = await records.claim({ runId: "r1" }, WORKER);
  if (outcome.kind !== "claimed") throw new Error("not claimed");
  await records.end(outcome.claim, { kind: "failed", message: "no", mayConverge: true });
  await its.look(false);
  expect(events).toEqual([{ kind: "idle", waiting: { ...NOTHING, backoff: 1 } }]);
  // It may come up now, here or elsewhere.
  vi.advanceTimersByTime(5_000);
  await its.look(true);
  expect(events).toHaveLength(1);
  const again = await records.claim({ runId: "r1" }, WORKER);
  await its.look(false);
  expect(events[1]).toEqual({ kind: "idle", waiting: { ...NOTHING, held: 1 } });
  if (again.kind !== "claimed") throw new Error("not claimed");
  await records.end(again.claim, { kind: "verdict", verdict: "pass", isOurFault: false, result: "{}" });
  await its.look(false);
  expect(events[2]).toEqual({ kind: "idle", waiting: NOTHING });
});

test("a run whose worker died is no idleness as soon as its lease is over, though no queue has it yet", async () => {
  const { its, events, records } = idle(["r1"]);
  await records.claim({ runId: "r1" }, WORKER);
  records.expire("r1");
  await its.look(false);
  expect(events).toEqual([]);
});

test("what this host cannot do leaves it idle, what it could does not", async () => {
  const obstacles: Record<string, Obstacle> = { a: "limited", b: "tooLarge", c: "tooLarge" };
  const { its, events } = idle(["a", "b", "c", "d"], obstacles);
  await its.look(true);
  expect(events).toEqual([]);
  obstacles["d"] = "refused";
  vi.advanceTimersByTime(5_000);
  await its.look(true);
  expect(events).toEqual([
    { kind: "idle", waiting: { backoff: 0, held: 0, limited: 1, tooLarge: 2, refused: 1 } },
  ]);
});

test("records that are away say nothing", async () => {
  const { its, events, records } = idle();
  records.isAway = true;
  await its.look(false);
  expect(events).toEqual([]);
});
