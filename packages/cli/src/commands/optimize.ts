import path from "node:path";
import { renderHtml, renderJson, renderMarkdown, renderTable, type Report } from "@apex/report";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { expandInputs, requireDirectory, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { loadPolicy } from "../pipeline/load-policy.ts";
import { optimize, type OptimizeInputs } from "../pipeline/optimize.ts";
import type { PlanningOptions } from "../pipeline/plan-source.ts";
import { patchText } from "../pipeline/patch-file.ts";
import { openProgress } from "../progress.ts";
import { writeFiles } from "../write-files.ts";

/** Options of `apex optimize`, as the command line gives them. */
export interface OptimizeOptions extends PlanningOptions {
  readonly terraform: string;
  readonly state: string;
  readonly cost: readonly string[];
  readonly metrics: readonly string[];
  readonly policy?: string;
  readonly out?: string;
  readonly format: "table" | "json" | "markdown";
  readonly apply?: boolean;
  readonly quiet?: boolean;
}

async function resolveInputs(io: Io, options: OptimizeOptions): Promise<OptimizeInputs> {
  const terraformDirectory = await requireDirectory("--terraform", options.terraform, io.cwd);
  const [stateFile = ""] = await requireFiles("--state", [options.state], io.cwd);
  const [policyFile] = await requireFiles(
    "--policy",
    options.policy === undefined ? [] : [options.policy],
    io.cwd,
  );
  const policy = await loadPolicy(policyFile, terraformDirectory);
  return {
    terraformDirectory,
    stateFile,
    varFiles: await requireFiles("--var-file", options.varFile, io.cwd),
    costFiles: await expandInputs("--cost", options.cost, io.cwd),
    metricFiles: await expandInputs("--metrics", options.metrics, io.cwd),
    policy: policy.policy,
    ...(policy.file === undefined ? {} : { policyFile: policy.file }),
    storeDirectory: path.resolve(io.cwd, io.env["APEX_HOME"] ?? ".apex"),
    ...(io.env["DATABASE_URL"] === undefined ? {} : { databaseUrl: io.env["DATABASE_URL"] }),
    ...(options.providers === undefined ? {} : { providers: options.providers }),
    ...(options.fixtures === undefined ? {} : { fixtures: options.fixtures }),
    apply: options.apply === true,
  };
}

function render(report: Report, format: OptimizeOptions["format"], io: Io): string {
  if (format === "json") return renderJson(report);
  if (format === "markdown") return renderMarkdown(report);
  return renderTable(report, { width: io.width, colour: io.colour });
}

function exitCodeFor(report: Report): ExitCode {
  const { applied, planned } = report.summary.recommendations;
  return applied + planned > 0 ? EXIT_CODES.done : EXIT_CODES.nothingToDo;
}

/** `apex optimize`: the main job. See `apex optimize --help`; exit codes are {@link EXIT_CODES}. */
export async function runOptimize(io: Io, options: OptimizeOptions): Promise<ExitCode> {
  const inputs = await resolveInputs(io, options);
  const progress = openProgress(io, { quiet: options.quiet === true });
  const { report, before, after, profiles } = await optimize(io, inputs, progress);
  progress.done();
  const outputs = new Map<string, string>();
  if (options.out !== undefined) {
    const out = path.resolve(io.cwd, options.out);
    outputs.set(path.join(out, "report.json"), renderJson(report));
    outputs.set(path.join(out, "report.md"), renderMarkdown(report));
    outputs.set(path.join(out, "report.html"), renderHtml(report, { profiles }));
    outputs.set(path.join(out, "patch.diff"), patchText(inputs.terraformDirectory, io.cwd, before, after));
  }
  await writeFiles(outputs);
  io.out(render(report, options.format, io));
  return exitCodeFor(report);
}
