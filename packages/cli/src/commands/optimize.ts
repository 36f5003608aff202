import path from "node:path";
import { AdapterError } from "@apex/core";
import { renderHtml, renderJson, renderMarkdown, renderTable, type Report } from "@apex/report";
import { contractOf } from "../catalog/load-contract.ts";
import { loadPrices } from "../catalog/load-prices.ts";
import { eventLog } from "../event-log.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { LOAD_DEFAULTS } from "../load-defaults.ts";
import { expandInputs, requireRootModule, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { loadPolicy } from "../pipeline/load-policy.ts";
import { optimize } from "../pipeline/optimize.ts";
import type { OptimizeResult } from "../pipeline/report-optimization.ts";
import type { OptimizeInputs } from "../pipeline/optimize-inputs.ts";
import type { PlanningOptions } from "../pipeline/plan-source.ts";
import { patchText } from "../pipeline/patch-file.ts";
import { recordRun } from "../pipeline/record-run.ts";
import { isProven, type ValidateChange } from "../pipeline/try-change.ts";
import { validate } from "../pipeline/validate.ts";
import { printable } from "../printable.ts";
import { freshLine, openProgress, type Progress } from "../progress.ts";
import { requireSandbox } from "../sandbox/find-sandbox.ts";
import { storePlace } from "../store-place.ts";
import { requireWritable, writeFiles } from "../write-files.ts";
import { optimizeExitCode } from "./optimize-exit-code.ts";
import { type LoadOptions, requireMetrics, resolveLoad, validationFiles } from "./validate.ts";

/** Options of `apex optimize`, as the command line gives them. */
export interface OptimizeOptions extends PlanningOptions, Partial<LoadOptions> {
  readonly terraform: string;
  readonly state: string;
  readonly cost: readonly string[];
  readonly metrics: readonly string[];
  readonly from?: string;
  readonly policy?: string;
  readonly catalog?: string;
  readonly prices?: string;
  readonly out?: string;
  readonly format: "table" | "json" | "markdown";
  readonly apply?: boolean;
  readonly validate?: boolean;
  /** A configuration that does not plan is repaired first. */
  readonly fix?: boolean;
  /** False: by fixers alone. */
  readonly model?: string | false;
  /** Whose bill the model is on. */
  readonly tenant?: string;
  readonly quiet?: boolean;
  readonly events?: string;
}

async function resolveInputs(io: Io, options: OptimizeOptions): Promise<OptimizeInputs> {
  // A twin is calibrated by them; everything else can say what a state alone tells.
  if (options.validate === true) requireMetrics(options);
  const terraformDirectory = await requireRootModule("--terraform", options.terraform, io.cwd);
  const [stateFile = ""] = await requireFiles("--state", [options.state], io.cwd);
  const [policyFile] = await requireFiles(
    "--policy",
    options.policy === undefined ? [] : [options.policy],
    io.cwd,
  );
  const policy = await loadPolicy(policyFile, terraformDirectory);
  const contract = await contractOf(io, options.prices, [
    terraformDirectory,
    path.dirname(terraformDirectory),
  ]);
  const { directory: storeDirectory, ...server } = storePlace(io);
  return {
    terraformDirectory,
    stateFile,
    varFiles: await requireFiles("--var-file", options.varFile, io.cwd),
    costFiles: await expandInputs("--cost", options.cost, io.cwd),
    metricFiles: await expandInputs("--metrics", options.metrics, io.cwd),
    ...(options.from === undefined ? {} : { collection: path.resolve(io.cwd, options.from) }),
    policy: policy.policy,
    ...(policy.file === undefined ? {} : { policyFile: policy.file }),
    prices: await loadPrices(io, options.catalog),
    ...(contract === undefined ? {} : { contract }),
    storeDirectory,
    ...server,
    ...(options.providers === undefined ? {} : { providers: options.providers }),
    ...(options.fixtures === undefined ? {} : { fixtures: options.fixtures }),
    ...(options.trust === undefined ? {} : { trust: options.trust }),
    apply: options.apply === true,
  };
}

function render(report: Report, format: OptimizeOptions["format"], io: Io): string {
  if (format === "json") return renderJson(report);
  if (format === "markdown") return renderMarkdown(report);
  return renderTable(report, { width: io.width, colour: io.colour });
}

/** What a run writes, and what the files that it replaces must still hold. */
function filesOf(
  io: Io,
  options: OptimizeOptions,
  inputs: OptimizeInputs,
  { report, before, after, profiles, tried, repaired }: OptimizeResult,
): { readonly files: ReadonlyMap<string, string>; readonly replaces: ReadonlyMap<string, string> } {
  const inTerraform = ([file, text]: readonly [string, string]) =>
    [path.resolve(inputs.terraformDirectory, file), text] as const;
  const files = new Map<string, string>();
  if (options.out !== undefined) {
    const out = path.resolve(io.cwd, options.out);
    files.set(path.join(out, "report.json"), renderJson(report));
    files.set(path.join(out, "report.md"), renderMarkdown(report));
    files.set(path.join(out, "report.html"), renderHtml(report, { profiles }));
    const diff = (from: typeof before, to: typeof before) =>
      patchText(inputs.terraformDirectory, io.cwd, from, to);
    files.set(path.join(out, "patch.diff"), diff(new Map([...before, ...(repaired ?? [])]), after));
    if (repaired !== undefined) files.set(path.join(out, "repair.diff"), diff(before, repaired));
    if (tried.kind === "validated")
      for (const [name, text] of validationFiles(out, tried.result)) files.set(name, text);
  }
  // A repair by itself is nothing that was recommended: apex fix writes that.
  const isToWrite = inputs.apply && isProven(tried) && report.summary.recommendations.applied > 0;
  if (!isToWrite) return { files, replaces: new Map() };
  for (const [file, text] of [...after].map(inTerraform)) files.set(file, text);
  return { files, replaces: new Map([...before].map(inTerraform)) };
}

/** A run that cannot be recorded has done its job all the same: the user keeps the result and learns what is missing. */
async function record(io: Io, inputs: OptimizeInputs, report: Report): Promise<void> {
  try {
    await recordRun(inputs, report, io.signal);
  } catch (error) {
    if (!io.signal.aborted && !(error instanceof AdapterError)) throw error;
    const reason = io.signal.aborted || !(error instanceof Error) ? "stopped" : error.message;
    io.err(`${freshLine(io)}apex: warning: this run is not recorded: ${printable(reason)}\n`);
  }
}

/** How the change is tried in the sandbox, when that was asked for. The load is read before anything is analysed. */
async function validator(
  io: Io,
  options: OptimizeOptions,
  inputs: OptimizeInputs,
  progress: Progress,
): Promise<ValidateChange | undefined> {
  if (options.validate !== true) return undefined;
  const workload = options.workload ?? [];
  if (workload.length === 0) {
    throw new CommandError(
      EXIT_CODES.wrongUse,
      "--validate replays a recorded load: name the service's access logs with --workload",
    );
  }
  const engine = await requireSandbox(io, options);
  const load = await resolveLoad(io, { ...LOAD_DEFAULTS, ...options, workload }, progress);
  // What is tried has been planned, and repaired where that was wanted.
  const { fix: _, ...planned } = inputs;
  return (overlay, base) =>
    validate(io, engine, { ...planned, ...load, overlay, ...(base === undefined ? {} : { base }) }, progress);
}

/** Writes what a run leaves; what went wrong is a value, because the result is printed all the same. */
async function written(
  files: ReadonlyMap<string, string>,
  replaces: ReadonlyMap<string, string>,
): Promise<{ readonly error?: unknown }> {
  try {
    await writeFiles(files, replaces);
    return {};
  } catch (error) {
    return { error };
  }
}

/** `apex optimize`: the main job. See `apex optimize --help`; exit codes are {@link EXIT_CODES}. */
export async function runOptimize(io: Io, options: OptimizeOptions): Promise<ExitCode> {
  const inputs = await resolveInputs(io, options);
  if (options.fix !== true) return optimized(io, options, inputs);
  // Loaded where a repair is wanted: the client of a model comes with it.
  const { withRepairMeans } = await import("../agent/repair-means.ts");
  return withRepairMeans(io, options, (fix) => optimized(io, options, { ...inputs, fix }));
}

async function optimized(io: Io, options: OptimizeOptions, inputs: OptimizeInputs): Promise<ExitCode> {
  if (options.out !== undefined) await requireWritable(path.resolve(io.cwd, options.out));
  const progress = openProgress(io, { quiet: options.quiet === true });
  const validateChange = await validator(io, options, inputs, progress);
  const events = eventLog(io, options.events);
  const result = await optimize(io, inputs, progress, {
    ...(validateChange === undefined ? {} : { validateChange }),
    ...(events === undefined ? {} : { onEvent: events }),
  });
  progress.step("Writing and recording the result");
  const { files, replaces } = filesOf(io, options, inputs, result);
  const { error } = await written(files, replaces);
  const report = error === undefined ? result.report : result.reportUnwritten;
  await record(io, inputs, report);
  progress.done();
  io.out(render(report, options.format, io));
  if (error !== undefined) throw error;
  return io.signal.aborted ? EXIT_CODES.interrupted : optimizeExitCode(result.report, result.tried, options);
}
