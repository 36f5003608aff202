import { join } from "node:path";
import { AdapterError, type TerraformPlan } from "@apex/core";
import { applyConfiguration } from "../apply/apply-configuration.ts";
import { isReplacementKnown } from "../provider/replacement.ts";
import { unknownAttributes } from "./changed-attributes.ts";
import { decodePlan } from "./decode-plan.ts";
import type { ApplyResult, PlannedChange, PlanRequest, PlanResult, ValidateResult } from "./plan-request.ts";
import { type PlannerOptions, type RunTerraform, withPreparedRun } from "./prepared-run.ts";
import type { StandInProviders } from "./stand-in-providers.ts";
import { hostPlace } from "./host-place.ts";
import { isolatedPlace } from "./isolated-place.ts";
import { findTerraform } from "./terraform-binary.ts";
import type { OpenPlace } from "./terraform-place.ts";
import { diagnosticsOfLines, diagnosticsOfValidate, plainMessage, withFailure } from "./terraform-json.ts";
import { variableArguments } from "./variable-arguments.ts";

/** Plans configurations offline. */
export interface Planner {
  /**
   * Throws AdapterErrors for unusable requests only; what Terraform finds wrong is in the result. Without isolation and
   * trust, a configuration that can execute programs or read outside of itself is refused with a
   * ConfigurationNotTrustedError.
   */
  plan(request: PlanRequest): Promise<PlanResult>;
  validate(request: PlanRequest): Promise<ValidateResult>;
  /**
   * Applies to the stand-ins, starting from the given state: what would exist afterwards. Provisioners do not run. Throws
   * an AdapterError with real providers.
   */
  apply(request: PlanRequest): Promise<ApplyResult>;
  /** Aborts what runs and waits until nothing of it is left. */
  close(): Promise<void>;
}

const PLAN_FILE = "apex.tfplan";

/** Opens a planner. Throws an AdapterError when there is no usable Terraform. */
export async function openPlanner(options: PlannerOptions = {}): Promise<Planner> {
  const openPlace = await placeFor(options);
  const closing = new AbortController();
  const active = new Set<Promise<unknown>>();
  const track = async <T>(request: PlanRequest, work: (request: PlanRequest) => Promise<T>): Promise<T> => {
    const signal =
      request.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, request.signal]);
    const promise = work({ ...request, signal });
    active.add(promise);
    try {
      return await promise;
    } finally {
      active.delete(promise);
    }
  };
  return {
    plan: (request) => track(request, (inner) => plan(inner, openPlace, options)),
    apply: (request) => track(request, (inner) => applyConfiguration(inner, openPlace, options)),
    validate: (request) => track(request, (inner) => validate(inner, openPlace, options)),
    close: async () => {
      closing.abort(new AdapterError("unavailable", "the planner was closed"));
      await Promise.allSettled(active);
    },
  };
}

/** Isolation has a Terraform of its own; otherwise there must be one on this machine. */
async function placeFor(options: PlannerOptions): Promise<OpenPlace> {
  const isReal = options.providers === "real";
  if (options.isolation !== undefined && !isReal) return isolatedPlace(options.isolation);
  return hostPlace(await findTerraform(options.terraformPath), isReal);
}

/** Plans one configuration with a planner of its own. */
export async function planDirectory(request: PlanRequest, options: PlannerOptions = {}): Promise<PlanResult> {
  const planner = await openPlanner(options);
  try {
    return await planner.plan(request);
  } finally {
    await planner.close();
  }
}

