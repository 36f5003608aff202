import path from "node:path";
import { unreachable, type VerdictKind, type Workload } from "@apex/core";
import {
  renderValidationHtml,
  renderValidationJson,
  renderValidationMarkdown,
  renderValidationTable,
} from "@apex/report";
import { planTime } from "@apex/sandbox-engine";
import { requireCollection } from "@apex/store";
import type { RepairMeans } from "../agent/repair-inputs.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { expandInputs, requireFiles, requireRootModule } from "../input-files.ts";
import type { Io } from "../io.ts";
import type { PlanningOptions } from "../pipeline/plan-source.ts";
import { validate, type ValidateInputs, type ValidateResult } from "../pipeline/validate.ts";
import { openProgress, type Progress } from "../progress.ts";
import { tellAdvice } from "../render-advice.ts";
import { findSandbox } from "../sandbox/find-sandbox.ts";
import { storePlace } from "../store-place.ts";
import { readObjectives } from "../validation/read-objectives.ts";
import { readPatch } from "../validation/read-patch.ts";
import { readRecordedLoad, type RecordedLoadOptions } from "../validation/recorded-load.ts";
import { APEX_VERSION } from "../version.ts";
import { requireWritable, writeFiles } from "../write-files.ts";
import { repairFiles } from "./repair-files.ts";
import { validatePlanOnly } from "./validate-plan-only.ts";

/** How the load is run, as the command line gives it: shared by `apex validate` and `apex optimize --validate`. */
export interface LoadOptions extends RecordedLoadOptions {
  readonly workload: readonly string[];
  readonly target?: string;
  readonly image?: string;
  readonly port: number;
  readonly readyPath?: string;
  readonly env: readonly string[];
  readonly slo?: string;
  readonly minutes: number;
  readonly scale?: number;
}

/** Options of `apex validate`, as the command line gives them. */
export interface ValidateOptions extends Omit<PlanningOptions, "providers">, LoadOptions {
  readonly terraform: string;
  readonly state: string;
  readonly metrics: readonly string[];
  readonly from?: string;
  readonly patch: string;
  /** What does not plan is repaired first. */
  readonly fix?: boolean;
  /** False: by fixers alone. */
  readonly model?: string | false;
  /** Whose bill the model is on. */
  readonly tenant?: string;
  readonly out?: string;
  readonly format: "table" | "json" | "markdown";
  readonly quiet?: boolean;
}

/** Without utilisation nothing can be said. Throws a CommandError. */
export function requireMetrics({
  metrics,
  from,
}: {
  readonly metrics: readonly string[];
  readonly from?: string;
}): void {
  if (metrics.length > 0 || from !== undefined) return;
  throw new CommandError(
    EXIT_CODES.wrongUse,
    "name the utilisation: files with --metrics, or with --from a directory that apex collect filled",
  );
}

/** What a validation with this verdict is for a script. */
export function verdictExitCode(kind: VerdictKind): ExitCode {
  switch (kind) {
    case "pass":
      return EXIT_CODES.done;
    case "fail":
      return EXIT_CODES.loadNotHeld;
    case "inconclusive":
      return EXIT_CODES.undecided;
    default:
      return unreachable(kind);
  }
}

/** Too little time to compare anything is known once the log has been read, long before it would be used. */
function requireEnoughMinutes(
  { minutes, image }: Pick<LoadOptions, "minutes" | "image">,
  workload: Workload,
): void {
  const timing = planTime({ minutes, isCalibrated: image === undefined }, workload);
  if (timing.kind === "planned") return;
  const peak = timing.hasPeak ? " and to send the busiest stretch of the log" : "";
  throw new CommandError(
    EXIT_CODES.wrongUse,
    `--minutes ${minutes}: too short to compare five replays of each side${peak}; at least ${timing.minutesMin} are needed`,
  );
}

/** The part of the inputs that says how the load is run. Reads the log, which takes a while. */
export async function resolveLoad(
  io: Io,
  options: LoadOptions,
  progress: Progress,
): Promise<
  Pick<ValidateInputs, "workload" | "target" | "own" | "objectives" | "minutes" | "scale" | "arrivalFactor">
> {
  const [sloFile] = await requireFiles("--slo", options.slo === undefined ? [] : [options.slo], io.cwd);
  const objectives = sloFile === undefined ? undefined : await readObjectives(sloFile);
  const files = await expandInputs("--workload", options.workload, io.cwd);
  progress.step("Reading the recorded workload");
  const { workload, diagnostics } = await readRecordedLoad(io, files, options, progress);
  tellAdvice(io, diagnostics);
  requireEnoughMinutes(options, workload);
  return {
    workload,
    minutes: options.minutes,
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(options.image === undefined ? {} : { own: ownImage(options, options.image) }),
    ...(objectives === undefined ? {} : { objectives }),
    ...(options.scale === undefined ? {} : { scale: options.scale }),
    ...(options.arrivalFactor === undefined ? {} : { arrivalFactor: options.arrivalFactor }),
  };
}

