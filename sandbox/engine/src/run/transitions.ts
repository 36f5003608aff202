import type { Verdict } from "@apex/core";
import { namedReplay } from "./replay-queue.ts";
import type { RunCommand, RunState, RunStep } from "./run-state.ts";
import { OVERHEAD_MS } from "./time-budget.ts";

/** One transition after another; commands in that order. */
export function andThen(first: RunStep, next: (state: RunState) => RunStep): RunStep {
  const second = next(first.state);
  return { state: second.state, commands: [...first.commands, ...second.commands] };
}

/** Whether so many more replays end within the budget; on a slow host each takes what they took so far. */
export function hasTimeFor(state: RunState, replays: number, atMs: number): boolean {
  const { replayMs, totalMs } = state.plan.budget;
  const eachMs = Math.max(replayMs + OVERHEAD_MS, atMs / Math.max(1, state.replays));
  return atMs + replays * eachMs <= totalMs;
}

/** Provisions for the next replay of the queue, if there is one. */
export function startNext(state: RunState): RunStep {
  const [next, ...queue] = state.queue;
  if (next === undefined || state.ending !== null)
    return { state: { ...state, current: null }, commands: [] };
  const replays = state.replays + 1;
  const current = namedReplay(next, replays);
  const environments = new Map(state.environments).set(current.name, "provisioning");
  return {
    state: { ...state, queue, current, replays, environments },
    commands: [
      { kind: "record", event: { kind: "provisioning", environment: current.name } },
      { kind: "provision", replay: current },
    ],
  };
}

/** Replays once the environment is ready and every other one is gone. */
export function startReplay(state: RunState): RunStep {
  const { current, environments } = state;
  const isAlone = environments.size === 1;
  if (current === null || !isAlone || environments.get(current.name) !== "ready")
    return { state, commands: [] };
  const replaying = new Map(environments).set(current.name, "replaying");
  const command: RunCommand = {
    kind: "replay",
    replay: current,
    ordinal: state.replays,
    workUs: state.workUs,
  };
  return { state: { ...state, environments: replaying }, commands: [command] };
}

/** The verdict stands. */
export function finish(state: RunState, verdict: Verdict): RunStep {
  return {
    state: {
      ...state,
      phase: "closing",
      queue: [],
      current: null,
      verdict,
      ending: { kind: "judged", verdict },
    },
    commands: [{ kind: "record", event: { kind: "judged", verdict } }],
  };
}
