import {
  type Abstention,
  add,
  assert,
  type CostEstimate,
  compareDecimals,
  type Currency,
  type Decimal,
  type Diagnostic,
  decimal,
  type Edit,
  type LineItem,
  type Money,
  type Recommendation,
  type ResourceEstimate,
  type SavingsRealisation,
  type SecondOpinion,
  subtract,
  type TerraformPlan,
  zero,
} from "@apex/core";
import { compareText } from "./compare-text.ts";
import {
  type PlannedChange,
  REPORT_SCHEMA,
  type RecommendationStatus,
  type Report,
  type ReportedCost,
  type ReportedPlan,
  type ReportedRecommendation,
  type ReportInputs,
  type ReportSummary,
  type ResourceCostChange,
  type SavingsTotal,
  type UnpricedResource,
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
  /** Estimates before and after the edits; `null` where there was no plan to price. */
  readonly costBefore: CostEstimate | null;
  readonly costAfter: CostEstimate | null;
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
  const cost = compareCosts(parts.costBefore, parts.costAfter);
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

function compareCosts(before: CostEstimate | null, after: CostEstimate | null): ReportedCost {
  const currency = after?.currency ?? before?.currency ?? "USD";
  assert(before === null || before.currency === currency, "the two cost estimates differ in currency");
  const beforeByAddress = byAddress(before);
  const afterByAddress = byAddress(after);
  const addresses = [...new Set([...beforeByAddress.keys(), ...afterByAddress.keys()])].sort(compareText);
  const sides = addresses.map((address) => ({
    before: beforeByAddress.get(address),
    after: afterByAddress.get(address),
  }));
  const isComparable = sides.every((side) => hasKnownDifference(side.before, side.after));
  return {
    before: before?.total ?? null,
    after: after?.total ?? null,
    delta: before && after && isComparable ? subtract(after.total, before.total) : null,
    currency,
    unpriced: sides.flatMap((side) => unpricedPart(side.after ?? side.before, side.before)),
    priceDates: sortedRecord({ ...before?.priceDates, ...after?.priceDates }),
    resources: sides.flatMap((side) => resourceChange(side.before, side.after)),
  };
}

function byAddress(estimate: CostEstimate | null): ReadonlyMap<string, ResourceEstimate> {
  return new Map((estimate?.resources ?? []).map((resource) => [resource.address, resource]));
}

/**
 * Whether the two totals may be subtracted as far as this resource goes: what has no price on one side only would
 * show up as a saving or a cost that nobody has.
 */
function hasKnownDifference(
  before: ResourceEstimate | undefined,
  after: ResourceEstimate | undefined,
): boolean {
  const isWhole = (side: ResourceEstimate): boolean =>
    side.monthlyCost !== null && side.unpriced === undefined;
  if (before === undefined || after === undefined) {
    const only = before ?? after;
    return only === undefined || isWhole(only);
  }
  if (isWhole(before) && isWhole(after)) return true;
  return (before.monthlyCost === null) === (after.monthlyCost === null) && before.unpriced === after.unpriced;
}

function unpricedPart(
  resource: ResourceEstimate | undefined,
  before: ResourceEstimate | undefined,
): UnpricedResource[] {
  const reason = reasonUnpriced(resource) ?? reasonUnpriced(before);
  return resource === undefined || reason === undefined
    ? []
    : [{ address: resource.address, type: resource.type, reason }];
}

function reasonUnpriced(resource: ResourceEstimate | undefined): string | undefined {
  if (resource === undefined) return undefined;
  return resource.unpriced ?? (resource.monthlyCost === null ? "no price is known" : undefined);
}

function resourceChange(
  before: ResourceEstimate | undefined,
  after: ResourceEstimate | undefined,
): ResourceCostChange[] {
  const present = after ?? before;
  if (present === undefined) return [];
  const items = { before: before?.lineItems ?? [], after: after?.lineItems ?? [] };
  return [
    {
      address: present.address,
      type: present.type,
      before: before?.monthlyCost ?? null,
      after: after?.monthlyCost ?? null,
      ...(haveEqualItems(items.before, items.after) ? {} : { lineItems: items }),
    },
  ];
}

function haveEqualItems(a: readonly LineItem[], b: readonly LineItem[]): boolean {
  const key = (item: LineItem): string =>
    JSON.stringify([item.name, item.unit, item.quantity, item.unitPrice, item.monthlyCost]);
  return a.length === b.length && a.every((item, index) => key(item) === key(b[index] ?? item));
}

function sortedRecord(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
}

/** Whether the estimated total is only a lower bound, because something has no price. */
export function isAtLeast(cost: ReportedCost): boolean {
  return cost.unpriced.length > 0;
}

/** Minus an amount: a delta of −12 is a saving of 12. */
export function negate(amount: Decimal): Decimal {
  return subtract(decimal(0), amount);
}
