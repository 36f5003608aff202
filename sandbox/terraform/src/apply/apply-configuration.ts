import { join } from "node:path";
import { AdapterError } from "@apex/core";
import type { ApplyResult, PlanRequest } from "../plan/plan-request.ts";
import { type PlannerOptions, type RunTerraform, withPreparedRun } from "../plan/prepared-run.ts";
import { diagnosticsOfLines, plainMessage, withFailure } from "../plan/terraform-json.ts";
import type { OpenPlace } from "../plan/terraform-place.ts";
import { variableArguments } from "../plan/variable-arguments.ts";
import { decodeState } from "./decode-state.ts";

const STATE_FILE = "applied.tfstate";

/**
 * Applies a configuration to the stand-ins, starting from the given state: nothing is created anywhere, and what only a cloud
 * could tell becomes placeholders that fit to each other. The user's state stays as it is.
 */
export async function applyConfiguration(
  request: PlanRequest,
  openPlace: OpenPlace,
  options: PlannerOptions,
): Promise<ApplyResult> {
  if (options.providers === "real") {
    throw new AdapterError(
      "invalid",
      "Apex applies to stand-ins only, never to a cloud: leave out providers: real.",
    );
  }
  const setting = { openPlace, options, purpose: "apply" as const };
  return withPreparedRun(request, setting, async ({ copy, place, notes, failed, explain, terraform }) => {
    const base = { providers: "stand-in" as const, terraformVersion: place.version, notes };
    if (failed !== null) return { ...base, resources: null, outputs: null, diagnostics: failed };
    const state = join(place.scratch, STATE_FILE);
    const outcome = await terraform(
      "apply",
      "-json",
      "-auto-approve",
      "-input=false",
      "-lock=false",
      "-backup=-",
      `-state-out=${state}`,
      ...variableArguments(request, copy),
    );
    const said = diagnosticsOfLines(outcome.stdout);
    request.onProgress?.({ kind: "applied" });
    if (outcome.exitCode !== 0) {
      return { ...base, resources: null, outputs: null, diagnostics: explain(withFailure(said, outcome)) };
    }
    return { ...base, ...(await showState(terraform, state)), diagnostics: said };
  });
}

async function showState(terraform: RunTerraform, path: string): Promise<ReturnType<typeof decodeState>> {
  const shown = await terraform("show", "-json", path);
  if (shown.exitCode !== 0) {
    throw new AdapterError("invalid", `terraform show failed: ${plainMessage(shown.stderr).slice(0, 500)}`);
  }
  return decodeState(JSON.parse(shown.stdout));
}
