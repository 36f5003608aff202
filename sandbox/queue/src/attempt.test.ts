import { setTimeout as sleep } from "node:timers/promises";
import {
  AdapterError,
  type AttemptEnding,
  type CounterReading,
  type ExecutionContext,
  type RunExecutor,
} from "@apex/core";
import { describe, expect, test, vi } from "vitest";
import { attempt } from "./attempt.ts";
import type { WorkerEvent } from "./events.ts";
import { healthOf } from "./health.ts";
import { aTicket } from "./testing/a-ticket.ts";
import { aQueuedRun, MemoryRecords } from "./testing/memory-records.ts";

const VERDICT: AttemptEnding = { kind: "verdict", verdict: "pass", isOurFault: false, result: "{}" };
const WAIT = { timeout: 20_000, interval: 5 };
const WORKER = { id: "w1", host: "here" };

/** One attempt of a run by what `execute` does, to its end. */
async function attempted(
  execute: (
    context: ExecutionContext,
    records: MemoryRecords,
    events: readonly WorkerEvent[],
  ) => Promise<AttemptEnding>,
  options: { readonly stop?: AbortController } = {},
) {
  const records = new MemoryRecords([aQueuedRun()]);
  const outcome = await records.claim({ runId: "r1" }, WORKER);
  if (outcome.kind !== "claimed") throw new Error("not claimed");
  const ticket = aTicket();
  const events: WorkerEvent[] = [];
  const onEvent = (event: WorkerEvent): number => events.push(event);
  const executor: RunExecutor = {
    kind: "test",
    execute: async (_claim, context) => ({ ending: await execute(context, records, events) }),
  };
  await attempt({
    claim: outcome.claim,
    ticket,
    executor,
    records,
    health: healthOf("records", onEvent),
    onEvent,
    stop: (options.stop ?? new AbortController()).signal,
  });
  return { records, ticket, events, kinds: events.map(({ kind }) => kind) };
}

/** Waits for the abort, and returns its reason. */
function whenAborted({ signal }: ExecutionContext): Promise<unknown> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(signal.reason));
    if (signal.aborted) resolve(signal.reason);
  });
}

