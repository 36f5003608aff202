import path from "node:path";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import {
  isRefused,
  openPlannerFor,
  type PlanningOptions,
  requirePlan,
  usingPlanner,
} from "../pipeline/plan-source.ts";
import { openPlannableState } from "../pipeline/plannable-state.ts";
import { printable } from "../printable.ts";
import { freshLine, type Progress } from "../progress.ts";
import {
  judgePlan,
  renderPlanValidationJson,
  renderPlanValidationMarkdown,
  renderPlanValidationTable,
} from "../render-plan-validation.ts";
import { writeFiles } from "../write-files.ts";

/** What can be validated without an engine. Paths are absolute. */
export interface PlanOnlyInputs extends Omit<PlanningOptions, "varFile" | "providers"> {
  readonly terraformDirectory: string;
  readonly stateFile: string;
  readonly varFiles: readonly string[];
  readonly overlay: ReadonlyMap<string, string>;
  /** Why no load can be run, and what to do. */
  readonly reason: string;
  readonly format: "table" | "json" | "markdown";
  /** Directory for validation.json and validation.md. */
  readonly out?: string;
}

/**
 * Without a Docker engine no load can be run: the change is planned, and the answer says that nothing more was proven. Exit 4
 * when Terraform refuses the change, otherwise 6. Throws a CommandError, exit 4 too, when it is the configuration without the
 * change that does not plan.
 */
export async function validatePlanOnly(
  io: Io,
  inputs: PlanOnlyInputs,
  progress: Progress,
): Promise<ExitCode> {
  await using state = await openPlannableState(inputs.stateFile);
  const request = {
    directory: inputs.terraformDirectory,
    stateFile: state.path,
    varFiles: inputs.varFiles,
    signal: io.signal,
  };
  const result = await usingPlanner(await openPlannerFor(io, inputs), async (planner) => {
    progress.step("Planning the configuration as it is");
    const asItIs = { ...inputs, stateFile: state.path };
    const base = await planner.plan(request);
    const baseline = await requirePlan(io, base, async () => {
      const { fixCommand, previewRepair } = await import("../agent/preview-repair.ts");
      return previewRepair(io, planner, asItIs, fixCommand(io, inputs));
    });
    progress.step("Planning the change; there is no engine to run the load in");
    const changed = await planner.plan({ ...request, overlay: inputs.overlay });
    if (isRefused(changed)) {
      const { patchedFixCommand, previewRepair } = await import("../agent/preview-repair.ts");
      const unplanned = { ...asItIs, texts: inputs.overlay, baseline };
      const advice = await previewRepair(io, planner, unplanned, patchedFixCommand(io, inputs));
      io.err(`${freshLine(io)}apex: ${printable(advice)}\n`);
    }
    return changed;
  });
  progress.done();
  const validation = judgePlan(result, inputs.reason);
  const json = renderPlanValidationJson(validation);
  const markdown = renderPlanValidationMarkdown(validation);
  if (inputs.format === "json") io.out(json);
  else if (inputs.format === "markdown") io.out(markdown);
  else io.out(renderPlanValidationTable(validation, result, { colour: io.colour }));
  if (inputs.out !== undefined) {
    await writeFiles(
      new Map([
        [path.join(inputs.out, "validation.json"), json],
        [path.join(inputs.out, "validation.md"), markdown],
      ]),
    );
  }
  return isRefused(result) ? EXIT_CODES.planRefused : EXIT_CODES.undecided;
}
