import { readFile } from "node:fs/promises";
import { pricePlan } from "@apex/catalog";
import type { TerraformDiagnostic, TerraformPlan } from "@apex/core";
import { AdapterError } from "@apex/core";
import { decodePlan, planDirectory } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { requireDirectory, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { machineTypesByAttribute } from "../pipeline/machine-types-by-attribute.ts";
import { openProgress } from "../progress.ts";
import { renderCost } from "../render-cost.ts";
import { renderDiagnostics } from "../render-plan.ts";

/** Options of `apex cost`, as the command line gives them. */
export interface CostOptions {
  readonly terraform?: string;
  readonly plan?: string;
  readonly state?: string;
  readonly varFile: readonly string[];
  readonly format: "table" | "json";
}

async function readPlan(file: string): Promise<TerraformPlan> {
  const text = await readFile(file, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AdapterError(
      "invalid",
      `--plan ${file} is not JSON: make it with \`terraform plan -out=P && terraform show -json P > ${file}\``,
      { cause: error },
    );
  }
  return decodePlan(json);
}

function refusal(diagnostics: readonly TerraformDiagnostic[], io: Io): never {
  io.err(renderDiagnostics(diagnostics, { colour: io.colour }));
  throw new CommandError(
    EXIT_CODES.planRefused,
    "Terraform could not plan this configuration, so there is no price",
  );
}

async function planOf(io: Io, options: CostOptions): Promise<TerraformPlan> {
  if ((options.terraform === undefined) === (options.plan === undefined)) {
    throw new CommandError(EXIT_CODES.wrongUse, "give either --terraform DIR or --plan FILE");
  }
  if (options.plan !== undefined) {
    const [file = ""] = await requireFiles("--plan", [options.plan], io.cwd);
    return readPlan(file);
  }
  const directory = await requireDirectory("--terraform", options.terraform ?? "", io.cwd);
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
  const hasErrors = result.diagnostics.some(({ severity }) => severity === "error");
  return result.plan === null || hasErrors ? refusal(result.diagnostics, io) : result.plan;
}

/** `apex cost`: the monthly list price of what a configuration or a plan leads to. */
export async function runCost(io: Io, options: CostOptions): Promise<ExitCode> {
  const estimate = pricePlan(await planOf(io, options), "after");
  io.out(
    options.format === "json"
      ? `${JSON.stringify(estimate, null, 2)}\n`
      : renderCost(estimate, { width: io.width, colour: io.colour }),
  );
  return EXIT_CODES.done;
}
