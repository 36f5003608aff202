import path from "node:path";
import { type Analysis, analyze, type Policy } from "@apex/analysis";
import { pricePlan } from "@apex/catalog";
import { costExportCollector, metricExportCollector, terraformStateCollector } from "@apex/collectors";
import {
  formatInstant,
  type IntendedChange,
  type Recommendation,
  type TerraformPlan,
  type TimeWindow,
  type UtilizationProfile,
} from "@apex/core";
import { applyTextEdits, type Configuration, patchConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import {
  buildReport,
  type CondensedProfile,
  condenseProfile,
  plannedChanges,
  type RecommendationOutcome,
  type Report,
} from "@apex/report";
import type { PlanResult } from "@apex/sandbox-terraform";
import { openStore } from "@apex/store";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { renderDiagnostics } from "../render-plan.ts";
import { APEX_VERSION } from "../version.ts";
import { type CollectedInputs, collectInputs } from "./collect-inputs.ts";
import { isRefused, openPlannerFor, type PlanningOptions } from "./plan-source.ts";
import { openPlannableState } from "./plannable-state.ts";
import { readTerraform } from "./read-terraform.ts";
import { openRunDirectory } from "./run-directory.ts";
import { type VerifiedPatches, verifyPatches } from "./verify-patches.ts";
import { windowDiagnostics } from "./window-diagnostics.ts";

/** What one optimization reads: absolute paths, already checked to exist. */
export interface OptimizeInputs extends Omit<PlanningOptions, "varFile"> {
  readonly terraformDirectory: string;
  readonly stateFile: string;
  readonly varFiles: readonly string[];
  readonly costFiles: readonly string[];
  readonly metricFiles: readonly string[];
  readonly policy: Policy;
  readonly policyFile?: string;
  readonly storeDirectory: string;
  readonly databaseUrl?: string;
  /** Whether the changed files will be written back. */
  readonly apply: boolean;
}

/** The report, and the changed files before and after, by path relative to the Terraform directory. */
export interface OptimizeResult {
  readonly report: Report;
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  /** The utilisation by resource id, condensed for charts. */
  readonly profiles: ReadonlyMap<string, CondensedProfile>;
}

interface Decisions {
  readonly collected: CollectedInputs;
  readonly analysis: Analysis;
  readonly window: TimeWindow | undefined;
  readonly profiles: ReadonlyMap<string, CondensedProfile>;
}

/** Hands profiles on and keeps of each what a chart needs: they are read once. */
async function* condensing(
  profiles: AsyncIterable<UtilizationProfile>,
  condensed: Map<string, CondensedProfile>,
): AsyncGenerator<UtilizationProfile> {
  for await (const profile of profiles) {
    condensed.set(profile.resourceId, condenseProfile(profile));
    yield profile;
  }
}

/** Collects the inputs into a store of this run's own and decides on them. */
async function decide(io: Io, inputs: OptimizeInputs, progress: Progress): Promise<Decisions> {
  await using run = await openRunDirectory(inputs.storeDirectory);
  const store = await openStore({ directory: run.path, signal: io.signal });
  try {
    progress.step("Reading state, bills and metrics");
    const collected = await collectInputs(
      {
        state: { collector: terraformStateCollector(), files: [inputs.stateFile] },
        cost: { collector: costExportCollector(), files: inputs.costFiles },
        metrics: { collector: metricExportCollector(), files: inputs.metricFiles },
      },
      store,
      io.signal,
      (text) => progress.detail(text),
    );
    io.signal.throwIfAborted();
    progress.step(`Analysing ${collected.resources.length} resources`);
    const window = await store.samples.window();
    const profiles = new Map<string, CondensedProfile>();
    const analysis = await analyze({
      resources: collected.resources,
      profiles: window === undefined ? [] : condensing(store.samples.profiles(window), profiles),
      costs: collected.costs,
      window: window ?? { startMs: 0, endMs: 0 },
      policy: inputs.policy,
    });
    return { collected, analysis, window, profiles };
  } finally {
    await store.close();
  }
}

function requirePlan(io: Io, result: PlanResult): TerraformPlan {
  if (result.plan !== null && !isRefused(result)) return result.plan;
  io.err(`\n${renderDiagnostics(result.diagnostics, { colour: io.colour })}`);
  throw new CommandError(
    EXIT_CODES.planRefused,
    "Terraform cannot plan the configuration as it is, so no change to it can be checked: mend what is reported above first",
  );
}

/** A saving that Terraform alone does not bring, because it does not manage an attribute, comes as autoscaling acts. */
function withRealisation(recommendation: Recommendation, skipped: readonly IntendedChange[]): Recommendation {
  const waits = skipped.some(
    (change) => change.kind === "set-attribute" && change.whenUnmanaged === "saves-as-it-scales",
  );
  if (!waits) return recommendation;
  return {
    ...recommendation,
    monthlySavings: { ...recommendation.monthlySavings, realised: "as-it-scales" },
  };
}

function describeOutcomes(
  analysis: Analysis,
  verified: VerifiedPatches,
  status: "planned" | "applied",
): readonly RecommendationOutcome[] {
  return analysis.recommendations.map((recommendation) => {
    const outcome = verified.outcomes.get(recommendation.id);
    if (outcome?.kind === "planned") {
      const { edits, skipped } = outcome.patch;
      return { recommendation: withRealisation(recommendation, skipped), edits, status };
    }
    const reason =
      outcome?.reason ??
      (recommendation.address === null
        ? `${recommendation.resourceId} is not in this Terraform state`
        : "there is no change to write");
    return { recommendation, edits: [], status: "not-applicable", reason };
  });
}

function pendingNotes(base: TerraformPlan): readonly string[] {
  const pending = plannedChanges(base);
  if (pending.length === 0) return [];
  const names = pending.slice(0, 5).map(({ address }) => address);
  const more = pending.length > names.length ? ` and ${pending.length - names.length} more` : "";
  return [
    `The configuration already differed from the state before any edit (${names.join(", ")}${more}); those changes are in the plan too.`,
  ];
}

function changedFiles(
  configuration: Configuration,
  edited: ReadonlyMap<string, string>,
): { readonly before: ReadonlyMap<string, string>; readonly after: ReadonlyMap<string, string> } {
  const after = new Map([...edited].filter(([file, text]) => configuration.source.files.get(file) !== text));
  const before = new Map(
    [...after.keys()].flatMap((file) => {
      const text = configuration.source.files.get(file);
      return text === undefined ? [] : [[file, text] as const];
    }),
  );
  return { before, after };
}

interface Verification {
  readonly configuration: Configuration;
  readonly verified: VerifiedPatches;
  readonly base: TerraformPlan;
  readonly result: PlanResult;
}

/** Plans the configuration as it is, then with the recommended edits, until the plan changes exactly what is intended. */
async function generate(
  io: Io,
  inputs: OptimizeInputs,
  analysis: Analysis,
  progress: Progress,
): Promise<Verification> {
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
    let result = await planner.plan(request);
    const base = requirePlan(io, result);
    progress.step("Writing the changes and planning them");
    const requests = analysis.recommendations.flatMap(({ id, address, changes }) =>
      address === null || changes.length === 0 ? [] : [{ id, changes }],
    );
    const verified = await verifyPatches(
      {
        patch: (wanted) => patchConfiguration(configuration, wanted),
        plan: async (edits) => {
          io.signal.throwIfAborted();
          result = await planner.plan({
            ...request,
            overlay: applyTextEdits(configuration.source.files, edits),
          });
          return result;
        },
        onAttempt: ({ plans, requests: count }) => progress.detail(`plan ${plans}, ${count} changes`),
      },
      base,
      requests,
    );
    return { configuration, verified, base, result };
  } finally {
    await planner.close();
  }
}

