import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { isRefused, openPlannerFor, type PlanningOptions, usingPlanner } from "../pipeline/plan-source.ts";
import { openPlannableState } from "../pipeline/plannable-state.ts";
import { printable } from "../printable.ts";
import type { Progress } from "../progress.ts";
import { renderPlan } from "../render-plan.ts";

/** What can be validated without an engine. Paths are absolute. */
export interface PlanOnlyInputs extends Omit<PlanningOptions, "varFile"> {
  readonly terraformDirectory: string;
  readonly stateFile: string;
  readonly varFiles: readonly string[];
  readonly overlay: ReadonlyMap<string, string>;
  /** Why no load can be run, and what to do. */
  readonly reason: string;
  readonly format: "table" | "json" | "markdown";
}

/** The document of a validation that only planned. */
const PLAN_ONLY_SCHEMA = "apex.plan-validation/v1";

/**
 * Without a Docker engine no load can be run: the change is planned, and the answer says that nothing more was proven. Exit 4
 * when Terraform refuses the change, otherwise 6.
 */
export async function validatePlanOnly(
  io: Io,
  inputs: PlanOnlyInputs,
  progress: Progress,
): Promise<ExitCode> {
  await using state = await openPlannableState(inputs.stateFile);
  progress.step("Planning the change; there is no engine to run the load in");
  const request = {
    directory: inputs.terraformDirectory,
    stateFile: state.path,
    varFiles: inputs.varFiles,
    overlay: inputs.overlay,
    signal: io.signal,
  };
  const result = await usingPlanner(await openPlannerFor(io, inputs), (planner) => planner.plan(request));
  progress.done();
  const isRefusedPlan = isRefused(result);
  const summary = isRefusedPlan
    ? "Terraform refuses the change."
    : "The change plans. Whether the machines hold the load was not tried: no replay without a Docker engine.";
  const verdict = isRefusedPlan ? "fail" : "inconclusive";
  const code = isRefusedPlan ? "plan-refused" : "no-engine";
  if (inputs.format === "json") {
    const { changes, diagnostics, notes, terraformVersion } = result;
    const reasons = [{ code, kind: verdict, summary: `${summary} ${inputs.reason}` }];
    const document = {
      schema: PLAN_ONLY_SCHEMA,
      verdict,
      reasons,
      terraformVersion,
      changes,
      diagnostics,
      notes,
    };
    io.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    io.out(`${verdict.toUpperCase()}: ${summary}\n  ${printable(inputs.reason)}\n\n`);
    io.out(renderPlan(result, { colour: io.colour }));
  }
  return isRefusedPlan ? EXIT_CODES.planRefused : EXIT_CODES.undecided;
}
