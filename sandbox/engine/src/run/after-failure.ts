import { probeFailure } from "../judge/headroom.ts";
import { formatCause } from "./failure-cause.ts";
import { brokenOffVerdict, isDecided, judgeRuns, startFailureVerdict } from "./final-verdict.ts";
import { deadlyPeak, unsentPeak } from "./peak-probe.ts";
import type { RunCommand, RunInput, RunState, RunStep } from "./run-state.ts";
import { andThen, finish, startNext } from "./transitions.ts";
import type { PlannedReplay } from "./validation-request.ts";

/** Times in a row that a side's environment may fail: once may be chance. */
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

/** The service did not live through the peak, or the sandbox twice failed to send it: no pass, but what was measured before stands. */
function endPeak(state: RunState, input: Failed, replay: PlannedReplay): RunStep {
  const isDead = input.cause === "out-of-memory" || input.cause === "exited";
  if (!isDead && state.failures[replay.side] < FAILURES_MAX) return again(state, replay);
  const why =
    input.cause === "out-of-memory"
      ? "the kernel killed it for want of memory"
      : "the service ended by itself";
  const peak = isDead ? deadlyPeak(state.plan, why) : unsentPeak(state.plan);
  const recorded: RunCommand = { kind: "record", event: { kind: "peak-probed", peak } };
  return andThen({ state: { ...state, peak }, commands: [recorded] }, (last) =>
    finish(last, judgeRuns(last)),
  );
}

/** More load than recorded was too much for it, or it did not come up: the verdict stands, with what the probes before found. */
function endProbing(state: RunState, input: Failed, { loadFactor }: PlannedReplay): RunStep {
  if (input.cause !== "out-of-memory" && input.cause !== "exited") return finish(state, judgeRuns(state));
  const probe = probeFailure(loadFactor);
  const probed: RunState = { ...state, probes: [...state.probes, probe] };
  const recorded: RunCommand = { kind: "record", event: { kind: "probed", probe } };
  return andThen({ state: probed, commands: [recorded] }, (last) => finish(last, judgeRuns(last)));
}

/**
 * A side that failed twice in a row. A candidate that never came up where the baseline does, or for want of memory, is too small. One
 * that did come up before is judged by that; where the sandbox is to blame and that decides nothing, the run has failed.
 */
function giveUp(state: RunState, input: Failed, { side }: PlannedReplay): RunStep {
  const { cause, message } = input;
  const hasRun = state.runs.some((run) => run.side === side);
  const isTooSmall = cause === "out-of-memory" || !hasRun;
  if (side === "candidate" && cause !== "unknown" && isTooSmall && hasServed(state)) {
    return finish(state, startFailureVerdict(state, cause, message));
  }
  if (hasRun) {
    const verdict = brokenOffVerdict(state, { side, cause, message });
    if (cause !== "unknown" || isDecided(verdict)) return finish(state, verdict);
  }
  return fail(state, formatCause(side, cause, message));
}

function resolve(state: RunState, input: Failed, replay: PlannedReplay): RunStep {
  const { side, purpose } = replay;
  const failures = { ...state.failures, [side]: state.failures[side] + 1 };
  const counted = { ...state, failures };
  if (purpose === "peak") return endPeak(counted, input, replay);
  if (purpose === "headroom" && state.verdict !== null) return endProbing(counted, input, replay);
  return failures[side] < FAILURES_MAX ? again(counted, replay) : giveUp(counted, input, replay);
}

/**
 * What to do when an environment does not start or its replay cannot be done. Once it is tried again. A candidate that does not even start where
 * the baseline does has failed the validation; a baseline that never starts, or a host that cannot start it, has failed the run.
 */
export function afterFailure(state: RunState, input: Failed): RunStep {
  const { current, environments, ending } = state;
  const stage = environments.get(input.name);
  if (stage === undefined || stage === "destroying") return { state, commands: [] };
  const cleared = clear(state, input);
  if (ending !== null || current === null || current.name !== input.name) return cleared;
  return andThen(cleared, (next) => resolve(next, input, current));
}
