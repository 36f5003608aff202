import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Agent, AgentHooks, Course } from "./agent.ts";
import type { AgentEvent, AgentStatus } from "./agent-event.ts";
import { EventHub, type EventListener } from "./event-hub.ts";
import { runAgents } from "./run-agents.ts";

interface State {
  readonly path?: "full" | "partial";
  readonly data?: number;
  readonly bills?: number;
  readonly report?: string;
}

function agent(name: string, run: Agent<State>["run"], more: Partial<Agent<State>> = {}): Agent<State> {
  return { kind: "agent", name, goal: `Do ${name}`, run, ...more };
}

interface Ran {
  readonly state?: State;
  readonly error?: unknown;
  readonly events: readonly AgentEvent[];
  readonly waits: readonly number[];
}

async function run(
  course: Course<State>,
  { hooks, signal = new AbortController().signal }: { hooks?: AgentHooks<State>; signal?: AbortSignal } = {},
): Promise<Ran> {
  const events: AgentEvent[] = [];
  const waits: number[] = [];
  let now = 0;
  const setting = {
    runId: "run-1",
    goal: "Test",
    emit: (event: AgentEvent) => void events.push(event),
    ...(hooks === undefined ? {} : { hooks }),
    redact: (text: string) => text.replaceAll("hunter2", "«secret»"),
    clock: {
      now: () => {
        now += 5;
        return now;
      },
      wait: async (ms: number) => void waits.push(ms),
    },
    signal,
    codeOf: () => "failed",
  };
  try {
    return { state: await runAgents(course, {}, setting), events, waits };
  } catch (error) {
    return { error, events, waits };
  }
}

/** What each event finds open in its span, and what is still open at the end. */
function spansOf(events: readonly AgentEvent[]): {
  readonly seen: readonly string[];
  readonly left: readonly string[];
} {
  const open = new Map<string, string>();
  const seen = events.map(({ type, span_id }) => {
    const found = open.get(span_id) ?? "nothing";
    if (type === "agent_started" || type === "tool_executing") open.set(span_id, type);
    else if (type !== "agent_thinking") open.delete(span_id);
    return `${type} in ${found}`;
  });
  return { seen, left: [...open.keys()] };
}

const IN_ORDER = new Set([
  "agent_started in nothing",
  "tool_executing in nothing",
  "agent_thinking in agent_started",
  "tool_completed in tool_executing",
  "agent_completed in agent_started",
  "agent_error in agent_started",
]);

/** What a listener relies on, whatever happened in the run. */
function expectWellFormed(events: readonly AgentEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const { seen, left } = spansOf(events);
  expect(seen.filter((each) => !IN_ORDER.has(each))).toEqual([]);
  expect(left).toEqual([]);
  expect(events[0]).toMatchObject({ agent: "supervisor", type: "agent_started" });
  expect(events.at(-1)?.agent).toBe("supervisor");
}

const types = ({ events }: Ran, name: string): string[] =>
  events.flatMap((event) => (event.agent === name ? [event.type] : []));