async function plan(
  request: PlanRequest,
  openPlace: OpenPlace,
  options: PlannerOptions,
): Promise<PlanResult> {
  return withPreparedRun(
    request,
    { openPlace, options, purpose: "plan" },
    async ({ copy, place, notes, standIns, failed, explain, terraform }) => {
      const providers = options.providers ?? "stand-in";
      const base = { providers, terraformVersion: place.version };
      if (failed !== null) {
        return { ...base, plan: null, diagnostics: failed, changes: [], notes, standIns: [] };
      }
      const outcome = await terraform(
        "plan",
        "-json",
        "-input=false",
        "-lock=false",
        // The stand-ins return the state as it is; without that step resources with sensitive attributes show as changed.
        ...(providers === "real" ? ["-refresh=false"] : []),
        `-out=${join(place.scratch, PLAN_FILE)}`,
        ...variableArguments(request, copy),
      );
      const diagnostics = diagnosticsOfLines(outcome.stdout);
      const decoded =
        outcome.exitCode === 0 ? await showPlan(terraform, join(place.scratch, PLAN_FILE)) : null;
      request.onProgress?.({ kind: "planned" });
      return {
        ...base,
        plan: decoded,
        diagnostics: outcome.exitCode === 0 ? diagnostics : explain(withFailure(diagnostics, outcome)),
        changes: decoded === null ? [] : changesOf(decoded),
        notes: [
          ...notes,
          ...deposedNotes(decoded),
          ...(providers === "real" ? [] : [...assumptionNotes(standIns), ...replacementNotes(decoded)]),
        ],
        standIns: [...standIns.run.standIns].sort(),
      };
    },
  );
}

async function showPlan(terraform: RunTerraform, planFile: string): Promise<TerraformPlan> {
  const shown = await terraform("show", "-json", planFile);
  if (shown.exitCode !== 0) {
    throw new AdapterError("invalid", `terraform show failed: ${plainMessage(shown.stderr).slice(0, 500)}`);
  }
  return decodePlan(JSON.parse(shown.stdout));
}

function deposedNotes(plan: TerraformPlan | null): readonly string[] {
  const deposed = plan?.deposed ?? [];
  if (deposed.length === 0) return [];
  return [
    `An earlier apply left objects behind that the next one destroys, whatever it changes: ${deposed.join(", ")}.`,
  ];
}

/** What a schema cannot tell: whether an attribute can change in place. */
function replacementNotes(plan: TerraformPlan | null): readonly string[] {
  const types = (plan?.resources ?? [])
    .filter((resource) => resource.actions.includes("update") && !isReplacementKnown(resource.type))
    .map((resource) => resource.type);
  if (types.length === 0) return [];
  const list = [...new Set(types)].sort().join(", ");
  return [`A change in place is assumed, replacement is not checked by the stand-in: ${list}.`];
}

function changesOf(plan: TerraformPlan): readonly PlannedChange[] {
  return plan.resources
    .filter((resource) => resource.mode === "managed" && !resource.actions.includes("no-op"))
    .map(({ address, actions, changedAttributes: attributes, afterUnknown }) => {
      const unknown = new Set(unknownAttributes(afterUnknown));
      return { address, actions, attributes, consequences: attributes.filter((path) => unknown.has(path)) };
    });
}

function assumptionNotes(standIns: StandInProviders): readonly string[] {
  const kept = [...standIns.run.assumptions].sort();
  const notes =
    kept.length === 0
      ? []
      : [`Not set in the configuration and assumed to stay as in the state: ${kept.join(", ")}.`];
  const sources = [...standIns.run.standIns].sort();
  if (sources.length === 0) return notes;
  return [
    ...notes,
    `Answered with placeholders, because the state holds no such values: data ${sources.join(", data ")}.`,
  ];
}

async function validate(
  request: PlanRequest,
  openPlace: OpenPlace,
  options: PlannerOptions,
): Promise<ValidateResult> {
  return withPreparedRun(
    request,
    { openPlace, options, purpose: "plan" },
    async ({ place, notes, failed, explain, terraform }) => {
      const outcome = failed === null ? await terraform("validate", "-json", "-no-color") : null;
      const said = outcome === null ? undefined : diagnosticsOfValidate(outcome.stdout);
      const diagnostics =
        failed ??
        (said === undefined ? undefined : explain(said)) ??
        (outcome === null ? [] : withFailure([], outcome));
      request.onProgress?.({ kind: "validated" });
      return {
        providers: options.providers ?? "stand-in",
        terraformVersion: place.version,
        valid: !diagnostics.some((diagnostic) => diagnostic.severity === "error"),
        diagnostics,
        notes,
      };
    },
  );
}
