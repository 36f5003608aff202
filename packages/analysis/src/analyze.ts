import { COMMITTED_PRICES, type PriceBook } from "@apex/catalog";
import {
  type Abstention,
  type Diagnostic,
  type MetricName,
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
  calledInReports,
  fleetToJudge,
  judgeTogether,
  judge,
  type JudgedProfiles,
  judgeProfiles,
  type JudgingInput,
} from "./judge-profiles.ts";
import { mergeParts } from "./merge-parts.ts";
import { PaidSavings } from "./paid-savings.ts";
import { idleExceptions } from "./policy/ignore.ts";
import type { IgnoreRule, Policy } from "./policy/policy.ts";

/** What the analysis looks at. */
export interface AnalysisInput {
  /** Every resource once. */
  readonly resources: readonly Resource[];
  /**
   * One profile per resource, under its id, name or an alias; taken one at a time, so that a fleet never has to fit in
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
  const fleet = fleetToJudge(input);
  const { verdicts, isMeasuredBeside, diagnostics } = mergeParts(input, fleet, parts);
  for (const resource of input.resources) {
    if (verdicts.has(resource)) continue;
    const unmeasured: UtilizationProfile = { resourceId: resource.id, window: input.window, series: [] };
    const subject = {
      resource,
      profile: unmeasured,
      isMeasuredBeside: (metric?: MetricName) => isMeasuredBeside(resource, metric),
    };
    verdicts.set(resource, judge(input, fleet, subject));
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
  const paid = new PaidSavings(input.prices ?? COMMITTED_PRICES, fleet);
  const recommendations = kept.map((proposal) => paid.of(recommendationOf(proposal), proposal.resource));
  const exceptions = idleExceptions(input.policy, input.resources).map(idleException);
  return { recommendations, abstentions, diagnostics: [...exceptions, ...diagnostics] };
}

function recommendationOf({ rule, resource, draft }: Proposal): Recommendation {
  const { part, repriced: _, carriers: ____, touches: ___, instancesAfter: __, ...decision } = draft;
  return {
    id: [rule, resource.id, ...(part === "machine" ? [] : [part]), draft.to].join(":"),
    rule,
    ...calledInReports(resource),
    resourceType: resource.type,
    ...decision,
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
