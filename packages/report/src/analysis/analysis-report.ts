import {
  type Abstention,
  sumDecimals,
  compareDecimals,
  type Currency,
  type Decimal,
  type Diagnostic,
  type Recommendation,
  type Repair,
  type Resource,
  type SecondOpinion,
} from "@apex/core";
import { compareText } from "../compare-text.ts";
import type { SavingsTotal } from "../report.ts";
import { type LoneOpinion, loneOpinionsOf, opinionsField } from "../second-opinions.ts";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
export const ANALYSIS_SCHEMA = "apex.analysis/v1";

/** Where a resource is, and what people call it, as far as that is known. */
export interface ResourcePlace {
  readonly region?: string;
  readonly account?: string;
  /** Its tag or label "Name", in any case. */
  readonly label?: string;
}

/** A recommendation without Terraform: what to change, where it is, and what the cloud's own recommender thinks of the resource. */
export interface AnalyzedRecommendation extends Recommendation, ResourcePlace {
  readonly secondOpinions?: readonly SecondOpinion[];
}

/** What only a cloud's own recommender would change, and where it is. */
export interface PlacedOpinion extends LoneOpinion, ResourcePlace {}

/** What is told of: only what fits all that is named; an empty list lets everything through. */
export interface AnalysisFilter {
  readonly regions: readonly string[];
  readonly accounts: readonly string[];
  readonly rules: readonly string[];
  /** "key=value", or a key alone. */
  readonly tags: readonly string[];
}

/** Savings of one currency. */
export interface AnalysisSavings extends SavingsTotal {
  readonly currency: Currency;
}

/** Savings of what shares a rule, a region or an account. */
export interface SavingsGroup {
  readonly by: "rule" | "region" | "account";
  readonly name: string;
  readonly recommendations: number;
  readonly currency: Currency;
  readonly list: Decimal;
}