describe("runAgents", () => {
  it("runs a sequence, each on what those before it left", async () => {
    const ran = await run({
      kind: "sequence",
      steps: [
        agent("data", async () => ({ data: 3 })),
        agent("reporting", async ({ data }) => ({ report: `${data} machines` })),
      ],
    });
    expect(ran.state).toEqual({ data: 3, report: "3 machines" });
    expect(types(ran, "data")).toEqual(["agent_started", "agent_completed"]);
    expect(
      ran.events.every((event) => event.agent === "supervisor" || event.parent_agent === "supervisor"),
    ).toBe(true);
    expectWellFormed(ran.events);
  });

  it("runs branches at once, and refuses two that give the same", async () => {
    const order: string[] = [];
    const slow = (name: string, given: Partial<State>) =>
      agent(name, async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        return given;
      });
    const both = await run({
      kind: "parallel",
      branches: [slow("data", { data: 1 }), slow("bills", { bills: 2 })],
    });
    expect(both.state).toEqual({ data: 1, bills: 2 });
    expect(order.slice(0, 2)).toEqual(["data begins", "bills begins"]);
    const twice = await run({ kind: "parallel", branches: [slow("a", { data: 1 }), slow("b", { data: 2 })] });
    expect(String(twice.error)).toMatch(/both give "data"/);
    expectWellFormed(twice.events);
  });

  it("chooses by what triage found", async () => {
    const course = (path: "full" | "partial"): Course<State> => ({
      kind: "sequence",
      steps: [
        agent("triage", async () => ({ path })),
        {
          kind: "when",
          condition: (state) => state.path === "full",
          chosen: agent("optimization", async () => ({ report: "all" })),
          otherwise: agent("gathering", async (_, context) => {
            context.ends("partial", "metrics are missing");
            return { report: "some" };
          }),
        },
      ],
    });
    expect((await run(course("full"))).state?.report).toBe("all");
    const partial = await run(course("partial"));
    expect(partial.state?.report).toBe("some");
    expect(types(partial, "optimization")).toEqual([]);
    expect(partial.events.at(-1)).toMatchObject({ agent: "supervisor", data: { status: "partial" } });
  });

  it("did no better than the worst of its agents, whichever came last", async () => {
    const ending = (name: string, status: AgentStatus) =>
      agent(name, async (_, context) => {
        context.ends(status);
        return {};
      });
    const steps = [ending("a", "blocked"), ending("b", "partial"), ending("c", "success")];
    const { events } = await run({ kind: "sequence", steps });
    expect(events.at(-1)).toMatchObject({ agent: "supervisor", data: { status: "blocked" } });
  });

  it("tells the failure of an agent, whatever its hook throws", async () => {
    const failing = agent("a", async () => {
      throw new Error("the disk is full");
    });
    const onError = () => {
      throw new Error("a hook");
    };
    const { error, events } = await run(failing, { hooks: { onError } });
    expect(String(error)).toContain("the disk is full");
    expectWellFormed(events);
  });

  it("tries again what may pass, with the waits of the rule, each attempt told as its own", async () => {
    let calls = 0;
    const retried: string[] = [];
    const ran = await run(
      agent(
        "data",
        async () => {
          calls += 1;
          if (calls < 3) throw new Error("throttled");
          return { data: calls };
        },
        { retry: { attemptsMax: 3, isRetryable: () => true, waitMs: (attempt) => attempt * 100 } },
      ),
      { hooks: { onRetry: (name, attempt) => void retried.push(`${name} ${attempt}`) } },
    );
    expect(ran.state).toEqual({ data: 3 });
    expect(ran.waits).toEqual([200, 300]);
    expect(retried).toEqual(["data 2", "data 3"]);
    expect(types(ran, "data").filter((type) => type === "agent_error")).toHaveLength(2);
    expectWellFormed(ran.events);
  });

  it("does not try again what will not pass, and goes on with a fallback where there is one", async () => {
    const failing = async (): Promise<Partial<State>> => {
      throw new Error("no permission");
    };
    const retry = { attemptsMax: 5, isRetryable: () => false, waitMs: () => 1 };
    const failed = await run(agent("data", failing, { retry }));
    expect(String(failed.error)).toMatch("no permission");
    expect(failed.events.filter(({ type }) => type === "agent_error")).toHaveLength(2);
    const ran = await run(agent("data", failing, { retry, fallback: () => ({ data: 0 }) }));
    expect(ran.state).toEqual({ data: 0 });
    expect(ran.events).toContainEqual(
      expect.objectContaining({
        agent: "data",
        data: expect.objectContaining({ status: "fallback", fallback_used: true }),
      }),
    );
    expectWellFormed(ran.events);
  });

  it("calls hooks around every agent, and a hook that fails fails the agent", async () => {
    const seen: string[] = [];
    const hooks: AgentHooks<State> = {
      before: (name) => void seen.push(`before ${name}`),
      after: (name, { data }) => void seen.push(`after ${name} ${data}`),
      onError: (name) => void seen.push(`error ${name}`),
    };
    await run(
      agent("data", async () => ({ data: 1 })),
      { hooks },
    );
    expect(seen).toEqual(["before data", "after data 1"]);
    const ran = await run(
      agent("data", async () => ({ data: 1 })),
      {
        hooks: {
          after: () => {
            throw new Error("not kept");
          },
        },
      },
    );
    expect(String(ran.error)).toMatch("not kept");
    expectWellFormed(ran.events);
  });

  it("ends what it began, whatever a fallback, a rule or a hook throws besides", async () => {
    const throwing = (): never => {
      throw new Error("of the second kind");
    };
    const failing = async (): Promise<Partial<State>> => {
      throw new Error("of the first kind");
    };
    const retry = { attemptsMax: 2, isRetryable: () => true, waitMs: () => 1 };
    for (const ran of [
      await run(agent("data", failing, { fallback: throwing })),
      await run(agent("data", failing, { retry: { ...retry, isRetryable: throwing } })),
      await run(agent("data", failing, { retry }), { hooks: { onRetry: throwing } }),
    ]) {
      expect(String(ran.error)).toContain("of the first kind");
      expect(types(ran, "data")).toEqual(["agent_started", "agent_error"]);
      expectWellFormed(ran.events);
    }
  });

  it("waits for the tools that run at once, also when one of them fails", async () => {
    const ran = await run(
      agent("data", async (_, context) => {
        const slow = async (): Promise<void> => {
          for (let turn = 0; turn < 50; turn++) await Promise.resolve();
        };
        const torn = async (): Promise<void> => {
          throw new Error("torn");
        };
        await Promise.all([context.tool("slow", {}, slow), context.tool("torn", {}, torn)]);
        return {};
      }),
    );
    expect(String(ran.error)).toContain("torn");
    expectWellFormed(ran.events);
  });

  it("closes everything that is open when it is stopped", async () => {
    const stop = new AbortController();
    const ran = await run(
      agent("data", async (_, context) => {
        await context.tool("collect", { account: "a" }, async () => {
          stop.abort(new Error("Ctrl-C"));
          throw new Error("torn");
        });
        return {};
      }),
      { signal: stop.signal },
    );
    expect(String(ran.error)).toMatch("Ctrl-C");
    expect(ran.events).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ code: "cancelled" }) }),
    );
    expectWellFormed(ran.events);
  });

  it("tells no secret and nothing without bound", async () => {
    const ran = await run(
      agent("data", async (_, context) => {
        context.think(`the password is hunter2 ${"x".repeat(10_000)}`);
        await context.tool(
          "login",
          {
            user: "a",
            password: "hunter2",
            also: ["hunter2", { deep: "hunter2" }],
            many: Array(900).fill("x"),
          },
          async () => 1,
          () => "hunter2 works",
        );
        throw new Error("hunter2 does not work");
      }),
    );
    expect(JSON.stringify(ran.events)).not.toContain("hunter2");
    expect(JSON.stringify(ran.events).length).toBeLessThan(5_000);
  });

  it("is well formed for any course", async () => {
    const leaf = fc.record({
      works: fc.boolean(),
      tools: fc.nat(2),
      toolFails: fc.boolean(),
      fallback: fc.boolean(),
      attempts: fc.integer({ min: 1, max: 3 }),
    });
    let count = 0;
    const toAgent = fc.array(leaf, { minLength: 1, maxLength: 1 }).map(([spec]) => {
      count += 1;
      const { works, tools, toolFails, fallback, attempts } = spec!;
      return agent(
        `a${count}`,
        async (_, context) => {
          for (let index = 0; index < tools; index++) {
            await context.tool("t", {}, async () => {
              await Promise.resolve();
              if (toolFails) throw new Error("tool");
            });
          }
          context.think("hm");
          if (!works) throw new Error("agent");
          return {};
        },
        {
          retry: { attemptsMax: attempts, isRetryable: () => true, waitMs: () => 1 },
          ...(fallback ? { fallback: () => ({}) } : {}),
        },
      );
    });
    const { course } = fc.letrec<{ course: Course<State> }>((tie) => ({
      course: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        toAgent,
        fc.array(tie("course"), { maxLength: 3 }).map((steps) => ({ kind: "sequence" as const, steps })),
        fc
          .array(tie("course"), { maxLength: 3 })
          .map((branches) => ({ kind: "parallel" as const, branches })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(course, async (given) => expectWellFormed((await run(given)).events)),
      { numRuns: 200 },
    );
  });
});

describe("EventHub", () => {
  const event = (run_id: string, seq: number): AgentEvent => ({
    v: 1,
    seq,
    ts: "2026-11-22T00:00:00Z",
    run_id,
    agent: "a",
    span_id: "s1",
    type: "agent_thinking",
    data: { text: "", step: seq },
  });

  it("gives each run's events to those who listen to that run alone", () => {
    const hub = new EventHub();
    const [one, two] = [vi.fn<EventListener>(), vi.fn<EventListener>()];
    hub.listen("r1", one);
    const stop = hub.listen("r2", two);
    hub.emit(event("r1", 1));
    hub.emit(event("r2", 1));
    stop();
    hub.emit(event("r2", 2));
    expect(one.mock.calls.map(([{ run_id, seq }]) => [run_id, seq])).toEqual([["r1", 1]]);
    expect(two.mock.calls.map(([{ run_id, seq }]) => [run_id, seq])).toEqual([["r2", 1]]);
  });

  it("tells who connects again what was missed", () => {
    const hub = new EventHub();
    for (const seq of [1, 2, 3]) hub.emit(event("r", seq));
    const late = vi.fn<EventListener>();
    hub.listen("r", late, 1);
    hub.emit(event("r", 4));
    expect(late.mock.calls.map(([{ seq }]) => seq)).toEqual([2, 3, 4]);
  });

  it("does not fail for a listener that fails of what is past", () => {
    const hub = new EventHub();
    hub.emit(event("r", 1));
    hub.emit(event("r", 2));
    const failing = vi.fn<EventListener>(() => {
      throw new Error("gone");
    });
    hub.listen("r", failing, 0);
    hub.emit(event("r", 3));
    expect(failing).toHaveBeenCalledTimes(1);
  });

  it("goes on without a listener that fails", () => {
    const hub = new EventHub();
    const failing = vi.fn<EventListener>(() => {
      throw new Error("gone");
    });
    const other = vi.fn<EventListener>();
    hub.listen("r", failing);
    hub.listen("r", other);
    hub.emit(event("r", 1));
    hub.emit(event("r", 2));
    expect(failing).toHaveBeenCalledTimes(1);
    expect(other).toHaveBeenCalledTimes(2);
  });
});
