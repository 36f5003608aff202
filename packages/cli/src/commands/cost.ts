import { readFile } from "node:fs/promises";
import path from "node:path";
import { pricePlan } from "@apex/catalog";
import type { TerraformDiagnostic, TerraformPlan } from "@apex/core";
import { AdapterError } from "@apex/core";
import { decodePlan } from "@apex/sandbox-terraform";
import { contractOf } from "../catalog/load-contract.ts";
import { loadPrices } from "../catalog/load-prices.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { isRefused, type PlanningOptions, planSource } from "../pipeline/plan-source.ts";
import { renderCost } from "../render-cost.ts";
import { renderDiagnostics } from "../render-plan.ts";

/** Options of `apex cost`, as the command line gives them. */
export interface CostOptions extends PlanningOptions {
  readonly terraform?: string;
  readonly plan?: string;
  readonly state?: string;
  readonly catalog?: string;
  /** Private prices. */
  readonly prices?: string;
  readonly format: "table" | "json";
}

const HOW_TO_MAKE_A_PLAN =
  "make a plan with `terraform plan -out=plan.tfplan && terraform show -json plan.tfplan`";

/** Whether this is `terraform show -json` of a state, which has a plan's version but plans nothing. */
function isShownState(json: unknown): boolean {
  return (
    typeof json === "object" &&
    json !== null &&
    "format_version" in json &&
    !("planned_values" in json) &&
    !("resource_changes" in json)
  );
}

async function readPlan(file: string): Promise<TerraformPlan> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new AdapterError("invalid", `--plan ${file} is not JSON: ${HOW_TO_MAKE_A_PLAN}`, { cause: error });
  }
  if (isShownState(json)) {
    // Read as a plan it would cost nothing, which is not what a state's machines cost.
    throw new AdapterError("invalid", `--plan ${file} is a state, not a plan: ${HOW_TO_MAKE_A_PLAN}`);
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
  const source = { ...options, directory: options.terraform ?? "", directoryOption: "--terraform" };
  const result = await planSource(io, source, { quiet: options.format === "json" });
  return result.plan === null || isRefused(result) ? refusal(result.diagnostics, io) : result.plan;
}

/** `apex cost`: the monthly price of what a configuration or a plan leads to, by the list or the user's contract. */
export async function runCost(io: Io, options: CostOptions): Promise<ExitCode> {
  const prices = await loadPrices(io, options.catalog);
  const beside = options.terraform === undefined ? [] : [path.resolve(io.cwd, options.terraform)];
  const contract = await contractOf(io, options.prices, [
    ...beside.flatMap((directory) => [directory, path.dirname(directory)]),
    io.cwd,
  ]);
  const estimate = pricePlan(await planOf(io, options), "after", { prices, contract });
  io.out(
    options.format === "json"
      ? `${JSON.stringify(estimate, null, 2)}\n`
      : renderCost(estimate, {
          width: io.width,
          colour: io.colour,
          basis:
            contract === undefined
              ? "on-demand list prices"
              : "on-demand prices by contract, else by the list",
        }),
  );
  return EXIT_CODES.done;
}
