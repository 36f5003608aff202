import {
  type Abstention,
  add,
  assert,
  type CostDifference,
  compareDecimals,
  type Currency,
  type Decimal,
  type Diagnostic,
  type Edit,
  type Money,
  type Recommendation,
  type SavingsRealisation,
  type SecondOpinion,
  type TerraformPlan,
  zero,
} from "@apex/core";
import { compareText } from "./compare-text.ts";
import { reportedCost } from "./report-cost.ts";
import {
  type PlannedChange,
  REPORT_SCHEMA,
  type RecommendationStatus,
  type Report,
  type ReportedPlan,
  type ReportedRecommendation,
  type ReportInputs,
  type ReportSummary,
  type SavingsTotal,
} from "./report.ts";
import { loneOpinionsOf, opinionsField } from "./second-opinions.ts";
import type { ReportedValidation } from "./validation/reported-validation.ts";

/** A recommendation and what became of it. `reason` is demanded for `not-applicable`. */
export interface RecommendationOutcome {
  readonly recommendation: Recommendation;
  readonly edits: readonly Edit[];
  readonly status: RecommendationStatus;
  readonly reason?: string;
}

/** What a run hands over; everything else in the report is derived from it. */
export interface ReportParts {
  /** ISO 8601 UTC. */
  readonly generatedAt: string;
  readonly apexVersion: string;
  readonly terraformDirectory: string;
  readonly outcomes: readonly RecommendationOutcome[];
  readonly abstentions: readonly Abstention[];
  /** Of the clouds' own recommenders, where they were asked. */
  readonly opinions?: readonly SecondOpinion[];
  /** What the edits do to the cost of the configuration; `null` where there was no plan to price. */
  readonly cost: CostDifference | null;
  readonly plan: ReportedPlan;
  /** In the order in which it is shown; absent or empty when nothing was tried. */
  readonly validation?: readonly ReportedValidation[];
  readonly inputs: ReportInputs;
  readonly diagnostics: readonly Diagnostic[];
}

/** The changes of a plan: every managed resource that is not left alone, ordered by address. */
export function plannedChanges(plan: TerraformPlan): readonly PlannedChange[] {
  return plan.resources
    .filter((resource) => resource.mode === "managed")
    .filter((resource) => resource.actions.some((action) => action !== "no-op" && action !== "read"))
    .map((resource) => ({
      address: resource.address,
      actions: resource.actions,
      attributes: resource.changedAttributes,
    }))
    .sort((a, b) => compareText(a.address, b.address));
}

/**
 * Makes the report: orders what has no order and derives all totals from the parts, so that no two places can
 * disagree. Throws an InvariantError for parts that contradict each other (one id twice, mixed currencies,
 * `not-applicable` without a reason).
 */
export function buildReport(parts: ReportParts): Report {
  const opinions = Map.groupBy(parts.opinions ?? [], ({ resourceId }) => resourceId);
  const recommendations = parts.outcomes
    .map((outcome) => reported(outcome, opinions))
    .sort(compareRecommendations);
  const ids = new Set(recommendations.map((recommendation) => recommendation.id));
  assert(ids.size === recommendations.length, "two recommendations share one id");
  const loneOpinions = loneOpinionsOf(opinions, recommendations, parts.abstentions);
  const cost = reportedCost(parts.cost);
  return {
    schema: REPORT_SCHEMA,
    generatedAt: parts.generatedAt,
    apexVersion: parts.apexVersion,
    terraformDirectory: parts.terraformDirectory,
    summary: {
      recommendations: countByStatus(recommendations),
      abstentions: parts.abstentions.length,
      unpriced: cost.unpriced.length,
      diagnostics: {
        errors: parts.diagnostics.filter(({ severity }) => severity === "error").length,
        warnings: parts.diagnostics.filter(({ severity }) => severity === "warning").length,
        infos: parts.diagnostics.filter(({ severity }) => severity === "info").length,
      },
      savings: totalSavings(recommendations, cost.currency),
    },
    recommendations,
    abstentions: parts.abstentions.toSorted(
      (a, b) => compareText(a.resourceId, b.resourceId) || compareText(a.rule, b.rule),
    ),
    ...(loneOpinions.length === 0 ? {} : { loneOpinions }),
    cost,
    plan: parts.plan,
    ...(parts.validation === undefined || parts.validation.length === 0
      ? {}
      : { validation: parts.validation }),
    inputs: parts.inputs,
    diagnostics: parts.diagnostics,
  };
}