function describeInputs(inputs: OptimizeInputs, { collected, window }: Decisions): Report["inputs"] {
  const name = (file: string) => path.basename(file);
  return {
    files: [
      { path: name(inputs.stateFile), kind: "state" as const },
      ...inputs.costFiles.map((file) => ({ path: name(file), kind: "cost" as const })),
      ...inputs.metricFiles.map((file) => ({ path: name(file), kind: "metrics" as const })),
      ...(inputs.policyFile === undefined
        ? []
        : [{ path: name(inputs.policyFile), kind: "policy" as const }]),
    ],
    rows: collected.rows,
    points: collected.points,
    window:
      window === undefined
        ? null
        : { start: formatInstant(window.startMs), end: formatInstant(window.endMs) },
    repairs: collected.repairs,
  };
}

/**
 * The main job: collect, analyse, generate, plan, price, report. Nothing of the user's is written; with `apply` the
 * report says what the caller is about to write. Throws CommandError and AdapterError, and the signal's reason.
 */
export async function optimize(io: Io, inputs: OptimizeInputs, progress: Progress): Promise<OptimizeResult> {
  await using state = await openPlannableState(inputs.stateFile);
  const decisions = await decide(io, inputs, progress);
  const { analysis, collected } = decisions;
  const planned = { ...inputs, stateFile: state.path };
  const { configuration, verified, base, result } = await generate(io, planned, analysis, progress);
  const files = changedFiles(configuration, applyTextEdits(configuration.source.files, verified.textEdits));
  progress.step("Pricing both plans");
  const report = buildReport({
    generatedAt: formatInstant(io.now().getTime()),
    apexVersion: APEX_VERSION,
    terraformDirectory: path.relative(io.cwd, inputs.terraformDirectory) || ".",
    outcomes: describeOutcomes(analysis, verified, inputs.apply ? "applied" : "planned"),
    abstentions: analysis.abstentions,
    costBefore: pricePlan(base, "after"),
    costAfter: pricePlan(verified.plan, "after"),
    plan: {
      providers: result.providers,
      terraformVersion: result.terraformVersion,
      changes: plannedChanges(verified.plan),
      notes: [...result.notes, ...pendingNotes(base)],
    },
    inputs: describeInputs(inputs, decisions),
    diagnostics: [
      ...collected.diagnostics,
      ...windowDiagnostics(decisions.window, io.now().getTime()),
      ...configuration.diagnostics,
      ...analysis.diagnostics,
    ],
  });
  io.signal.throwIfAborted();
  return { report, ...files, profiles: decisions.profiles };
}