/** `apex.analysis/v1`: what is to be changed in an account, without Terraform. */
export interface AnalysisReport {
  readonly schema: typeof ANALYSIS_SCHEMA;
  readonly apexVersion: string;
  /** ISO 8601 UTC. */
  readonly generatedAt: string;
  /** What the samples span; `null` without samples. */
  readonly window: { readonly start: string; readonly end: string } | null;
  /** How many were looked at, whatever the filter leaves out. */
  readonly resources: number;
  readonly costRows: number;
  readonly filter: AnalysisFilter;
  readonly summary: {
    readonly recommendations: number;
    readonly abstentions: number;
    readonly savings: readonly AnalysisSavings[];
    /** The most saving first. */
    readonly groups: readonly SavingsGroup[];
  };
  /** The most saving first, then by resource and id. */
  readonly recommendations: readonly AnalyzedRecommendation[];
  readonly abstentions: readonly Abstention[];
  readonly opinions: readonly SecondOpinion[];
  readonly loneOpinions: readonly PlacedOpinion[];
  readonly repairs: readonly Repair[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What an analysis hands over; everything else is derived from it. */
export interface AnalysisParts
  extends Pick<
    AnalysisReport,
    | "apexVersion"
    | "generatedAt"
    | "window"
    | "costRows"
    | "filter"
    | "abstentions"
    | "opinions"
    | "repairs"
    | "diagnostics"
  > {
  readonly resources: readonly Resource[];
  readonly recommendations: readonly Recommendation[];
}

/** Makes the report: leaves out what the filter does, orders, and derives totals and what only clouds' recommenders say. */
export function buildAnalysisReport(parts: AnalysisParts): AnalysisReport {
  const byId = new Map(parts.resources.map((resource) => [resource.id, resource]));
  const isTold = toldBy(parts.filter, byId);
  const opinions = parts.opinions.filter(({ resourceId }) => isTold(resourceId));
  const opinionsById = Map.groupBy(opinions, ({ resourceId }) => resourceId);
  const recommendations = parts.recommendations
    .filter(({ resourceId, rule }) => isTold(resourceId, rule))
    .map((one) => ({
      ...one,
      ...placeOf(byId.get(one.resourceId)),
      ...opinionsField(opinionsById.get(one.resourceId)),
    }))
    .toSorted(compareRecommendations);
  const abstentions = parts.abstentions.filter(({ resourceId, rule }) => isTold(resourceId, rule));
  return {
    schema: ANALYSIS_SCHEMA,
    apexVersion: parts.apexVersion,
    generatedAt: parts.generatedAt,
    window: parts.window,
    resources: parts.resources.length,
    costRows: parts.costRows,
    filter: parts.filter,
    summary: {
      recommendations: recommendations.length,
      abstentions: abstentions.length,
      savings: totals(recommendations),
      groups: groupsOf(recommendations),
    },
    recommendations,
    abstentions,
    opinions,
    // The filter by rule does not touch them: an opinion has no rule of ours.
    loneOpinions: loneOpinionsOf(opinionsById, parts.recommendations, parts.abstentions).map((one) => ({
      ...one,
      ...identityOf(byId.get(one.resourceId)),
      ...placeOf(byId.get(one.resourceId)),
    })),
    repairs: parts.repairs,
    diagnostics: parts.diagnostics,
  };
}

function toldBy(
  { regions, accounts, rules, tags }: AnalysisFilter,
  byId: ReadonlyMap<string, Resource>,
): (resourceId: string, rule?: string) => boolean {
  const isAmong = (list: readonly string[], value: string | undefined): boolean =>
    list.length === 0 || (value !== undefined && list.includes(value));
  return (resourceId, rule) => {
    const resource = byId.get(resourceId);
    if (rule !== undefined && !isAmong(rules, rule)) return false;
    if (!isAmong(regions, resource?.region) || !isAmong(accounts, resource?.account)) return false;
    return tags.every((tag) => hasTag(resource, tag));
  };
}

function hasTag(resource: Resource | undefined, tag: string): boolean {
  const at = tag.indexOf("=");
  const key = at === -1 ? tag : tag.slice(0, at);
  const value = resource !== undefined && Object.hasOwn(resource.tags, key) ? resource.tags[key] : undefined;
  return value !== undefined && (at === -1 || value === tag.slice(at + 1));
}

function placeOf(resource: Resource | undefined): ResourcePlace {
  if (resource === undefined) return {};
  const { region, account, tags } = resource;
  const label = tags["Name"] ?? tags["name"];
  return {
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
    ...(label === undefined || label === "" ? {} : { label }),
  };
}

function identityOf(resource: Resource | undefined): Partial<Pick<LoneOpinion, "resourceName" | "address">> {
  if (resource === undefined) return {};
  const { name, address = null } = resource;
  return { address, ...(name === undefined ? {} : { resourceName: name }) };
}

function compareRecommendations(a: AnalyzedRecommendation, b: AnalyzedRecommendation): number {
  return (
    compareText(a.monthlySavings.currency, b.monthlySavings.currency) ||
    compareDecimals(b.monthlySavings.list, a.monthlySavings.list) ||
    compareText(a.resourceId, b.resourceId) ||
    compareText(a.id, b.id)
  );
}

/** Amounts of different currencies cannot be added. */
function totals(recommendations: readonly AnalyzedRecommendation[]): readonly AnalysisSavings[] {
  const byCurrency = Map.groupBy(recommendations, ({ monthlySavings }) => monthlySavings.currency);
  return [...byCurrency].map(([currency, all]) => {
    const nets = all.flatMap(({ monthlySavings: { net } }) => (net === null ? [] : [net]));
    const netKnown = sumDecimals(nets);
    return {
      currency,
      list: listOf(all),
      net: nets.length === all.length ? netKnown : null,
      netKnown,
      netUnknown: all.length - nets.length,
    };
  });
}

function listOf(all: readonly AnalyzedRecommendation[]): Decimal {
  return sumDecimals(all.map(({ monthlySavings }) => monthlySavings.list));
}

function groupsOf(recommendations: readonly AnalyzedRecommendation[]): readonly SavingsGroup[] {
  return (["rule", "region", "account"] as const).flatMap((by) => {
    const named = recommendations.filter((one) => one[by] !== undefined);
    const groups = Map.groupBy(named, (one) => `${one.monthlySavings.currency} ${one[by]}`);
    return [...groups.values()]
      .flatMap((all): SavingsGroup[] => {
        const [first] = all;
        if (first === undefined) return [];
        const { currency } = first.monthlySavings;
        return [{ by, name: first[by] ?? "", recommendations: all.length, currency, list: listOf(all) }];
      })
      .toSorted((a, b) => compareText(a.currency, b.currency) || compareDecimals(b.list, a.list));
  });
}
