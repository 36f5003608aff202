import { COMMITTED_PRICES, type PriceBook } from "@apex/catalog";
import type {
  Abstention,
  Diagnostic,
  Recommendation,
  Resource,
  ResourceCost,
  TimeWindow,
  UtilizationProfile,
} from "@apex/core";
import type { Proposal } from "./conflicts/proposal.ts";
import { resolveConflicts } from "./conflicts/resolve.ts";
import { tellingAbstentions, type Word } from "./conflicts/telling.ts";
import { type Fleet, fleetOf } from "./fleet/fleet.ts";
import { idleExceptions, ignoredBy } from "./policy/ignore.ts";
import type { IgnoreRule, Policy } from "./policy/policy.ts";
import { RULES } from "./rules/registry.ts";
import type { RuleContext } from "./rules/rule.ts";

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

const SIZED_TYPES = new Set(RULES.flatMap(({ resourceTypes }) => resourceTypes));

interface Verdicts {
  readonly proposals: Proposal[];
  readonly words: Word[];
}

/**
 * Judges every resource by every rule that is on, and resolves conflicts. Pure but for pulling the profiles: the
 * same input gives the same output, in the order of `resources`.
 */
export async function analyze(input: AnalysisInput): Promise<Analysis> {
  const fleet = fleetOf(input.resources, input.costs, SIZED_TYPES);
  const verdicts = new Map<Resource, Verdicts>();
  const diagnostics: Diagnostic[] = idleExceptions(input.policy, input.resources).map(idleException);
  const measuredTypes = new Set<string>();
  let strangers = 0;
  for await (const profile of input.profiles) {
    const resource = fleet.find(profile.resourceId);
    if (resource === undefined) strangers += 1;
    else if (verdicts.has(resource)) diagnostics.push(duplicateProfile(resource, profile));
    else {
      if (profile.series.some((series) => series.values.length > 0)) measuredTypes.add(resource.type);
      verdicts.set(resource, judge(input, fleet, { resource, profile, isTypeMeasured: () => false }));
    }
  }
  const isTypeMeasured = (type: string): boolean => measuredTypes.has(type);
  if (strangers > 0) diagnostics.push(unmatchedProfiles(strangers));
  const proposals: Proposal[] = [];
  const abstentions: Abstention[] = [];
  for (const resource of input.resources) {
    const unmeasured: UtilizationProfile = { resourceId: resource.id, window: input.window, series: [] };
    const verdict =
      verdicts.get(resource) ?? judge(input, fleet, { resource, profile: unmeasured, isTypeMeasured });
    proposals.push(...verdict.proposals);
    abstentions.push(...tellingAbstentions(verdict.words, verdict.proposals.length > 0));
  }
  const { kept, dropped } = resolveConflicts(proposals);
  for (const { proposal, inFavourOf } of dropped) {
    const reason = `${inFavourOf.rule} already covers it: ${inFavourOf.draft.from} to ${inFavourOf.draft.to}`;
    abstentions.push(abstentionOf(proposal.rule, proposal.resource, reason));
  }
  return { recommendations: kept.map(recommendationOf), abstentions, diagnostics };
}

function judge(
  input: AnalysisInput,
  fleet: Fleet,
  subject: Pick<RuleContext, "resource" | "profile" | "isTypeMeasured">,
): Verdicts {
  const { resource } = subject;
  const { policy, window, prices = COMMITTED_PRICES } = input;
  const verdicts: Verdicts = { proposals: [], words: [] };
  const context: RuleContext = { ...subject, fleet, cost: fleet.costOf(resource), policy, window, prices };
  for (const rule of RULES) {
    if (!policy.rules[rule.name] || !rule.resourceTypes.includes(resource.type)) continue;
    const exception = ignoredBy(policy, rule.name, resource);
    if (exception !== undefined) {
      const why = exception.reason ?? "an exception of the policy";
      const abstention = abstentionOf(rule.name, resource, `left alone: ${why}`);
      verdicts.words.push({ abstention, isRoutine: false });
      continue;
    }
    for (const judgement of rule.judge(context)) {
      if (judgement.kind === "proposed") {
        verdicts.proposals.push({ rule: rule.name, resource, draft: judgement.draft });
      } else {
        const abstention = abstentionOf(rule.name, resource, judgement.reason);
        verdicts.words.push({ abstention, isRoutine: judgement.isRoutine });
      }
    }
  }
  return verdicts;
}

function abstentionOf(rule: string, resource: Resource, reason: string): Abstention {
  return { rule, resourceId: resource.id, address: resource.address ?? null, reason };
}

function recommendationOf({ rule, resource, draft }: Proposal): Recommendation {
  const { part, repriced: _, instancesAfter: __, ...decision } = draft;
  return {
    id: [rule, resource.id, ...(part === "machine" ? [] : [part]), draft.to].join(":"),
    rule,
    resourceId: resource.id,
    address: resource.address ?? null,
    resourceType: resource.type,
    ...decision,
  };
}

function duplicateProfile(resource: Resource, profile: UtilizationProfile): Diagnostic {
  return {
    severity: "warning",
    code: "profile-duplicate",
    summary: `metrics of ${resource.id} came in more than one profile; those under ${profile.resourceId} were not used`,
    detail: "merge the sources so that one resource has one id",
    ...(resource.address === undefined ? {} : { address: resource.address }),
  };
}

function unmatchedProfiles(count: number): Diagnostic {
  return {
    severity: "info",
    code: "profile-without-resource",
    summary: `metrics of ${count} resources belong to nothing in the Terraform state`,
    detail: "they may be members of Auto Scaling groups, or not managed by Terraform",
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
