import { unreachable } from "@apex/core";
import { afterFailure } from "./after-failure.ts";
import { afterReplay } from "./after-replay.ts";
import type { ValidationPlan } from "./plan-validation.ts";
import { calibrationReplay, pairedReplays } from "./replay-queue.ts";
import type { RunCommand, RunEnding, RunInput, RunState, RunStep } from "./run-state.ts";
import { andThen, startNext, startReplay } from "./transitions.ts";
import { firstWorkUs } from "../calibration/calibrate.ts";

/** A run of which nothing has happened yet. */
export function initialState(plan: ValidationPlan): RunState {
  const isCalibrated = plan.twin !== null;
  return {
    plan,
    phase: isCalibrated ? "calibrating" : "measuring",
    queue: isCalibrated ? [calibrationReplay(plan)] : pairedReplays(plan, 0, plan.budget.pairs),
    current: null,
    environments: new Map(),
    workUs: plan.twin === null ? null : firstWorkUs(plan.twin.load),
    calibration: null,
    replays: 0,
    calibrations: 0,
    pairs: plan.budget.pairs,
    runs: [],
    probes: [],
    peak: null,
    repeats: 0,
    failures: { baseline: 0, candidate: 0 },
    verdict: null,
    ending: null,
  };
}

/** Everything that stands is taken away, what is being made is stopped. */
function endEarly(state: RunState, ending: RunEnding, message: string): RunStep {
  if (state.ending !== null) return { state, commands: [] };
  const environments = new Map(state.environments);
  const commands: RunCommand[] = [{ kind: "cancel" }];
  for (const [name, stage] of environments) {
    if (stage !== "ready" && stage !== "replaying") continue;
    environments.set(name, "destroying");
    commands.push({ kind: "destroy", name });
  }
  commands.push({ kind: "record", event: { kind: "failed", message } });
  return { state: { ...state, phase: "closing", queue: [], current: null, environments, ending }, commands };
}

function provisioned(state: RunState, name: string): RunStep {
  const environments = new Map(state.environments);
  if (state.ending === null) {
    environments.set(name, "ready");
    return startReplay({ ...state, environments });
  }
  environments.set(name, "destroying");
  return { state: { ...state, environments }, commands: [{ kind: "destroy", name }] };
}

function destroyed(state: RunState, name: string): RunStep {
  const environments = new Map(state.environments);
  environments.delete(name);
  return startReplay({ ...state, environments });
}

function transition(state: RunState, input: RunInput): RunStep {
  switch (input.kind) {
    case "begin": {
      const { runId, seed } = state.plan.request;
      // With it, what was sent can be made again.
      const inputs = { ...state.plan.request.inputs, seed: String(seed) };
      const commands: RunCommand[] = [
        { kind: "record", event: { kind: "started", runId, at: input.at, inputs } },
        { kind: "record", event: { kind: "fitted", fit: state.plan.fit } },
      ];
      return andThen({ state, commands }, startNext);
    }
    case "provisioned":
      return provisioned(state, input.name);
    case "environment-failed":
      return afterFailure(state, input);
    case "replayed":
      return afterReplay(state, input);
    case "destroyed":
      return destroyed(state, input.name);
    case "aborted":
      return endEarly(state, { kind: "aborted" }, "The validation was cancelled.");
    case "broken":
      return endEarly(state, { kind: "failed", message: input.message }, input.message);
    case "closed":
      return {
        state: { ...state, phase: "ended" },
        commands: [{ kind: "record", event: { kind: "ended", at: input.at } }],
      };
    default:
      return unreachable(input);
  }
}

/** Closes a run that has its ending once nothing of it stands any more. */
function closeWhenEmpty(before: RunState, step: RunStep): RunStep {
  const { state } = step;
  const isDone = state.ending !== null && state.environments.size === 0;
  const wasDone = before.ending !== null && before.environments.size === 0;
  if (!isDone || wasDone || state.phase === "ended") return step;
  return {
    state: { ...state, phase: "closing" },
    commands: [...step.commands, { kind: "read" }, { kind: "close" }],
  };
}

/**
 * The life of a validation, one event at a time: calibration of the baseline, interleaved replays on fresh containers, more
 * of them while they can still decide and time is left, then the candidate under more load. The next environment is
 * started while the last is taken away, and never while a replay runs. However a run ends, it closes only when no environment is left.
 */
export function step(state: RunState, input: RunInput): RunStep {
  return closeWhenEmpty(state, transition(state, input));
}