describe("an attempt", () => {
  test("holds its claim for longer than a lease and ends with its verdict", async () => {
    const { records, ticket, kinds } = await attempted(async (_context, its) => {
      // Three make a lease.
      await vi.waitFor(() => expect(its.beats.length).toBeGreaterThan(3), WAIT);
      return VERDICT;
    });
    expect(records.stateOf("r1")).toBe("done");
    expect(ticket.put).toEqual(["done"]);
    expect(kinds).toEqual(["claimed", "ended"]);
  });

  test.each([
    ["unavailable", "waiting", "later"],
    ["throttled", "waiting", "later"],
    ["invalid", "dead", "dead: no"],
    ["denied", "dead", "dead: no"],
  ] as const)("that fails with %s is %s", async (kind, state, put) => {
    const { records, ticket } = await attempted(() => Promise.reject(new AdapterError(kind, "no")));
    expect(records.stateOf("r1")).toBe(state);
    expect(ticket.put).toEqual([put]);
  });

  test("that fails by a bug of ours is dead", async () => {
    const { records, ticket } = await attempted(() => Promise.reject(new TypeError("x is undefined")));
    expect(records.stateOf("r1")).toBe("dead");
    expect(ticket.put).toEqual(["dead: x is undefined"]);
  });

  test("is aborted with the reason when its run is to stop, and ends so whatever its executor makes of it", async () => {
    const { records, ticket } = await attempted(async (context, its) => {
      its.stop("r1", "budget");
      expect(await whenAborted(context)).toBe("budget");
      throw new AdapterError("unavailable", "the engine was in the middle of something");
    });
    expect(records.endings).toEqual([{ kind: "stopped", reason: "budget" }]);
    expect(ticket.put).toEqual(["done"]);
  });

  test("keeps its claim while it is stopped, however long that takes: the run is stopped then, and did not crash", async () => {
    const others: unknown[] = [];
    const { records, kinds } = await attempted(async (context, its) => {
      its.stop("r1", "cancelled");
      await whenAborted(context);
      // Two leases.
      await sleep(2_000);
      others.push(await its.claim({ runId: "r1" }, { id: "w2", host: "there" }));
      return { kind: "released" };
    });
    expect(others).toEqual([expect.objectContaining({ why: "held" })]);
    expect(records.endings).toEqual([{ kind: "stopped", reason: "cancelled" }]);
    expect(kinds).toEqual(["claimed", "ended"]);
  });

  test("whose claim is lost is aborted and writes nothing", async () => {
    const { records, ticket, events } = await attempted(async (context, its) => {
      // The machine slept, and somebody else has taken it.
      its.expire("r1");
      await its.claim({ runId: "r1" }, { id: "w2", host: "there" });
      expect(await whenAborted(context)).toBe("lost");
      return VERDICT;
    });
    expect(records.endings).toEqual([]);
    expect(records.stateOf("r1")).toBe("running");
    expect(ticket.put).toEqual(["later"]);
    expect(events.at(-1)).toMatchObject({ kind: "lost", why: "taken" });
  });

  test("goes on while the records are away for less than its lease", async () => {
    const { records, kinds } = await attempted(async (_context, its, events) => {
      its.isAway = true;
      await vi.waitFor(() => expect(events.map(({ kind }) => kind)).toContain("away"), WAIT);
      its.isAway = false;
      await vi.waitFor(() => expect(its.beats.length).toBeGreaterThan(0), WAIT);
      return VERDICT;
    });
    expect(records.stateOf("r1")).toBe("done");
    expect(kinds).toEqual(["claimed", "away", "back", "ended"]);
  });

  test("is aborted when the records are away for longer than its lease", async () => {
    const { records, ticket, events } = await attempted(async (context, its) => {
      its.isAway = true;
      expect(await whenAborted(context)).toBe("lost");
      return VERDICT;
    });
    expect(records.endings).toEqual([]);
    expect(ticket.put).toEqual(["later"]);
    expect(events.at(-1)).toMatchObject({ kind: "lost", why: "unanswered" });
  });

  test("whose end cannot be told at once tells it later", async () => {
    const { records, ticket, kinds } = await attempted(async (_context, its, events) => {
      its.isAway = true;
      void vi
        .waitFor(() => expect(events.map(({ kind }) => kind)).toContain("away"), WAIT)
        .then(() => {
          its.isAway = false;
        });
      return VERDICT;
    });
    expect(kinds).toEqual(["claimed", "away", "back", "ended"]);
    expect(records.endings).toEqual([VERDICT]);
    expect(ticket.put).toEqual(["done"]);
  });

  test("keeps its claim though the records refuse its readings", async () => {
    const { records } = await attempted(async (context, its) => {
      const beat = its.heartbeat.bind(its);
      its.heartbeat = async (claim, told) => {
        if (told.reading !== undefined) throw new AdapterError("invalid", "out of range");
        return beat(claim, told);
      };
      context.meterWith(async () => ({ cpuNs: 1n }) as CounterReading);
      await Promise.race([whenAborted(context), sleep(2_000)]);
      return context.signal.aborted ? { kind: "released" } : VERDICT;
    });
    expect(records.endings).toEqual([VERDICT]);
  });

  test("whose end the records cannot take fails with their words, and is told once more only", async () => {
    const broken = new AdapterError("invalid", "the database refuses what it was asked: no such card");
    const { records, ticket, events } = await attempted(async (_context, its) => {
      const end = its.end.bind(its);
      its.end = (claim, ending) => (ending.kind === "verdict" ? Promise.reject(broken) : end(claim, ending));
      return VERDICT;
    });
    expect(records.endings).toEqual([
      { kind: "failed", message: expect.stringContaining(broken.message), mayConverge: false },
    ]);
    expect(ticket.put).toEqual([expect.stringContaining("no such card")]);
    expect(events.map(({ kind }) => kind)).toEqual(["claimed", "trouble", "ended"]);
  });

  test("whose end the records never take is left to the end of its lease", async () => {
    let tries = 0;
    const { ticket, kinds } = await attempted(async (_context, its) => {
      its.end = () => {
        tries += 1;
        return Promise.reject(new TypeError("x is undefined"));
      };
      return VERDICT;
    });
    expect(tries).toBe(2);
    expect(ticket.put).toEqual(["later"]);
    expect(kinds).toEqual(["claimed", "trouble", "lost"]);
  });

  test("is given back at once when the worker stops", async () => {
    const stop = new AbortController();
    const { records, ticket } = await attempted(
      async (context) => {
        stop.abort();
        await whenAborted(context);
        throw new Error("aborted");
      },
      { stop },
    );
    expect(records.endings).toEqual([{ kind: "released" }]);
    expect(records.stateOf("r1")).toBe("waiting");
    expect(ticket.put).toEqual(["back"]);
  });

  test("that its host refuses is no failure, and its run is left to others", async () => {
    const refusal = "This worker's engine is too old.";
    const { records, ticket } = await attempted(async () => ({ kind: "released", refusal }));
    expect(records.endings).toEqual([{ kind: "released", refusal }]);
    expect(records.stateOf("r1")).toBe("waiting");
    expect(ticket.put).toEqual(["later"]);
  });

  test("of a kind that has no executor here is refused, not failed", async () => {
    const records = new MemoryRecords([aQueuedRun()]);
    const outcome = await records.claim({ runId: "r1" }, WORKER);
    if (outcome.kind !== "claimed") throw new Error("not claimed");
    const { signal } = new AbortController();
    const health = healthOf("records", () => undefined);
    const options = { claim: outcome.claim, ticket: aTicket(), records, health, onEvent: () => undefined };
    const ending = await attempt({ ...options, executor: undefined, stop: signal });
    expect(ending).toEqual({
      kind: "released",
      refusal: expect.stringContaining('no executor for runs of kind "test"'),
    });
    expect(records.endings).toEqual([ending]);
  });

  test("with a verdict keeps it though the worker stops", async () => {
    const stop = new AbortController();
    const { records } = await attempted(
      async () => {
        stop.abort();
        return VERDICT;
      },
      { stop },
    );
    expect(records.endings).toEqual([VERDICT]);
  });

  test("tells its meter and its progress with a heartbeat, and goes on though the meter fails", async () => {
    const { records, events } = await attempted(async (context, its) => {
      context.progress("replay 1 of 2");
      context.meterWith(() => Promise.reject(new Error("no such container")));
      await vi.waitFor(() => expect(its.beats.length).toBeGreaterThan(0), WAIT);
      return VERDICT;
    });
    expect(records.beats[0]).toEqual({ progress: "replay 1 of 2" });
    expect(records.stateOf("r1")).toBe("done");
    expect(events).toContainEqual(expect.objectContaining({ kind: "progress", line: "replay 1 of 2" }));
  });
});
