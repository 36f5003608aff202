import { assert, formatInstant, type StopSignal } from "@apex/core";
import { inLine } from "../model/framed-data.ts";
import type { Agent, AgentContext, AgentHooks, Course } from "./agent.ts";
import type { AgentEvent, AgentEventData, AgentEventType, AgentStatus } from "./agent-event.ts";

/** What a run of agents is given. */
export interface AgentRunSetting<State> {
  readonly runId: string;
  /** What the whole run is for. */
  readonly goal: string;
  /** Gets every event of this run, in order. */
  readonly emit: (event: AgentEvent) => void;
  readonly hooks?: AgentHooks<State>;
  /** Takes secrets out of what events tell. */
  readonly redact: (text: string) => string;
  readonly clock: { now(): number; wait(ms: number): Promise<void> };
  readonly signal: StopSignal;
  /** What an error is called in events: "denied", "not-found". */
  readonly codeOf: (error: unknown) => string;
}

/** Who starts the others: its span is open as long as the run is. */
const SUPERVISOR = "supervisor";

/** Characters of what an agent tells: a line for a person, no log. */
const TEXT_MAX = 500;

/** From the best to the worst. */
const STATUSES: readonly AgentStatus[] = ["success", "partial", "fallback", "budget", "blocked"];

/** What is told in the name of one attempt of one agent. */
class Span {
  readonly #run: Telling;
  readonly #agent: string;
  readonly #id: string;

  constructor(run: Telling, agent: string, id: string) {
    this.#run = run;
    this.#agent = agent;
    this.#id = id;
  }

  tell<Type extends AgentEventType>(type: Type, data: AgentEventData[Type], id = this.#id): void {
    this.#run.tell(this.#agent, id, { type, data });
  }
}

/** The one place where a run's events get their numbers. */
class Telling {
  readonly #setting: Pick<AgentRunSetting<never>, "runId" | "emit" | "redact" | "clock">;
  /** How the agents ended so far: the run did no better. */
  #worst: AgentStatus = "success";
  #seq = 0;
  #spans = 0;

  constructor(setting: Pick<AgentRunSetting<never>, "runId" | "emit" | "redact" | "clock">) {
    this.#setting = setting;
  }

  get worst(): AgentStatus {
    return this.#worst;
  }

