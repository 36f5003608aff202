import { type PlanResult, planDirectory } from "@apex/sandbox-terraform";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { requireDirectory, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { openProgress } from "../progress.ts";
import { renderPlan } from "../render-plan.ts";
import { machineTypesByAttribute } from "../pipeline/machine-types-by-attribute.ts";

/** Options of `apex plan`, as the command line gives them. */
export interface PlanOptions {
  readonly directory: string;
  readonly state?: string;
  readonly varFile: readonly string[];
  readonly format: "table" | "json";
}

/** Whether Terraform could not make a plan. */
function isRefused(result: PlanResult): boolean {
  return result.plan === null || result.diagnostics.some(({ severity }) => severity === "error");
}

/** `apex plan`: real Terraform against the stand-in provider. Exit 4 when Terraform reports an error. */
export async function runPlan(io: Io, options: PlanOptions): Promise<ExitCode> {
  const directory = await requireDirectory("plan", options.directory, io.cwd);
  const [stateFile] = await requireFiles(
    "--state",
    options.state === undefined ? [] : [options.state],
    io.cwd,
  );
  const varFiles = await requireFiles("--var-file", options.varFile, io.cwd);
  const progress = openProgress(io, { quiet: options.format === "json" });
  progress.step("Planning with Terraform, offline");
  const result = await planDirectory(
    {
      directory,
      ...(stateFile === undefined ? {} : { stateFile }),
      varFiles,
      signal: io.signal,
    },
    { machineTypes: machineTypesByAttribute() },
  );
  progress.done();
  if (options.format === "json") {
    const { providers, terraformVersion, diagnostics, changes, notes } = result;
    io.out(`${JSON.stringify({ providers, terraformVersion, diagnostics, changes, notes }, null, 2)}\n`);
  } else {
    io.out(renderPlan(result, { colour: io.colour }));
  }
  return isRefused(result) ? EXIT_CODES.planRefused : EXIT_CODES.done;
}
