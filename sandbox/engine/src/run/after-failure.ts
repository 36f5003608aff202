import { formatCause } from "./failure-cause.ts";
import { startFailureVerdict } from "./final-verdict.ts";
import type { RunCommand, RunInput, RunState, RunStep } from "./run-state.ts";
import { andThen, finish, startNext } from "./transitions.ts";
import type { PlannedReplay } from "./validation-request.ts";

/** Times that a side's environment may fail: once may be chance. */
const FAILURES_MAX = 2;

type Failed = Extract<RunInput, { readonly kind: "environment-failed" }>;

/** Removes what failed from the state; a command for what of it still stands. */
function clear(state: RunState, input: Failed): RunStep {
  const environments = new Map(state.environments);
  if (!input.isUp) environments.delete(input.name);
  else environments.set(input.name, "destroying");
  const commands: RunCommand[] = input.isUp ? [{ kind: "destroy", name: input.name }] : [];
  return { state: { ...state, environments }, commands };
}

function fail(state: RunState, message: string): RunStep {
  return {
    state: { ...state, phase: "closing", queue: [], current: null, ending: { kind: "failed", message } },
    commands: [{ kind: "record", event: { kind: "failed", message } }],
  };
}

function again(state: RunState, replay: PlannedReplay): RunStep {
  return startNext({ ...state, queue: [{ ...replay, name: "" }, ...state.queue] });
}

/** Whether the baseline has shown that the service can start here. */
function hasServed(state: RunState): boolean {
  return state.calibrations > 0 || state.runs.some((run) => run.side === "baseline");
}

function resolve(state: RunState, input: Failed, replay: PlannedReplay): RunStep {
  const { side, purpose } = replay;
  const failures = { ...state.failures, [side]: state.failures[side] + 1 };
  const counted = { ...state, failures };
  // What more load does to it is told by the probes before; the verdict stands.
  if (purpose === "headroom" && state.verdict !== null) return finish(counted, state.verdict);
  if (failures[side] < FAILURES_MAX) return again(counted, replay);
  if (side === "candidate" && input.cause !== "unknown" && hasServed(state)) {
    return finish(counted, startFailureVerdict(counted, input.cause, input.message));
  }
  return fail(counted, formatCause(side, input.cause, input.message));
}

/**
 * What to do when an environment does not start or its replay cannot be done. Once it is tried again. A candidate that does not even start where
 * the baseline does has failed the validation; a baseline that does not start, or a host that cannot start it, has failed itself.
 */
export function afterFailure(state: RunState, input: Failed): RunStep {
  const { current, environments, ending } = state;
  const stage = environments.get(input.name);
  if (stage === undefined || stage === "destroying") return { state, commands: [] };
  const cleared = clear(state, input);
  if (ending !== null || current === null || current.name !== input.name) return cleared;
  return andThen(cleared, (next) => resolve(next, input, current));
}