  /** An agent ended. */
  ended(status: AgentStatus): void {
    if (STATUSES.indexOf(status) > STATUSES.indexOf(this.#worst)) this.#worst = status;
  }

  nextSpan(): string {
    this.#spans += 1;
    return `s${this.#spans}`;
  }

  now(): number {
    return this.#setting.clock.now();
  }

  text(text: string): string {
    return inLine(this.#setting.redact(text), TEXT_MAX);
  }

  tell(
    agent: string,
    spanId: string,
    event: { readonly type: AgentEventType; readonly data: AgentEventData[AgentEventType] },
  ): void {
    this.#seq += 1;
    const { runId, clock, emit } = this.#setting;
    const parent = agent === SUPERVISOR ? {} : { parent_agent: SUPERVISOR };
    // The type and its data came together from one generic call.
    emit({
      v: 1,
      seq: this.#seq,
      ts: formatInstant(clock.now()),
      run_id: runId,
      agent,
      ...parent,
      span_id: spanId,
      ...event,
    } as AgentEvent);
  }
}

/**
 * Runs agents in the order of a course, each on the state that those before it left. Throws what an agent without a fallback
 * failed of, after everything that was begun has ended and said so; and the signal's reason.
 */
export async function runAgents<State extends object>(
  course: Course<State>,
  state: State,
  setting: AgentRunSetting<State>,
): Promise<State> {
  const telling = new Telling(setting);
  const running = { ...setting, telling };
  const whole: Agent<State> = {
    kind: "agent",
    name: SUPERVISOR,
    goal: setting.goal,
    run: async (present, context) => {
      const done = await runCourse(course, present, running);
      context.ends(telling.worst);
      return done;
    },
  };
  // Hooks are for the agents, not for who calls them.
  const { hooks: _, ...rest } = running;
  return { ...state, ...(await runAgent(whole, state, rest)) };
}

type Running<State> = AgentRunSetting<State> & { readonly telling: Telling };

async function runCourse<State extends object>(
  course: Course<State>,
  state: State,
  running: Running<State>,
): Promise<State> {
  switch (course.kind) {
    case "agent":
      return { ...state, ...(await runAgent(course, state, running)) };
    case "sequence": {
      let present = state;
      for (const step of course.steps) present = await runCourse(step, present, running);
      return present;
    }
    case "parallel":
      return runParallel(course.branches, state, running);
    case "when": {
      const chosen = course.condition(state) ? course.chosen : course.otherwise;
      return chosen === undefined ? state : runCourse(chosen, state, running);
    }
  }
}

async function runParallel<State extends object>(
  branches: readonly Course<State>[],
  state: State,
  running: Running<State>,
): Promise<State> {
  // All are waited for, so that none goes on after the run has ended.
  const results = await Promise.allSettled(branches.map((branch) => runCourse(branch, state, running)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  const merged: Partial<State> = {};
  for (const result of results) {
    if (result.status === "rejected") continue;
    for (const key of Object.keys(result.value) as (keyof State)[]) {
      if (result.value[key] === state[key]) continue;
      assert(!(key in merged), `two agents that run at once both give "${String(key)}"`);
      merged[key] = result.value[key];
    }
  }
  return { ...state, ...merged };
}

async function runAgent<State extends object>(
  agent: Agent<State>,
  state: State,
  running: Running<State>,
): Promise<Partial<State>> {
  const { hooks, clock, signal } = running;
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) throw signal.reason;
    const tried = await attemptOf(agent, state, { running, attempt });
    if (tried.kind === "done") return tried.given;
    const { error } = tried;
    if (!tried.isRetried) throw error;
    await hooks?.onRetry?.(agent.name, attempt + 1, error);
    await clock.wait(agent.retry?.waitMs(attempt + 1) ?? 0);
  }
}

type Tried<State> =
  | { readonly kind: "done"; readonly given: Partial<State> }
  | { readonly kind: "failed"; readonly error: unknown; readonly isRetried: boolean };

async function attemptOf<State extends object>(
  agent: Agent<State>,
  state: State,
  { running, attempt }: { readonly running: Running<State>; readonly attempt: number },
): Promise<Tried<State>> {
  const { telling, hooks, signal, codeOf } = running;
  const span = new Span(telling, agent.name, telling.nextSpan());
  const startedMs = telling.now();
  const ms = (): number => telling.now() - startedMs;
  const ending: { status: AgentStatus; summary: string } = { status: "success", summary: "" };
  span.tell("agent_started", { goal: telling.text(agent.goal), attempt });
  try {
    await hooks?.before?.(agent.name, state);
    const given = await agent.run(state, contextOf(span, { running, attempt, ending }));
    await hooks?.after?.(agent.name, { ...state, ...given });
    const { status, summary } = ending;
    telling.ended(status);
    span.tell("agent_completed", { status, ms: ms(), fallback_used: false, summary: telling.text(summary) });
    return { kind: "done", given };
  } catch (error) {
    // What a hook adds to an error does not hide it.
    await (async () => hooks?.onError?.(agent.name, error))().catch(() => undefined);
    const isRetried =
      !signal.aborted &&
      attempt < (agent.retry?.attemptsMax ?? 1) &&
      agent.retry?.isRetryable(error) === true;
    const given = isRetried || signal.aborted ? null : (agent.fallback?.(state, error) ?? null);
    const message = telling.text(error instanceof Error ? error.message : String(error));
    if (given !== null) {
      telling.ended("partial");
      span.tell("agent_completed", { status: "fallback", ms: ms(), fallback_used: true, summary: message });
      return { kind: "done", given };
    }
    const code = signal.aborted ? "cancelled" : codeOf(error);
    span.tell("agent_error", { code, message, retryable: isRetried, fatal: !isRetried, ms: ms() });
    return { kind: "failed", error: signal.aborted ? signal.reason : error, isRetried };
  }
}

function contextOf<State>(
  span: Span,
  {
    running,
    attempt,
    ending,
  }: {
    readonly running: Running<State>;
    readonly attempt: number;
    readonly ending: { status: AgentStatus; summary: string };
  },
): AgentContext {
  const { telling, runId, signal } = running;
  let thoughts = 0;
  return {
    runId,
    signal,
    attempt,
    think(text) {
      thoughts += 1;
      span.tell("agent_thinking", { text: telling.text(text), step: thoughts });
    },
    ends(status, summary = "") {
      Object.assign(ending, { status, summary });
    },
    async tool(name, input, work, summary) {
      const id = telling.nextSpan();
      const startedMs = telling.now();
      const done = (ok: boolean, text: string): void =>
        span.tell(
          "tool_completed",
          { tool: name, ok, ms: telling.now() - startedMs, summary: telling.text(text) },
          id,
        );
      const shown = Object.fromEntries(
        Object.entries(input).map(([key, value]) => [
          key,
          typeof value === "string" ? telling.text(value) : value,
        ]),
      );
      span.tell("tool_executing", { tool: name, input: shown }, id);
      try {
        const value = await work();
        done(true, summary?.(value) ?? "");
        return value;
      } catch (error) {
        done(false, error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
  };
}
