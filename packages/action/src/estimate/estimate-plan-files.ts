import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { priceDifference } from "@apex/catalog";
import { AdapterError, type TerraformPlan } from "@apex/core";
import { type EstimatedProject, ESTIMATE_SCHEMA, type EstimateReport } from "@apex/report";
import { decodePlan } from "@apex/sandbox-terraform";
import type { ActionInputs } from "../inputs/action-inputs.ts";
import type { ActionIo } from "../runner/action-io.ts";
import { APEX_VERSION } from "../version.ts";
import { type EstimatePricing, loadPricing } from "./estimate-prices.ts";
import { missedRecommendations, readRecommendations } from "./missed-recommendations.ts";
import { withoutSecrets } from "./without-secrets.ts";

const HOW_TO_MAKE_A_PLAN = "make it with `terraform show -json plan.tfplan > plan.json`";
const PLAN_BYTES_MAX = 512 * 1024 * 1024;

async function readPlanFile(file: string, given: string): Promise<TerraformPlan> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new AdapterError("not-found", `plan-json: there is no file ${given}: ${HOW_TO_MAKE_A_PLAN}`);
  }
  if (found.size > PLAN_BYTES_MAX) throw new AdapterError("invalid", `plan-json: ${given} is too large`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new AdapterError("invalid", `plan-json: ${given} is not JSON: ${HOW_TO_MAKE_A_PLAN}`, { cause });
  }
  if (
    typeof json === "object" &&
    json !== null &&
    !("resource_changes" in json || "planned_values" in json)
  ) {
    // A state read as a plan would change nothing, which is not what whoever gives it wants to know.
    throw new AdapterError("invalid", `plan-json: ${given} is no plan: ${HOW_TO_MAKE_A_PLAN}`);
  }
  return withoutSecrets(decodePlan(json));
}

function projectOf(given: string, plan: TerraformPlan, pricing: EstimatePricing): EstimatedProject {
  return {
    directory: path.posix.normalize(given.replaceAll("\\", "/")),
    varFiles: [],
    difference: priceDifference({ head: plan }, pricing.options),
    problems: [],
    notes: [],
  };
}

/**
 * What plans that somebody else has made do to the monthly cost: each plan's outcome against the state that it was made from. Nothing is
 * planned, so neither Terraform nor a checkout is needed. Throws an AdapterError that names the file.
 */
export async function estimatePlanFiles(inputs: ActionInputs, io: ActionIo): Promise<EstimateReport> {
  const pricing = await loadPricing(io.workspace, inputs);
  const recommendations =
    inputs.report === null
      ? undefined
      : await readRecommendations(path.resolve(io.workspace, inputs.report), inputs.report);
  const estimates = await Promise.all(
    [...new Set(inputs.planJson)].toSorted().map(async (given) => {
      const plan = await readPlanFile(path.resolve(io.workspace, given), given);
      return { project: projectOf(given, plan, pricing), plan };
    }),
  );
  for (const line of pricing.usageAdvice()) io.log(`usage-file: ${line}`);
  const missed = estimates.flatMap(({ project: { directory, difference }, plan }) =>
    difference === null || recommendations === undefined
      ? []
      : missedRecommendations(recommendations, {
          directory,
          isOnly: estimates.length === 1,
          difference,
          head: plan,
        }),
  );
  return {
    schema: ESTIMATE_SCHEMA,
    apexVersion: APEX_VERSION,
    commits: null,
    terraform: null,
    basis: pricing.basis,
    usageFile: pricing.usageFile,
    projects: estimates.map(({ project }) => project),
    untouched: 0,
    missed,
    validation: [],
  };
}
