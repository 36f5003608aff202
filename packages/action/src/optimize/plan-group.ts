import { machineTypesByAttribute } from "@apex/catalog";
import { AdapterError, type IntendedChange, type TerraformDiagnostic, type TerraformPlan } from "@apex/core";
import { comparePlans, type PlanDifference, unintendedDifferences } from "@apex/generators-hcl/compare-plans";
import { openPlanner, type Planner, type PlanResult } from "@apex/sandbox-terraform";

/** A plan that changes exactly what it should, or why there is none. */
export type GroupPlan =
  | {
      readonly kind: "planned";
      readonly result: PlanResult;
      readonly plan: TerraformPlan;
      readonly differences: readonly PlanDifference[];
    }
  | { readonly kind: "refused"; readonly reason: string };

/** Plans a root module with edits, against its plan without them. */
export interface GroupPlanner {
  /** `overlay`: the edited texts by file, relative to the root module. */
  plan(overlay: ReadonlyMap<string, string>, intended: readonly IntendedChange[]): Promise<GroupPlan>;
}

/** What is planned; paths are absolute. */
export interface PlannedModule {
  readonly directory: string;
  readonly stateFile: string | null;
  readonly varFiles: readonly string[];
  readonly signal: AbortSignal;
}

/** Plans root modules, as many as there are. */
export interface GroupPlanners extends AsyncDisposable {
  /**
   * What plans one root module, and plans it as it is before the first group. Where that is refused, by Terraform or because a
   * configuration is not trusted, it throws an AdapterError with the reason: what is wrong with the whole is no group's.
   */
  of(module: PlannedModule): GroupPlanner;
}

const REASONS_MAX = 5;

function errorsOf(diagnostics: readonly TerraformDiagnostic[]): readonly string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ summary, detail }) => [summary, detail].filter(Boolean).join(": "));
}

function listed(reasons: readonly string[]): string {
  const more = reasons.length - REASONS_MAX;
  return [...reasons.slice(0, REASONS_MAX), ...(more > 0 ? [`${more} more`] : [])].join("; ");
}

function groupPlanner(planner: Planner, module: PlannedModule): GroupPlanner {
  const { directory, varFiles, stateFile, signal } = module;
  const request = { directory, varFiles, signal, ...(stateFile === null ? {} : { stateFile }) };
  let base: Promise<PlanResult> | undefined;
  return {
    plan: async (overlay, intended) => {
      base ??= planner.plan(request);
      const { plan: before, diagnostics } = await base;
      if (before === null || errorsOf(diagnostics).length > 0) {
        throw new AdapterError(
          "invalid",
          `Terraform cannot plan the configuration as it is: ${listed(errorsOf(diagnostics))}`,
        );
      }
      const result = await planner.plan({ ...request, overlay });
      const { plan } = result;
      const errors = errorsOf(result.diagnostics);
      if (plan === null || errors.length > 0)
        return { kind: "refused", reason: `Terraform refuses it: ${listed(errors)}` };
      const differences = comparePlans(before, plan);
      const reasons = unintendedDifferences(differences, intended);
      if (reasons.length > 0)
        return { kind: "refused", reason: `It does not plan to exactly its change: ${listed(reasons)}` };
      return { kind: "planned", result, plan, differences };
    },
  };
}

/** Opens what plans root modules with the stand-in providers. Throws an AdapterError when there is no Terraform. */
export async function openGroupPlanners(isTrusted: boolean): Promise<GroupPlanners> {
  const planner = await openPlanner({ machineTypes: machineTypesByAttribute(), trust: isTrusted });
  return {
    of: (module) => groupPlanner(planner, module),
    [Symbol.asyncDispose]: () => planner.close(),
  };
}
