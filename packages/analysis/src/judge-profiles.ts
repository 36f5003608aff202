import { COMMITTED_PRICES } from "@apex/catalog";
import type { Abstention, MetricName, Resource, UtilizationProfile } from "@apex/core";
import type { AnalysisInput } from "./analyze.ts";
import type { Proposal } from "./conflicts/proposal.ts";
import type { Word } from "./conflicts/telling.ts";
import { type Fleet, fleetOf } from "./fleet/fleet.ts";
import { resourceNames, type ResourceNames } from "./fleet/names.ts";
import { ignoredBy, leftAlone } from "./policy/ignore.ts";
import type { RuleName } from "./policy/rule-names.ts";
import { heldByException } from "./policy/touched.ts";
import { pooledGpus, type PooledGpus } from "./rules/gpu-pool.ts";
import { judgeGpuPools } from "./rules/gpu-pools.ts";
import { RULES } from "./rules/registry.ts";
import type { Judgement, RuleContext } from "./rules/rule.ts";

/** What resources are judged by, apart from their own measurements: the same in every part of a fleet. */
export type JudgingInput = Omit<AnalysisInput, "profiles">;

/** What the rules say of one resource. */
export interface Verdict {
  readonly proposals: readonly Omit<Proposal, "resource">[];
  readonly words: readonly Word[];
  /** A machine whose work could share GPUs with that of others, which is judged once all are known. */
  readonly pooled?: PooledGpus;
}

/** A profile that belongs to a resource, with the verdict. */
export interface JudgedProfile {
  /** The resource's place in the input. */
  readonly index: number;
  /** The id that the profile came under. */
  readonly profileId: string;
  /** The metrics of which it holds a sample. */
  readonly metrics: readonly MetricName[];
  readonly verdict: Verdict;
}

/** What became of a part of the profiles: plain values but for {@link isPlain}'s exceptions, so that a part may be judged in another thread. */
export interface JudgedProfiles {
  /** In the order of the profiles; of several for one resource, all. */
  readonly judged: readonly JudgedProfile[];
  /** Profiles of nothing in the input. */
  readonly strangers: number;
  /** The names of profiles that could be of several resources. */
  readonly shared: readonly string[];
}

/** Judges the profiles of a part of a fleet; the rules see the whole of it. */
export async function judgeProfiles(
  input: JudgingInput,
  profiles: AsyncIterable<UtilizationProfile> | Iterable<UtilizationProfile>,
): Promise<JudgedProfiles> {
  const fleet = fleetToJudge(input);
  const places = new Map(input.resources.map((resource, index) => [resource, index]));
  const judged: JudgedProfile[] = [];
  const shared: string[] = [];
  let strangers = 0;
  for await (const profile of profiles) {
    const resource = fleet.find(profile.resourceId);
    const index = resource === undefined ? undefined : places.get(resource);
    if (resource === undefined || index === undefined) {
      if (fleet.isShared(profile.resourceId)) shared.push(profile.resourceId);
      else strangers += 1;
      continue;
    }
    judged.push({
      index,
      profileId: profile.resourceId,
      metrics: [
        ...new Set(profile.series.flatMap(({ metric, values }) => (values.length > 0 ? [metric] : []))),
      ],
      verdict: judge(input, fleet, { resource, profile, isMeasuredBeside: () => false }),
    });
  }
  return { judged, strangers, shared };
}

/** Whether a verdict can be handed to another thread: a saving that is priced anew when all is known comes with a function. */
export function isPlain({ proposals }: Verdict): boolean {
  return proposals.every(({ draft }) => draft.repriced === undefined);
}

const SIZED_TYPES = new Set(RULES.flatMap(({ resourceTypes }) => resourceTypes));

/** The fleet as rules look things up in it. */
export function fleetToJudge({ resources, costs }: JudgingInput): Fleet {
  return fleetOf(resources, costs, SIZED_TYPES);
}

/** What the names of metrics and bills mean, as the analysis takes them. */
export function namesToJudge(resources: readonly Resource[]): ResourceNames {
  return resourceNames(resources, SIZED_TYPES);
}

/** Judges one resource by every rule that is on. */
export function judge(
  input: JudgingInput,
  fleet: Fleet,
  subject: Pick<RuleContext, "resource" | "profile" | "isMeasuredBeside">,
): Verdict {
  const { resource } = subject;
  const { policy, window, prices = COMMITTED_PRICES } = input;
  const verdict: { proposals: Omit<Proposal, "resource">[]; words: Word[] } = { proposals: [], words: [] };
  let pooled: PooledGpus | undefined;
  const context: RuleContext = { ...subject, fleet, cost: fleet.costOf(resource), policy, window, prices };
  for (const rule of RULES) {
    if (!policy.rules[rule.name] || !rule.resourceTypes.includes(resource.type)) continue;
    const exception = ignoredBy(policy, rule.name, resource);
    if (exception !== undefined) {
      const abstention = abstentionOf(rule.name, resource, leftAlone(exception));
      verdict.words.push({ abstention, isRoutine: false });
      continue;
    }
    if (rule.name === "gpu-sharing") pooled = pooledGpus(context);
    for (const judgement of rule.judge(context)) take(verdict, context, rule.name, judgement);
  }
  return pooled === undefined ? verdict : { ...verdict, pooled };
}

/** What the rules say that look at several resources at once, when all are known. */
export function judgeTogether(
  { policy, window }: JudgingInput,
  fleet: Fleet,
  verdicts: ReadonlyMap<Resource, Verdict>,
): ReadonlyMap<Resource, Verdict> {
  const members = fleet.resources.flatMap((resource) => {
    const pooled = verdicts.get(resource)?.pooled;
    return pooled === undefined ? [] : [{ resource, pooled }];
  });
  const told = new Map<Resource, { proposals: Omit<Proposal, "resource">[]; words: Word[] }>();
  for (const { resource, judgement } of judgeGpuPools(members, { policy, window, fleet })) {
    const verdict = told.get(resource) ?? { proposals: [], words: [] };
    told.set(resource, verdict);
    take(verdict, { policy, fleet, resource }, "gpu-sharing", judgement);
  }
  return told;
}

function take(
  verdict: { readonly proposals: Omit<Proposal, "resource">[]; readonly words: Word[] },
  context: Pick<RuleContext, "policy" | "fleet" | "resource">,
  rule: RuleName,
  judgement: Judgement,
): void {
  if (judgement.kind === "abstained") {
    const abstention = abstentionOf(rule, context.resource, judgement.reason);
    verdict.words.push({ abstention, isRoutine: judgement.isRoutine });
    return;
  }
  const held = heldByException(context, rule, judgement.draft);
  if (held === undefined) verdict.proposals.push({ rule, draft: judgement.draft });
  else take(verdict, context, rule, { kind: "abstained", reason: held, isRoutine: false });
}

/** What reports call a resource. */
export function calledInReports({
  id,
  name,
  address,
}: Resource): Pick<Abstention, "resourceId" | "resourceName" | "address"> {
  return { resourceId: id, ...(name === undefined ? {} : { resourceName: name }), address: address ?? null };
}

/** The word of a rule that leaves a resource alone. */
export function abstentionOf(rule: string, resource: Resource, reason: string): Abstention {
  return { rule, ...calledInReports(resource), reason };
}
