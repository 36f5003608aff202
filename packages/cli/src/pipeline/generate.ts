import type { Analysis } from "@apex/analysis";
import type { TerraformPlan } from "@apex/core";
import { applyTextEdits, type Configuration, patchConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import type { PlanResult } from "@apex/sandbox-terraform";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import type { OptimizeInputs } from "./optimize-inputs.ts";
import { openPlannerFor, requirePlan } from "./plan-source.ts";
import { readTerraform } from "./read-terraform.ts";
import { type VerifiedPatches, verifyPatches } from "./verify-patches.ts";

/** The edits that passed, and the plans with and without them. */
export interface Generated {
  readonly configuration: Configuration;
  readonly verified: VerifiedPatches;
  readonly base: TerraformPlan;
  /** What Terraform said to the accepted edits. */
  readonly result: PlanResult;
  /** The changed files, by path relative to the Terraform directory. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

function changedFiles(
  configuration: Configuration,
  textEdits: VerifiedPatches["textEdits"],
): { readonly before: ReadonlyMap<string, string>; readonly after: ReadonlyMap<string, string> } {
  const edited = applyTextEdits(configuration.source.files, textEdits);
  const after = new Map([...edited].filter(([file, text]) => configuration.source.files.get(file) !== text));
  const before = new Map(
    [...after.keys()].flatMap((file) => {
      const text = configuration.source.files.get(file);
      return text === undefined ? [] : [[file, text] as const];
    }),
  );
  return { before, after };
}

/** Plans the configuration as it is, then with the recommended edits, until the plan changes exactly what is intended. */
export async function generate(
  io: Io,
  inputs: OptimizeInputs,
  analysis: Analysis,
  progress: Progress,
): Promise<Generated> {
  const planner = await openPlannerFor(io, inputs);
  try {
    progress.step("Planning the configuration as it is");
    const configuration = await readTerraform(
      await loadHclParser(),
      inputs.terraformDirectory,
      inputs.varFiles,
    );
    const request = {
      directory: inputs.terraformDirectory,
      stateFile: inputs.stateFile,
      varFiles: inputs.varFiles,
      signal: io.signal,
    };
    const baseResult = await planner.plan(request);
    const base = requirePlan(io, baseResult);
    const results = new Map([[base, baseResult]]);
    progress.step("Writing the changes and planning them");
    const requests = analysis.recommendations.flatMap(({ id, address, changes }) =>
      address === null || changes.length === 0 ? [] : [{ id, changes }],
    );
    const verified = await verifyPatches(
      {
        patch: (wanted) => patchConfiguration(configuration, wanted),
        plan: async (edits) => {
          io.signal.throwIfAborted();
          const overlay = applyTextEdits(configuration.source.files, edits);
          const result = await planner.plan({ ...request, overlay });
          if (result.plan !== null) results.set(result.plan, result);
          return result;
        },
        onAttempt: ({ plans, requests: count }) => progress.detail(`plan ${plans}, ${count} changes`),
      },
      base,
      requests,
    );
    const result = results.get(verified.plan) ?? baseResult;
    return { ...changedFiles(configuration, verified.textEdits), configuration, verified, base, result };
  } finally {
    await planner.close();
  }
}
