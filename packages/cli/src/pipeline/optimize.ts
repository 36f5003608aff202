import { randomBytes } from "node:crypto";
import { type AgentEvent, runAgents } from "@apex/agent";
import { assert } from "@apex/core";
import { agentRun } from "../agent-run.ts";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import type { OptimizeInputs } from "./optimize-inputs.ts";
import { optimizeCourse, type OptimizeState } from "./optimize-agents.ts";
import { openPlannableState } from "./plannable-state.ts";
import type { OptimizeResult } from "./report-optimization.ts";
import type { ValidateChange } from "./try-change.ts";

/** Who takes part in an optimization from outside. */
export interface OptimizePorts {
  readonly validateChange?: ValidateChange;
  /** Gets what happens, in order. */
  readonly onEvent?: (event: AgentEvent) => void;
}

/**
 * The main job: collect, analyse, generate, plan, validate when asked to, price, report. Nothing of the user's is written;
 * with `apply` the report says what the caller is about to write, which only a proof of all of it allows. A validation that
 * cannot be done takes nothing away. Throws CommandError and AdapterError, and the signal's reason.
 */
export async function optimize(
  io: Io,
  inputs: OptimizeInputs,
  progress: Progress,
  { validateChange, onEvent }: OptimizePorts = {},
): Promise<OptimizeResult> {
  await using opened = new AsyncDisposableStack();
  const state = opened.use(await openPlannableState(inputs.stateFile));
  // What runs beside the one that failed has nothing left to work for.
  const failure = new AbortController();
  const stopping: Io = { ...io, signal: AbortSignal.any([io.signal, failure.signal]) };
  const course = optimizeCourse({
    io: stopping,
    inputs,
    planned: { ...inputs, stateFile: state.path },
    progress,
    opened,
    ...(validateChange === undefined ? {} : { validateChange }),
  });
  const run = {
    runId: `opt-${randomBytes(6).toString("hex")}`,
    goal: "Find what is wasted and write the change",
    ...(onEvent === undefined ? {} : { onEvent }),
  };
  const hooks = { onError: (_: string, error: unknown) => failure.abort(error) };
  const { result } = await agentRun(io, run, (setting) =>
    runAgents<OptimizeState>(course, {}, { ...setting, hooks }),
  );
  assert(result !== undefined, "the course of an optimization ends with its report");
  return result;
}
