/** How exactly a twin uses what it is asked for, and how long it takes: other work on the machine is in what these tests see. */
import { expect, onTestFinished, test } from "vitest";
import { PROTOCOL } from "./protocol.ts";
import { type StartedTwin, startTwin } from "./testing/start-twin.ts";

const ask = (twin: StartedTwin, us: number) =>
  fetch(`http://127.0.0.1:${twin.port}/`, { headers: { [PROTOCOL.workHeader]: String(us) } });

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

test("what is asked is used, no more slots are busy than there are, and the rest queues", async () => {
  const twin = await startTwin({ TWIN_SLOTS: "2", TWIN_SLOT_CORES: "0.5" });
  // One that is left behind keeps the test run's own output open, which then never ends.
  onTestFinished(async () => void (await twin.stop()));
  // The first connections and questions cost what no later one does.
  await Promise.all(Array.from({ length: 60 }, () => ask(twin, 1000)));
  await twin.statistics();
  const before = await twin.statistics();
  const requests = Array.from({ length: 60 }, (_, i) => ask(twin, 1000 + i * 100));
  const tookMs = await timed(() => Promise.all(requests));
  const after = await twin.statistics();
  const askedUs = after.acceptedWorkUs - before.acceptedWorkUs;
  expect(askedUs).toBe(60 * 1000 + 1770 * 100);
  // Of all threads, HTTP and this test's own questions included.
  expect(Math.abs(after.cpuUs - before.cpuUs - askedUs)).toBeLessThan(0.02 * askedUs + 1000);
  expect(after.burnedUs - before.burnedUs).toBeLessThan(askedUs);
  expect(after.completed - before.completed).toBe(60);
  expect(after.inSlotMax).toBe(2);
  expect(after.queuedMax).toBeGreaterThan(10);
  // Two slots of half a core: as long as one core needs for all of it.
  expect(tookMs).toBeGreaterThanOrEqual(askedUs / 1000 - 5);
});

test("a machine of more than a core burns on threads of its own", async () => {
  const threaded = await startTwin({ TWIN_SLOTS: "3", TWIN_SLOT_CORES: "0.8" });
  onTestFinished(async () => void (await threaded.stop()));
  const took = await timed(() => Promise.all(Array.from({ length: 30 }, () => ask(threaded, 4000))));
  const statistics = await threaded.statistics();
  expect(statistics.lanes).toHaveLength(3);
  expect(statistics.inSlotMax).toBe(3);
  expect(statistics.completed).toBe(30);
  expect(Math.abs(statistics.cpuUs - 120_000)).toBeLessThan(0.05 * 120_000);
  expect(took).toBeGreaterThanOrEqual(120 / 2.4 - 5);
  expect(await threaded.stop()).toBe(0);
});

test("SIGTERM lets a request end and then exits with 0", async () => {
  const stopped = await startTwin();
  onTestFinished(async () => void (await stopped.stop()));
  // Far less than what a twin waits for at the end, which is time of the clock.
  const answer = ask(stopped, 150_000);
  await expect.poll(async () => (await stopped.statistics()).accepted, { interval: 1 }).toBe(1);
  const exit = stopped.stop();
  expect((await answer).status).toBe(200);
  expect(await exit).toBe(0);
});