function ownImage(options: LoadOptions, image: string): NonNullable<ValidateInputs["own"]> {
  const env = options.env.map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return [name, value.join("=")] as const;
  });
  return {
    image,
    port: options.port,
    ...(options.readyPath === undefined ? {} : { readyPath: options.readyPath }),
    env: Object.fromEntries(env),
  };
}

/** The files that a validation leaves in `directory`. */
export function validationFiles(
  directory: string,
  { validation }: Pick<ValidateResult, "validation">,
): ReadonlyMap<string, string> {
  const { markdown, files } = renderValidationMarkdown(validation, {
    apexVersion: APEX_VERSION,
    hasFilesBeside: true,
  });
  return new Map([
    [
      path.join(directory, "validation.json"),
      renderValidationJson(validation, { apexVersion: APEX_VERSION }),
    ],
    [path.join(directory, "validation.md"), markdown],
    [
      path.join(directory, "validation.html"),
      renderValidationHtml(validation, { apexVersion: APEX_VERSION }),
    ],
    ...[...files].map(([name, text]) => [path.join(directory, name), text] as const),
  ]);
}

function render({ validation }: ValidateResult, options: ValidateOptions, io: Io): string {
  if (options.format === "json") return renderValidationJson(validation, { apexVersion: APEX_VERSION });
  if (options.format === "markdown") {
    return renderValidationMarkdown(validation, { apexVersion: APEX_VERSION, hasFilesBeside: false })
      .markdown;
  }
  return renderValidationTable(validation, { width: io.width, colour: io.colour });
}

/**
 * `apex validate`: does the smaller machine hold the recorded load? See `apex validate --help`. The verdict is printed before it is
 * written: a disk that fills up in the meantime does not take it away.
 */
export async function runValidate(io: Io, options: ValidateOptions): Promise<ExitCode> {
  requireMetrics(options);
  if (options.fix !== true) return validated(io, options, undefined);
  const { withRepairMeans } = await import("../agent/repair-means.ts");
  return withRepairMeans(io, options, (fix) => validated(io, options, fix));
}

async function validated(io: Io, options: ValidateOptions, fix: RepairMeans | undefined): Promise<ExitCode> {
  const terraformDirectory = await requireRootModule("--terraform", options.terraform, io.cwd);
  const [stateFile = ""] = await requireFiles("--state", [options.state], io.cwd);
  const [patchFile = ""] = await requireFiles("--patch", [options.patch], io.cwd);
  const change = {
    terraformDirectory,
    stateFile,
    varFiles: await requireFiles("--var-file", options.varFile, io.cwd),
    overlay: await readPatch(patchFile, terraformDirectory, io.cwd),
    ...(options.fixtures === undefined ? {} : { fixtures: options.fixtures }),
    ...(options.trust === undefined ? {} : { trust: options.trust }),
    ...(fix === undefined ? {} : { fix }),
    storeDirectory: storePlace(io).directory,
  };
  const metricFiles = await expandInputs("--metrics", options.metrics, io.cwd);
  const collected = options.from === undefined ? {} : { collection: path.resolve(io.cwd, options.from) };
  // What is no collection is known before anything runs.
  if (collected.collection !== undefined) await requireCollection(collected.collection);
  const out = options.out === undefined ? undefined : path.resolve(io.cwd, options.out);
  if (out !== undefined) await requireWritable(out);
  const progress = openProgress(io, { quiet: options.quiet === true });
  const load = await resolveLoad(io, options, progress);
  const search = await findSandbox(io, options);
  if (search.kind === "absent") {
    const { format } = options;
    const place = out === undefined ? {} : { out };
    return validatePlanOnly(io, { ...change, ...place, reason: search.reason, format }, progress);
  }
  const inputs = { ...change, ...load, ...collected, metricFiles };
  const result = await validate(io, search.engine, inputs, progress);
  progress.done();
  tellAdvice(io, result.diagnostics);
  io.out(render(result, options, io));
  if (out !== undefined) {
    const { repaired } = result;
    const diffs = repaired === undefined ? [] : repairFiles(io, out, terraformDirectory, repaired);
    await writeFiles(new Map([...validationFiles(out, result), ...diffs]));
  }
  return verdictExitCode(result.validation.verdict.kind);
}
