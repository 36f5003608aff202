import { setTimeout as sleep } from "node:timers/promises";
import { type AgentContext, type AgentEvent, createRedactor, EventHub, runAgents } from "@apex/agent";
import { AdapterError, assert } from "@apex/core";
import { CommandError } from "./exit-codes.ts";
import type { Io } from "./io.ts";

/** What is told of a run of agents, and to whom. */
export interface AgentRun {
  readonly runId: string;
  readonly goal: string;
  /** Gets what happens, in order. */
  readonly onEvent?: (event: AgentEvent) => void;
}

/** What an error is called in events. */
function codeOf(error: unknown): string {
  if (error instanceof AdapterError) return error.kind;
  return error instanceof CommandError ? `exit-${error.exitCode}` : "bug";
}

/** The events of all runs of this process; each run is heard by its own listeners alone. */
const HUB = new EventHub();

type Setting = Omit<Parameters<typeof runAgents>[2], "hooks">;

/** Runs agents with what every run of this process is given; afterwards nobody hears of it any more. */
export async function agentRun<Value>(
  io: Io,
  { runId, goal, onEvent }: AgentRun,
  run: (setting: Setting) => Promise<Value>,
): Promise<Value> {
  const stop = onEvent === undefined ? undefined : HUB.listen(runId, onEvent);
  const redactor = createRedactor();
  try {
    return await run({
      runId,
      goal,
      emit: (event) => HUB.emit(event),
      redact: (text) => redactor.redact(text),
      clock: { now: () => io.now().getTime(), wait: (ms) => sleep(ms, undefined, { signal: io.signal }) },
      signal: io.signal,
      codeOf,
    });
  } finally {
    stop?.();
    HUB.forget(runId);
  }
}

/** Does one agent's work as a run of its own. Throws what the work throws. */
export async function asAgent<Value>(
  io: Io,
  { name, ...run }: AgentRun & { readonly name: string },
  work: (context: AgentContext) => Promise<Value>,
): Promise<Value> {
  interface State {
    readonly done?: { readonly value: Value };
  }
  const { goal } = run;
  const { done } = await agentRun(io, run, (setting) =>
    runAgents<State>(
      { kind: "agent", name, goal, run: async (_, context) => ({ done: { value: await work(context) } }) },
      {},
      setting,
    ),
  );
  assert(done !== undefined, "the agent's work was not done");
  return done.value;
}
