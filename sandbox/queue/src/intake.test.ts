import { describe, expect, test, vi } from "vitest";
import { campaignDelays } from "./campaign-delays.ts";
import { refusals } from "./refusals.ts";
import { overdueAfter } from "./sweep.ts";
import { tenantOrder } from "./tenant-order.ts";
import { fakeClock } from "./testing/fake-clock.ts";
import { aQueuedRun, MemoryRecords } from "./testing/memory-records.ts";

fakeClock();

describe("whose turn it is", () => {
  function order(...cores: readonly (readonly [string, number])[]) {
    const records = new MemoryRecords([]);
    let waiting = cores;
    records.tenantsWaiting = async () => waiting.map(([tenant, coresRunning]) => ({ tenant, coresRunning }));
    const turns = tenantOrder(records);
    return {
      turns,
      wait: (...now: typeof cores) => {
        waiting = now;
      },
    };
  }

  test("is the tenant's that has the fewest cores running", async () => {
    const { turns } = order(["a", 4], ["b", 0.5], ["c", 2]);
    expect(await turns.now()).toEqual({ tenants: ["b", "c", "a"], isAnyoneWaiting: true });
  });

  test("is not a tenant's that is at its limit, until it has rested", async () => {
    const { turns } = order(["a", 0], ["b", 1]);
    turns.rest("a", 1_000);
    expect((await turns.now()).tenants).toEqual(["b"]);
    vi.advanceTimersByTime(1_001);
    expect((await turns.now()).tenants).toEqual(["a", "b"]);
  });

  test("is also a tenant's with nothing to do, last, until its queue is empty: tickets of cancelled runs go", async () => {
    const { turns, wait } = order(["a", 0], ["b", 1]);
    await turns.now();
    wait(["b", 1]);
    expect(await turns.now()).toEqual({ tenants: ["b", "a"], isAnyoneWaiting: true });
    turns.empty("a");
    expect((await turns.now()).tenants).toEqual(["b"]);
    wait();
    expect(await turns.now()).toEqual({ tenants: ["b"], isAnyoneWaiting: false });
  });
});

describe("tickets of a campaign that has to wait", () => {
  const paused = { kind: "later", why: "paused", inMs: 5_000 } as const;

  test("come up spread over a minute, and together again once there is room", () => {
    const delays = campaignDelays();
    const first = Array.from({ length: 1_000 }, () => delays.delayOf("c1", paused));
    expect(first[0]).toBe(5_000);
    expect(first[10]).toBe(10_000);
    expect(Math.max(...first)).toBe(60_000);
    expect(delays.delayOf("c2", paused)).toBe(5_000);
    delays.claimed("c1");
    expect(delays.delayOf("c1", paused)).toBe(5_000);
  });

  test("come up apart from each other in the second half of the time, where that is long", () => {
    const delays = campaignDelays();
    const limited = { kind: "later", why: "month-limit", inMs: 3_600_000 } as const;
    const all = Array.from({ length: 100 }, () => delays.delayOf("c1", limited));
    expect(new Set(all).size).toBe(100);
    expect([Math.min(...all), Math.max(...all)]).toEqual([1_800_000, 3_582_000]);
    expect(delays.delayOf("c1", limited)).toBe(1_800_000);
  });

  test("are as late as they are told where only their own run waits", () => {
    const delays = campaignDelays();
    const held = { kind: "later", why: "held", inMs: 700 } as const;
    expect([delays.delayOf("c1", held), delays.delayOf("c1", held)]).toEqual([700, 700]);
  });
});

test("a tenant rests when all that comes up is too large, longer each time, and not while there is something else", () => {
  const refused = refusals();
  expect(refused.refused("a", "r1")).toBe(0);
  expect(refused.refused("a", "r2")).toBe(0);
  const rests = ["r1", "r1", "r1", "r1", "r1", "r1", "r1", "r1"].map((run) => refused.refused("a", run));
  expect(rests).toEqual([1_000, 0, 2_000, 0, 4_000, 0, 4_000, 0]);
  refused.taken("a");
  expect(refused.refused("a", "r1")).toBe(0);
});

test("a run is overdue when its ticket did not come up in all sweeps of a while", () => {
  const overdue = overdueAfter(1_000);
  const [slow, quick] = [aQueuedRun({ runId: "slow" }), aQueuedRun({ runId: "quick" })];
  expect(overdue([slow, quick])).toEqual([]);
  vi.advanceTimersByTime(600);
  expect(overdue([slow])).toEqual([]);
  vi.advanceTimersByTime(600);
  expect(overdue([slow, quick])).toEqual([slow]);
  // It has another ticket now, and as long again for that one.
  vi.advanceTimersByTime(600);
  expect(overdue([slow, quick])).toEqual([]);
});
