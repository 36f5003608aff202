import { assert, type Diagnostic, type MetricName, type Resource } from "@apex/core";
import type { Fleet } from "./fleet/fleet.ts";
import { googleRegionOf } from "./fleet/gce-instance.ts";
import { awsRegionOf } from "./fleet/instance.ts";
import type { JudgedProfile, JudgedProfiles, JudgingInput, Verdict } from "./judge-profiles.ts";

/** What the measured resources of a fleet were judged, whichever parts it was cut into. */
export interface MergedParts {
  readonly verdicts: Map<Resource, Verdict>;
  /** Whether a resource of the type, account and region of another one has samples, of a metric where one is named. */
  readonly isMeasuredBeside: (resource: Resource, metric?: MetricName) => boolean;
  /** What of the metrics and bills was not used. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Puts parts together. Of several profiles of one resource, that under its own id counts. */
export function mergeParts(
  { resources, costs }: JudgingInput,
  { isShared, candidates }: Fleet,
  parts: readonly JudgedProfiles[],
): MergedParts {
  const diagnostics: Diagnostic[] = [];
  const chosen = new Map<Resource, JudgedProfile>();
  let superseded = 0;
  for (const one of parts.flatMap(({ judged }) => judged)) {
    const resource = resources[one.index];
    assert(resource !== undefined, "a verdict on a resource that is none of the input");
    const before = chosen.get(resource);
    const isBetter = before === undefined || one.profileId === resource.id;
    if (isBetter) chosen.set(resource, one);
    if (before === undefined) continue;
    const unused = isBetter ? before : one;
    if (unused.profileId === resource.name) superseded += 1;
    else diagnostics.push(duplicateProfile(resource, unused.profileId));
  }
  // Nobody misses what is under the name of several that are all measured under ids of their own.
  const isSettled = (name: string): boolean =>
    candidates(name).every((one) => chosen.get(one)?.profileId === one.id);
  const sharedProfiles = parts.flatMap((part) => part.shared);
  const missed = sharedProfiles.filter((name) => !isSettled(name));
  superseded += sharedProfiles.length - missed.length;
  if (superseded > 0) diagnostics.push(supersededProfiles(superseded));
  const strangers = parts.reduce((sum, part) => sum + part.strangers, 0);
  if (strangers > 0) diagnostics.push(unmatchedProfiles(strangers));
  const billed = costs.map(({ resourceId }) => resourceId).filter(isShared);
  const shared = new Set([...missed, ...billed]);
  if (shared.size > 0) diagnostics.push(sharedNames(shared));
  const verdicts = new Map([...chosen].map(([resource, { verdict }]) => [resource, verdict]));
  const measured = new Set(
    [...chosen].flatMap(([resource, { metrics }]) =>
      metrics.flatMap((metric) => [kindKey(resource), kindKey(resource, metric)]),
    ),
  );
  return {
    verdicts,
    isMeasuredBeside: (resource, metric) => measured.has(kindKey(resource, metric)),
    diagnostics,
  };
}

/** What is collected together: a service's metric in one region of one account. Where that is not known, it is a place of its own. */
function kindKey(resource: Resource, metric?: MetricName): string {
  const region = resource.provider === "aws" ? awsRegionOf(resource) : googleRegionOf(resource);
  return JSON.stringify([resource.type, resource.account ?? null, region ?? null, metric ?? null]);
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

/** Collections once filed samples under names. */
function supersededProfiles(count: number): Diagnostic {
  return {
    severity: "info",
    code: "profile-superseded",
    summary: `metrics under ${count} bare names lie in the collection too, as an earlier Apex filed them; those under ARNs were used`,
    detail: "collect into a new directory to be rid of them",
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
    detail:
      "apex collect files them under the ARN, so collect again what an earlier Apex collected; give files of one region and account at a time, or write ARNs in them",
  };
}
