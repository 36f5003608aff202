import { COMMITTED_PRICES, type PriceBook } from "@apex/catalog";
import {
  type Abstention,
  assert,
  type Diagnostic,
  type Recommendation,
  type Resource,
  type ResourceCost,
  type TimeWindow,
  type UtilizationProfile,
} from "@apex/core";
import type { Proposal } from "./conflicts/proposal.ts";
import { resolveConflicts } from "./conflicts/resolve.ts";
import { tellingAbstentions } from "./conflicts/telling.ts";
import {
  abstentionOf,
  fleetToJudge,
  judgeTogether,
  judge,
  type JudgedProfiles,
  judgeProfiles,
  type JudgingInput,
  type Verdict,
} from "./judge-profiles.ts";
import { PaidSavings } from "./paid-savings.ts";
import { idleExceptions } from "./policy/ignore.ts";
import type { IgnoreRule, Policy } from "./policy/policy.ts";

/** What the analysis looks at. */
export interface AnalysisInput {
  /** Every resource once. */
  readonly resources: readonly Resource[];
  /**
   * One profile per resource, under its id or an alias; taken one at a time, so that a fleet never has to fit in
   * memory.
   */
  readonly profiles: AsyncIterable<UtilizationProfile> | Iterable<UtilizationProfile>;
  readonly costs: readonly ResourceCost[];
  /** The span of the data; the policy's look-back is counted from its end. */
  readonly window: TimeWindow;
  readonly policy: Policy;
  /** Where prices come from; the committed tables when absent. */
  readonly prices?: PriceBook;
}

/** What the analysis decided: changes, and for everything it looked at and left alone the reason. */
export interface Analysis {
  readonly recommendations: readonly Recommendation[];
  readonly abstentions: readonly Abstention[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Judges every resource by every rule that is on, and resolves conflicts. Pure but for pulling the profiles: the
 * same input gives the same output, in the order of `resources`.
 */
export async function analyze(input: AnalysisInput): Promise<Analysis> {
  return concludeAnalysis(input, [await judgeProfiles(input, input.profiles)]);
}

/**
 * Puts the parts of a fleet together that were judged each by itself, in the order of their profiles: judges what no profile
 * came for, and resolves conflicts. However the profiles were cut into parts, the analysis is the same.
 */
export function concludeAnalysis(input: JudgingInput, parts: readonly JudgedProfiles[]): Analysis {
  const diagnostics: Diagnostic[] = idleExceptions(input.policy, input.resources).map(idleException);
  const verdicts = new Map<Resource, Verdict>();
  const measuredTypes = new Set<string>();
  for (const { index, profileId, isMeasured, verdict } of parts.flatMap(({ judged }) => judged)) {
    const resource = input.resources[index];
    assert(resource !== undefined, "a verdict on a resource that is none of the input");
    if (verdicts.has(resource)) diagnostics.push(duplicateProfile(resource, profileId));
    else {
      if (isMeasured) measuredTypes.add(resource.type);
      verdicts.set(resource, verdict);
    }
  }
  const strangers = parts.reduce((sum, part) => sum + part.strangers, 0);
  if (strangers > 0) diagnostics.push(unmatchedProfiles(strangers));
  const fleet = fleetToJudge(input);
  if (fleet.sharedIds.size > 0) diagnostics.push(sharedNames(fleet.sharedIds));
  const isTypeMeasured = (type: string): boolean => measuredTypes.has(type);
  for (const resource of input.resources) {
    if (verdicts.has(resource)) continue;
    const unmeasured: UtilizationProfile = { resourceId: resource.id, window: input.window, series: [] };
    verdicts.set(resource, judge(input, fleet, { resource, profile: unmeasured, isTypeMeasured }));
  }
  const pooled = judgeTogether(input, fleet, verdicts);
  const proposals: Proposal[] = [];
  const abstentions: Abstention[] = [];
  for (const resource of input.resources) {
    const told = [verdicts.get(resource), pooled.get(resource)].flatMap((verdict) => verdict ?? []);
    const proposed = told.flatMap((verdict) => verdict.proposals);
    proposals.push(...proposed.map((proposal) => ({ ...proposal, resource })));
    const words = told.flatMap((verdict) => verdict.words);
    abstentions.push(...tellingAbstentions(words, proposed.length > 0));
  }
  const { kept, dropped } = resolveConflicts(proposals);
  for (const { proposal, inFavourOf } of dropped) {
    const reason = `${inFavourOf.rule} already covers it: ${inFavourOf.draft.from} to ${inFavourOf.draft.to}`;
    abstentions.push(abstentionOf(proposal.rule, proposal.resource, reason));
  }
  const paid = new PaidSavings(input.prices ?? COMMITTED_PRICES);
  const recommendations = kept.map((proposal) => paid.of(recommendationOf(proposal), proposal.resource));
  return { recommendations, abstentions, diagnostics };
}

function recommendationOf({ rule, resource, draft }: Proposal): Recommendation {
  const { part, repriced: _, carriers: ____, touches: ___, instancesAfter: __, ...decision } = draft;
  return {
    id: [rule, resource.id, ...(part === "machine" ? [] : [part]), draft.to].join(":"),
    rule,
    resourceId: resource.id,
    address: resource.address ?? null,
    resourceType: resource.type,
    ...decision,
  };
}

function duplicateProfile(resource: Resource, profileId: string): Diagnostic {
  return {
    severity: "warning",
    code: "profile-duplicate",
    summary: `metrics of ${resource.id} came in more than one profile; those under ${profileId} were not used`,
    detail: "merge the sources so that one resource has one id",
    ...(resource.address === undefined ? {} : { address: resource.address }),
  };
}

function unmatchedProfiles(count: number): Diagnostic {
  return {
    severity: "info",
    code: "profile-without-resource",
    summary: `metrics of ${count} resources belong to nothing in the state or the inventory`,
    detail: "they may be members of groups, gone by now, or of what was not collected",
  };
}

const NAMES_TOLD = 10;

function sharedNames(ids: ReadonlySet<string>): Diagnostic {
  const names = [...ids].slice(0, NAMES_TOLD).join(", ");
  const more = ids.size > NAMES_TOLD ? ` and ${ids.size - NAMES_TOLD} more` : "";
  return {
    severity: "warning",
    code: "resource-id-shared",
    summary: `several resources in other regions or accounts, or of another kind, have the same name, so metrics and bills under it were used for none of them: ${names}${more}`,
    detail: "collect and analyse each region and account by itself, or bring metrics and bills under the ARN",
  };
}

function idleException(entry: IgnoreRule): Diagnostic {
  const what = [entry.address, entry.resourceId].filter((text) => text !== undefined).join(" and ");
  return {
    severity: "warning",
    code: "ignore-matches-nothing",
    summary: `the policy's exception for ${what} matches no resource, so it protects nothing`,
    detail: 'check the spelling: * stands for any text, and keys are written as in web["a"]',
  };
}