function reported(
  outcome: RecommendationOutcome,
  opinions: ReadonlyMap<string, readonly SecondOpinion[]>,
): ReportedRecommendation {
  const { changes, ...recommendation } = outcome.recommendation;
  assert(
    outcome.status !== "not-applicable" || (outcome.reason ?? "") !== "",
    `recommendation ${recommendation.id} is not applicable without a reason`,
  );
  return {
    ...recommendation,
    edits: outcome.edits,
    ...(outcome.edits.length === 0 || changes.length === 0 ? {} : { changes }),
    status: outcome.status,
    ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
    ...opinionsField(opinions.get(recommendation.resourceId)),
  };
}

/** Whether a recommendation is part of the patch, and so of the totals. */
function counts(recommendation: ReportedRecommendation): boolean {
  return recommendation.status !== "not-applicable";
}

function compareRecommendations(a: ReportedRecommendation, b: ReportedRecommendation): number {
  if (counts(a) !== counts(b)) return counts(a) ? -1 : 1;
  return (
    compareDecimals(b.monthlySavings.list, a.monthlySavings.list) ||
    compareText(naturalKey(a.address ?? ""), naturalKey(b.address ?? "")) ||
    compareText(a.id, b.id)
  );
}

/** Numbers in names compare by value: `node[2]` before `node[10]`. */
function naturalKey(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(NUMBER_DIGITS, "0"));
}

const NUMBER_DIGITS = 12;

function countByStatus(recommendations: readonly ReportedRecommendation[]): ReportSummary["recommendations"] {
  const of = (status: RecommendationStatus): number =>
    recommendations.filter((recommendation) => recommendation.status === status).length;
  return {
    total: recommendations.length,
    applied: of("applied"),
    planned: of("planned"),
    notApplicable: of("not-applicable"),
  };
}

function totalSavings(
  recommendations: readonly ReportedRecommendation[],
  currencyOfCosts: Currency,
): ReportSummary["savings"] {
  const inPatch = recommendations.filter(counts);
  const currency = inPatch[0]?.monthlySavings.currency ?? currencyOfCosts;
  const total = (chosen: readonly ReportedRecommendation[]): SavingsTotal => {
    const nets = chosen.map(({ monthlySavings }) => monthlySavings.net);
    const knownNets = nets.filter((net) => net !== null);
    const netKnown = addAll(
      knownNets.map((amount) => ({ amount, currency })),
      currency,
    );
    return {
      list: addAll(
        chosen.map(({ monthlySavings }) => ({ ...monthlySavings, amount: monthlySavings.list })),
        currency,
      ),
      net: knownNets.length === nets.length ? netKnown : null,
      netKnown,
      netUnknown: nets.length - knownNets.length,
    };
  };
  const realised = (when: SavingsRealisation) =>
    total(inPatch.filter(({ monthlySavings }) => monthlySavings.realised === when));
  return {
    currency,
    onMerge: realised("on-merge"),
    asItScales: realised("as-it-scales"),
    afterHold: realised("after-hold"),
    total: total(inPatch),
  };
}

function addAll(amounts: readonly Money[], currency: Currency): Decimal {
  let sum = zero(currency);
  for (const amount of amounts) sum = add(sum, { amount: amount.amount, currency: amount.currency });
  return sum.amount;
}
