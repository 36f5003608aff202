import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { isRefused, type PlanningOptions, planSource } from "../pipeline/plan-source.ts";
import { renderPlan } from "../render-plan.ts";

/** Options of `apex plan`, as the command line gives them. */
export interface PlanOptions extends PlanningOptions {
  readonly directory: string;
  readonly state?: string;
  readonly format: "table" | "json";
}

/** `apex plan`: real Terraform against the stand-in provider. Exit 4 when Terraform reports an error. */
export async function runPlan(io: Io, options: PlanOptions): Promise<ExitCode> {
  const source = { ...options, directoryOption: "plan" };
  const result = await planSource(io, source, { quiet: options.format === "json" });
  if (options.format === "json") {
    const { providers, terraformVersion, diagnostics, changes, notes } = result;
    io.out(`${JSON.stringify({ providers, terraformVersion, diagnostics, changes, notes }, null, 2)}\n`);
  } else {
    io.out(renderPlan(result, { colour: io.colour }));
  }
  return isRefused(result) ? EXIT_CODES.planRefused : EXIT_CODES.done;
}
