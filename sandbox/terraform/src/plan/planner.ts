import { join } from "node:path";
import { AdapterError, type TerraformDiagnostic, type TerraformPlan } from "@apex/core";
import { isReplacementKnown } from "../provider/replacement.ts";
import { unknownAttributes } from "./changed-attributes.ts";
import { decodePlan } from "./decode-plan.ts";
import type { PlannedChange, PlanRequest, PlanResult, ValidateResult } from "./plan-request.ts";
import { type PlannerOptions, type RunTerraform, withPreparedRun } from "./prepared-run.ts";
import type { CommandResult } from "./run-command.ts";
import type { StandInProviders } from "./stand-in-providers.ts";
import { hostPlace } from "./host-place.ts";
import { isolatedPlace } from "./isolated-place.ts";
import { findTerraform } from "./terraform-binary.ts";
import type { OpenPlace } from "./terraform-place.ts";
import { diagnosticsOfLines, diagnosticsOfValidate, plainMessage } from "./terraform-json.ts";
import type { WorkingCopy } from "./working-copy.ts";

/** Plans configurations offline. */
export interface Planner {
  /** Throws AdapterErrors for unusable requests only; what Terraform finds wrong is in the result. */
  plan(request: PlanRequest): Promise<PlanResult>;
  validate(request: PlanRequest): Promise<ValidateResult>;
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

function variableArguments(request: PlanRequest, copy: WorkingCopy): readonly string[] {
  const files = (request.varFiles ?? []).map((path) => `-var-file=${copy.locate(path)}`);
  const values = Object.entries(request.variables ?? {}).map(([name, value]) => `-var=${name}=${value}`);
  return [...files, ...values];
}

async function plan(
  request: PlanRequest,
  openPlace: OpenPlace,
  options: PlannerOptions,
): Promise<PlanResult> {
  return withPreparedRun(
    request,
    { openPlace, options },
    async ({ copy, place, notes, standIns, failed, terraform }) => {
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
        diagnostics: outcome.exitCode === 0 ? diagnostics : withFailure(diagnostics, outcome),
        changes: decoded === null ? [] : changesOf(decoded),
        notes:
          providers === "real"
            ? notes
            : [...notes, ...assumptionNotes(standIns), ...replacementNotes(decoded)],
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

/** What a schema cannot tell: whether an attribute can change in place. */
function replacementNotes(plan: TerraformPlan | null): readonly string[] {
  const types = (plan?.resources ?? [])
    .filter((resource) => resource.actions.includes("update") && !isReplacementKnown(resource.type))
    .map((resource) => resource.type);
  if (types.length === 0) return [];
  const list = [...new Set(types)].sort().join(", ");
  return [`A change in place is assumed, replacement is not checked by the stand-in: ${list}.`];
}

/** A failure must never look like a success without diagnostics. */
function withFailure(
  diagnostics: readonly TerraformDiagnostic[],
  outcome: CommandResult,
): readonly TerraformDiagnostic[] {
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error")) return diagnostics;
  const detail = plainMessage(`${outcome.stderr}\n${outcome.stdout}`).slice(0, 2000);
  return [
    ...diagnostics,
    { severity: "error", summary: `terraform failed with exit code ${outcome.exitCode}`, detail },
  ];
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
  return withPreparedRun(request, { openPlace, options }, async ({ place, notes, failed, terraform }) => {
    const outcome = failed === null ? await terraform("validate", "-json", "-no-color") : null;
    const said = outcome === null ? undefined : diagnosticsOfValidate(outcome.stdout);
    const diagnostics = failed ?? said ?? (outcome === null ? [] : withFailure([], outcome));
    request.onProgress?.({ kind: "validated" });
    return {
      providers: options.providers ?? "stand-in",
      terraformVersion: place.version,
      valid: !diagnostics.some((diagnostic) => diagnostic.severity === "error"),
      diagnostics,
      notes,
    };
  });
}
