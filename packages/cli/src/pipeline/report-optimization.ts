import path from "node:path";
import { type Analysis, noEditReason, toldOperatingSystems } from "@apex/analysis";
import { priceDifference } from "@apex/catalog";
import {
  type Diagnostic,
  formatInstant,
  type IntendedChange,
  type Recommendation,
  type TerraformPlan,
} from "@apex/core";
import {
  buildReport,
  type CondensedProfile,
  plannedChanges,
  type RecommendationOutcome,
  type Report,
  type ReportParts,
  reportedValidation,
  nameOf,
} from "@apex/report";
import type { Io } from "../io.ts";
import { APEX_VERSION } from "../version.ts";
import type { Decisions } from "./decide.ts";
import type { Generated } from "./generate.ts";
import type { OptimizeInputs } from "./optimize-inputs.ts";
import { repairNotes } from "./repair-notes.ts";
import { isProven, type TriedChange, triedDiagnostics } from "./try-change.ts";
import type { VerifiedPatches } from "./verify-patches.ts";
import { windowDiagnostics } from "./window-diagnostics.ts";

/** The report, and the changed files before and after, by path relative to the Terraform directory. */
export interface OptimizeResult {
  readonly report: Report;
  /** The same report where the files could not be written after all: nothing is applied. */
  readonly reportUnwritten: Report;
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  /** The files that had to be repaired first, with that alone; absent: it planned as it was. */
  readonly repaired?: ReadonlyMap<string, string>;
  /** The utilisation by resource id, condensed for charts. */
  readonly profiles: ReadonlyMap<string, CondensedProfile>;
  /** What became of the change in the sandbox. */
  readonly tried: TriedChange;
}

/**
 * A recommendation as it was written, without what was left out because Terraform does not manage it. A saving that Terraform alone
 * therefore does not bring comes as autoscaling acts.
 */
function asWritten(proposed: Recommendation, skipped: readonly IntendedChange[]): Recommendation {
  const recommendation = {
    ...proposed,
    changes: proposed.changes.filter((change) => !skipped.includes(change)),
  };
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
      return { recommendation: asWritten(recommendation, skipped), edits, status };
    }
    const reason =
      outcome?.reason ??
      (recommendation.address === null
        ? `${nameOf(recommendation)} is not in this Terraform state`
        : (noEditReason(recommendation) ?? "there is no change to write"));
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

function describeInputs(inputs: OptimizeInputs, { collected, window }: Decisions): Report["inputs"] {
  const name = (file: string) => path.basename(file);
  return {
    files: [
      { path: name(inputs.stateFile), kind: "state" as const },
      ...inputs.costFiles.map((file) => ({ path: name(file), kind: "cost" as const })),
      ...inputs.metricFiles.map((file) => ({ path: name(file), kind: "metrics" as const })),
      ...(inputs.collection === undefined ? [] : [{ path: name(inputs.collection), kind: "other" as const }]),
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

/** What the stages before left for the report. */
export interface FinishedWork {
  readonly decisions: Decisions;
  readonly generated: Generated;
  readonly tried: TriedChange;
  /** What would make the data sufficient, where it is not. */
  readonly advice: readonly Diagnostic[];
}

/** Prices what the edits differ from the plan without them, and tells what was found and done. */
export function reportOptimization(
  io: Io,
  inputs: OptimizeInputs,
  { decisions, generated, tried, advice }: FinishedWork,
): OptimizeResult {
  const { analysis, collected } = decisions;
  const { configuration, verified, base, result, before, after, repaired } = generated;
  const priced = { prices: inputs.prices, operatingSystems: toldOperatingSystems(collected.resources) };
  const parts: ReportParts = {
    generatedAt: formatInstant(io.now().getTime()),
    apexVersion: APEX_VERSION,
    terraformDirectory: path.relative(io.cwd, inputs.terraformDirectory) || ".",
    outcomes: describeOutcomes(analysis, verified, "planned"),
    abstentions: analysis.abstentions,
    opinions: decisions.opinions,
    cost: priceDifference({ base, head: verified.plan }, priced),
    plan: {
      providers: result.providers,
      terraformVersion: result.terraformVersion,
      changes: plannedChanges(verified.plan),
      notes: [
        ...repairNotes(repaired, analysis.recommendations, verified.outcomes),
        ...result.notes,
        ...pendingNotes(base),
      ],
    },
    inputs: describeInputs(inputs, decisions),
    diagnostics: [
      ...collected.diagnostics,
      ...windowDiagnostics(decisions.window, io.now().getTime()),
      ...advice,
      ...configuration.diagnostics,
      ...analysis.diagnostics,
      ...triedDiagnostics(tried),
    ],
    ...(tried.kind === "validated" ? { validation: [reportedValidation(tried.result.validation)] } : {}),
  };
  const reportUnwritten = buildReport(parts);
  const report =
    inputs.apply && isProven(tried)
      ? buildReport({ ...parts, outcomes: describeOutcomes(analysis, verified, "applied") })
      : reportUnwritten;
  io.signal.throwIfAborted();
  const common = { report, reportUnwritten, before, after, profiles: decisions.profiles, tried };
  return repaired === undefined ? common : { ...common, repaired: repaired.texts };
}
