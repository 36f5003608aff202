import type { Decimal, IntendedChange, Resource } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import type { Idleness } from "../idle/idleness.ts";
import { type Draft, evidenceFrame, savingsOf, shownDays } from "./draft.ts";
import type { RuleContext } from "./rule.ts";

/**
 * Addresses, balancers and NAT gateways are in no commitment: neither Savings Plans nor reserved instances pay for them.
 * Source: Savings Plans user guide.
 */
const NETWORK_COVERAGE = 0;

/** Something that holds no data and that nothing uses. */
export interface Release {
  readonly from: string;
  readonly summary: string;
  readonly monthly: Decimal;
  readonly idleness: Pick<
    Idleness & { readonly kind: "idle" },
    "dimensions" | "confidence" | "confidenceFactors" | "coverage" | "days" | "unknowns"
  >;
  readonly changes: readonly IntendedChange[];
  readonly rollback: string;
  readonly notes: readonly string[];
  readonly unknowns: readonly string[];
}

/** What was quiet may be wanted again, and is then made anew: never risk 0. */
const RELEASE_RISK = 1;

/** The draft of giving something back: its hours are saved with the merge. */
export function releaseDraft(context: RuleContext, release: Release): Draft {
  const { idleness } = release;
  return {
    part: "machine",
    action: "release",
    from: release.from,
    to: "released",
    summary: release.summary,
    changes: release.changes,
    monthlySavings: savingsOf(release.monthly, NETWORK_COVERAGE),
    risk: RELEASE_RISK,
    confidence: idleness.confidence,
    effort: "low",
    restartRequired: false,
    rollback: release.rollback,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: shownDays(idleness.days),
      coverage: idleness.coverage,
      dimensions: idleness.dimensions.map((dimension) => ({ ...dimension, risk: RELEASE_RISK })),
      confidenceFactors: idleness.confidenceFactors,
      alternatives: [],
      notes: release.notes,
    },
    unknowns: [...idleness.unknowns, ...release.unknowns],
  };
}

/** The removal of resources that are under Terraform; nothing where the first one is not. */
export function removals(first: Resource, others: readonly Resource[] = []): readonly IntendedChange[] {
  if (first.address === undefined) return [];
  return [first, ...others].flatMap((resource) =>
    resource.address === undefined
      ? []
      : [{ kind: "remove-resource", address: resource.address, names: namesOf(resource) }],
  );
}

/** Attributes by which others are told where to find it. */
const LOCATING_ATTRIBUTES = [
  "arn",
  "allocation_id",
  "public_ip",
  "address",
  "dns_name",
  "self_link",
] as const;

/** Ids of AWS, ARNs, paths, DNS names, addresses: a plain word, as a name may be, is found in many texts that mean something else. */
const DISTINCTIVE = /[.:/]|-[0-9a-f]{8,}$/;

function namesOf({ id, aliases, attributes }: Resource): readonly string[] {
  const told = LOCATING_ATTRIBUTES.flatMap((name) => textAt(attributes, name) ?? []);
  return [...new Set([id, ...aliases, ...told])].filter((name) => DISTINCTIVE.test(name));
}
