import { realpath } from "node:fs/promises";
import path from "node:path";
import { createOpenAiClient, type ModelChoice } from "@apex/agent/openai";
import { unreachable } from "@apex/core";
import { chosenModel, meansOf, type RepairBounds } from "../agent/choose-model.ts";
import { fix, type FixResult } from "../agent/fix.ts";
import { renderFixJson } from "../agent/fix-json.ts";
import type { FixReport } from "../agent/fix-report.ts";
import type { RepairInputs } from "../agent/repair-inputs.ts";
import { renderFixMarkdown, renderFixTable } from "../agent/render-fix.ts";
import { openModelBill } from "../billing/model-bill.ts";
import { eventLog } from "../event-log.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { requireFiles, requireRootModule } from "../input-files.ts";
import type { Io } from "../io.ts";
import { openPlannableState } from "../pipeline/plannable-state.ts";
import type { PlanningOptions } from "../pipeline/plan-source.ts";
import { openProgress } from "../progress.ts";
import { storePlace } from "../store-place.ts";
import { requireWritable, writeFiles } from "../write-files.ts";

/** Options of `apex fix`, as the command line gives them. */
export interface FixOptions extends PlanningOptions, RepairBounds {
  readonly directory: string;
  readonly state?: string;
  readonly diagnostics?: string;
  readonly dryRun?: boolean;
  readonly fresh?: boolean;
  readonly out?: string;
  readonly format: "table" | "json" | "markdown";
  readonly quiet?: boolean;
  readonly events?: string;
  /** Whose bill the model is on. */
  readonly tenant?: string;
}

async function resolveInputs(
  io: Io,
  options: FixOptions,
  choice: ModelChoice,
): Promise<Omit<RepairInputs, "stateFile">> {
  const directory = await realpath(await requireRootModule("fix", options.directory, io.cwd));
  const { diagnostics, providers, fixtures, trust } = options;
  const [diagnosticsFile] = await requireFiles(
    "--diagnostics",
    diagnostics === undefined ? [] : [diagnostics],
    io.cwd,
  );
  return {
    terraformDirectory: directory,
    varFiles: await requireFiles("--var-file", options.varFile, io.cwd),
    ...meansOf(choice, options),
    ...(diagnosticsFile === undefined ? {} : { diagnosticsFile }),
    ...(providers === undefined ? {} : { providers }),
    ...(fixtures === undefined ? {} : { fixtures }),
    ...(trust === undefined ? {} : { trust }),
  };
}

function render(report: FixReport, format: FixOptions["format"], io: Io): string {
  if (format === "json") return renderFixJson(report);
  return format === "markdown" ? renderFixMarkdown(report) : renderFixTable(report, { colour: io.colour });
}

function exitCodeOf({ outcome }: FixReport): ExitCode {
  switch (outcome.kind) {
    case "nothing-broken":
    case "fixed":
      return EXIT_CODES.done;
    case "gave-up":
      return EXIT_CODES.planRefused;
    case "refused":
      return EXIT_CODES.ruleBroken;
    default:
      return unreachable(outcome);
  }
}

/** The files that a repair leaves in `directory`. */
function filesOf(directory: string, report: FixReport): ReadonlyMap<string, string> {
  return new Map([
    [path.join(directory, "fix.json"), renderFixJson(report)],
    [path.join(directory, "fix.md"), renderFixMarkdown(report)],
    [path.join(directory, "patch.diff"), report.diff],
  ]);
}

/** `apex fix`: repairs a Terraform directory. See `apex fix --help`; exit codes are {@link EXIT_CODES}. */
export async function runFix(io: Io, options: FixOptions): Promise<ExitCode> {
  const choice = chosenModel(io, options);
  const inputs = await resolveInputs(io, options, choice);
  const [stateFile] = await requireFiles(
    "--state",
    options.state === undefined ? [] : [options.state],
    io.cwd,
  );
  const isDryRun = options.dryRun === true;
  const out = options.out === undefined ? undefined : path.resolve(io.cwd, options.out);
  const bill = await openModelBill(io, options.tenant, choice);
  // What takes minutes, and a model's money, must not be lost for a place that cannot be written to.
  if (!isDryRun) await requireWritable(inputs.terraformDirectory);
  if (out !== undefined) await requireWritable(out);
  await using state = stateFile === undefined ? undefined : await openPlannableState(stateFile);
  const onEvent = eventLog(io, options.events);
  const progress = openProgress(io, { quiet: options.quiet === true });
  const { report, writeError }: FixResult = await fix(
    io,
    {
      inputs: {
        ...inputs,
        ...(state === undefined ? {} : { stateFile: state.path }),
        ...(bill === undefined ? {} : { bill: bill.add }),
      },
      storeDirectory: storePlace(io).directory,
      isDryRun,
      isFresh: options.fresh === true,
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(choice.kind === "model" ? { client: createOpenAiClient(choice.settings) } : {}),
      ...(choice.kind === "none" && options.model !== false ? { noModel: choice.why } : {}),
    },
    progress,
  );
  io.out(render(report, options.format, io));
  if (out !== undefined) await writeFiles(filesOf(out, report));
  bill?.tell();
  if (writeError !== undefined) throw writeError;
  return exitCodeOf(report);
}
