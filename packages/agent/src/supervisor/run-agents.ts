import { assert, type StopSignal } from "@apex/core";
import type { Agent, AgentHooks, Course } from "./agent.ts";
import { contextOf } from "./agent-context.ts";
import type { AgentStatus } from "./agent-event.ts";
import { type Audience, Span, SUPERVISOR, Telling } from "./telling.ts";

/** What a run of agents is given. */
export interface AgentRunSetting<State> extends Audience {
  /** What the whole run is for. */
  readonly goal: string;
  readonly hooks?: AgentHooks<State>;
  readonly clock: { now(): number; wait(ms: number): Promise<void> };
  readonly signal: StopSignal;
  /** What an error is called in events: "denied", "not-found". */
  readonly codeOf: (error: unknown) => string;
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
  const { clock, signal } = running;
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) throw signal.reason;
    const tried = await attemptOf(agent, state, { running, attempt });
    if (tried.kind === "done") return tried.given;
    const { error } = tried;
    if (!tried.isRetried) throw error;
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
  const context = contextOf(span, { running, attempt, ending });
  span.tell("agent_started", { goal: telling.text(agent.goal), attempt });
  try {
    await hooks?.before?.(agent.name, state);
    const given = await agent.run(state, context);
    await context.allEnded();
    await hooks?.after?.(agent.name, { ...state, ...given });
    const { status, summary } = ending;
    telling.ended(status);
    span.tell("agent_completed", { status, ms: ms(), fallback_used: false, summary: telling.text(summary) });
    return { kind: "done", given };
  } catch (error) {
    // One of several tools that ran at once may have failed before the others ended.
    await context.allEnded();
    // What a hook adds to an error does not hide it.
    await (async () => hooks?.onError?.(agent.name, error))().catch(() => undefined);
    const { isRetried, given } = await afterwards(agent, state, { running, attempt, error });
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

/** What follows from a failure. A rule, a hook or a fallback that fails itself helps nobody: the first error stands. */
async function afterwards<State extends object>(
  agent: Agent<State>,
  state: State,
  {
    running: { signal, hooks },
    attempt,
    error,
  }: { readonly running: Running<State>; readonly attempt: number; readonly error: unknown },
): Promise<{ readonly isRetried: boolean; readonly given: Partial<State> | null }> {
  if (signal.aborted) return { isRetried: false, given: null };
  try {
    if (attempt < (agent.retry?.attemptsMax ?? 1) && agent.retry?.isRetryable(error) === true) {
      await hooks?.onRetry?.(agent.name, attempt + 1, error);
      return { isRetried: true, given: null };
    }
    return { isRetried: false, given: agent.fallback?.(state, error) ?? null };
  } catch {
    return { isRetried: false, given: null };
  }
}
