import path from "node:path";
import type { Planner, PlanResult } from "@apex/sandbox-terraform";
import type { RepairMeans } from "../agent/repair-inputs.ts";
import type { RepairedSides } from "../agent/repair-sides.ts";
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
import { repairFiles } from "./repair-files.ts";

/** What can be validated without an engine. Paths are absolute. */
export interface PlanOnlyInputs extends Omit<PlanningOptions, "varFile" | "providers"> {
  readonly terraformDirectory: string;
  readonly stateFile: string;
  readonly varFiles: readonly string[];
  readonly overlay: ReadonlyMap<string, string>;
  /** How sides that do not plan are repaired first; absent: they are an error. */
  readonly fix?: RepairMeans;
  readonly storeDirectory: string;
  /** Why no load can be run, and what to do. */
  readonly reason: string;
  readonly format: "table" | "json" | "markdown";
  /** Directory for validation.json and validation.md. */
  readonly out?: string;
}

/** The plan of the change, and what had to be repaired before there was one. */
interface PlannedChange {
  readonly result: PlanResult;
  readonly repaired?: RepairedSides;
}

async function plannedAsGiven(
  io: Io,
  planner: Planner,
  inputs: PlanOnlyInputs,
  progress: Progress,
): Promise<PlannedChange> {
  const { terraformDirectory: directory, stateFile, varFiles, overlay } = inputs;
  const request = { directory, stateFile, varFiles, signal: io.signal };
  progress.step("Planning the configuration as it is");
  const base = await planner.plan(request);
  const baseline = await requirePlan(io, base, async () => {
    const { fixCommand, previewRepair, WITH_FIX } = await import("../agent/preview-repair.ts");
    return `${await previewRepair(io, planner, inputs, fixCommand(io, inputs))}\n${WITH_FIX}`;
  });
  progress.step("Planning the change; there is no engine to run the load in");
  const result = await planner.plan({ ...request, overlay });
  if (isRefused(result)) {
    const { patchedFixCommand, previewRepair, WITH_FIX } = await import("../agent/preview-repair.ts");
    const unplanned = { ...inputs, texts: overlay, baseline };
    const advice = await previewRepair(io, planner, unplanned, patchedFixCommand(io, inputs));
    io.err(`${freshLine(io)}apex: ${printable(`${advice}\n${WITH_FIX}`)}\n`);
  }
  return { result };
}

async function plannedWithRepairs(
  io: Io,
  planner: Planner,
  { fix, ...inputs }: PlanOnlyInputs & { readonly fix: RepairMeans },
  progress: Progress,
): Promise<PlannedChange> {
  const { repairSides } = await import("../agent/repair-sides.ts");
  const repaired = await repairSides(io, planner, { ...inputs, fix }, progress);
  const { terraformDirectory: directory, stateFile, varFiles } = inputs;
  const { overlay, notes } = repaired;
  progress.step("Planning the change; there is no engine to run the load in");
  const result = await planner.plan({ directory, stateFile, varFiles, overlay, signal: io.signal });
  const told = { ...result, notes: [...notes, ...result.notes] };
  return notes.length === 0 ? { result } : { result: told, repaired };
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
  const { fix } = inputs;
  const given = { ...inputs, stateFile: state.path };
  const { result, repaired } = await usingPlanner(await openPlannerFor(io, inputs), (planner) =>
    fix === undefined
      ? plannedAsGiven(io, planner, given, progress)
      : plannedWithRepairs(io, planner, { ...given, fix }, progress),
  );
  progress.done();
  const validation = judgePlan(result, inputs.reason);
  const json = renderPlanValidationJson(validation);
  const markdown = renderPlanValidationMarkdown(validation);
  if (inputs.format === "json") io.out(json);
  else if (inputs.format === "markdown") io.out(markdown);
  else io.out(renderPlanValidationTable(validation, result, { colour: io.colour }));
  const { out, terraformDirectory } = inputs;
  if (out !== undefined) {
    const diffs = repaired === undefined ? [] : repairFiles(io, out, terraformDirectory, repaired);
    await writeFiles(
      new Map([
        [path.join(out, "validation.json"), json],
        [path.join(out, "validation.md"), markdown],
        ...diffs,
      ]),
    );
  }
  return isRefused(result) ? EXIT_CODES.planRefused : EXIT_CODES.undecided;
}
