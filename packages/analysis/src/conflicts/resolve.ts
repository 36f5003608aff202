import { compareDecimals, decimal, multiply, type RecommendationAction, type Resource } from "@apex/core";
import { awsRegionOf } from "../fleet/instance.ts";
import type { Draft } from "../rules/draft.ts";
import type { Proposal } from "./proposal.ts";

/**
 * One dollar is saved once. Of several proposals on the same part of a resource the first in this order stays:
 * stop what is idle before sizing it, and before changing how it is bought. Within one action the larger list
 * saving stays.
 */
const PRECEDENCE: readonly RecommendationAction[] = [
  "snapshot-and-delete",
  "stop",
  "release",
  "share-gpus",
  "schedule",
  "set-capacity",
  "resize",
  "change-volume-type",
  "set-performance",
  "set-lifecycle",
];

/** Actions that a schedule leaves room for on the same part: the hours that it stays on. */
const BESIDE_SCHEDULE: ReadonlySet<RecommendationAction> = new Set(["resize"]);

/** What stays and what gave way to what. */
export interface Resolution {
  readonly kept: readonly Proposal[];
  readonly dropped: readonly { readonly proposal: Proposal; readonly inFavourOf: Proposal }[];
}

/**
 * Resolves conflicts part by part; proposals on different parts are independent and all stay. The order of what
 * stays is kept.
 */
export function resolveConflicts(proposals: readonly Proposal[]): Resolution {
  const winners = new Map<string, Proposal[]>();
  const rivals = new Map<Proposal, Proposal>();
  // Machines that take over the work of others stay as they are, and one that goes carries nothing.
  const carried = new Map<string, Proposal>();
  for (const proposal of proposals.toSorted((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0))) {
    const stay = winners.get(partKey(proposal)) ?? [];
    const rival =
      stay.find((other) => !areCompatible(other, proposal)) ??
      carried.get(partKey(proposal)) ??
      carriersOf(proposal).flatMap((key) => winners.get(key) ?? [])[0];
    if (rival !== undefined) {
      rivals.set(proposal, rival);
      continue;
    }
    winners.set(partKey(proposal), [...stay, proposal]);
    for (const key of carriersOf(proposal)) carried.set(key, proposal);
  }
  const dropped: { proposal: Proposal; inFavourOf: Proposal }[] = [];
  const kept: Proposal[] = [];
  for (const proposal of proposals) {
    const rival = rivals.get(proposal);
    if (rival === undefined) kept.push(proposal);
    else dropped.push({ proposal, inFavourOf: rival });
  }
  const keptDrafts = new Map<Resource, readonly Draft[]>();
  for (const { resource, draft } of kept) {
    keptDrafts.set(resource, [...(keptDrafts.get(resource) ?? []), draft]);
  }
  const schedules = new Map(
    kept.flatMap((one) => (one.draft.shareLeft === undefined ? [] : [[partKey(one), one.draft] as const])),
  );
  return {
    kept: kept.map((one) => reprice(one, keptDrafts, schedules.get(partKey(one)))),
    dropped,
  };
}

function areCompatible(before: Proposal, after: Proposal): boolean {
  return before.draft.action === "schedule" && BESIDE_SCHEDULE.has(after.draft.action);
}

/** Prices a proposal on what the others leave, the schedule of its part among them. */
function reprice(
  proposal: Proposal,
  kept: ReadonlyMap<Resource, readonly Draft[]>,
  schedule: Draft | undefined,
): Proposal {
  const { draft } = proposal;
  const monthlySavings = draft.repriced?.(kept) ?? draft.monthlySavings;
  if (schedule?.shareLeft === undefined || schedule === draft) {
    return { ...proposal, draft: { ...draft, monthlySavings } };
  }
  const notes = [...draft.evidence.notes, "Counted for the hours that its schedule leaves it on"];
  return {
    ...proposal,
    draft: {
      ...draft,
      monthlySavings: scaled(monthlySavings, schedule.shareLeft),
      evidence: { ...draft.evidence, notes },
    },
  };
}

/** Digits behind the point that a share of a saving keeps. */
const SHARE_DIGITS = 6;

function scaled(savings: Draft["monthlySavings"], share: number): Draft["monthlySavings"] {
  const factor = decimal(share.toFixed(SHARE_DIGITS));
  return {
    ...savings,
    list: multiply(savings.list, factor),
    net: savings.net === null ? null : multiply(savings.net, factor),
  };
}

/** The machines that carry a proposal's work stand beside it. */
function carriersOf({ draft, resource }: Proposal): readonly string[] {
  return (draft.carriers ?? []).map((id) => keyOf({ ...resource, id }, "machine"));
}

function partKey({ resource, draft }: Proposal): string {
  return keyOf(resource, draft.part);
}

/** A database, a cache and a group may be called alike, and so may two of one type in other regions. */
function keyOf(resource: Resource, part: string): string {
  const { type, account, id } = resource;
  return JSON.stringify([type, account ?? null, awsRegionOf(resource) ?? null, id, part]);
}

function isBefore(a: Proposal, b: Proposal): boolean {
  const order = PRECEDENCE.indexOf(a.draft.action) - PRECEDENCE.indexOf(b.draft.action);
  if (order !== 0) return order < 0;
  // A size that the load was measured for goes before a newer type that is known by the catalogue alone.
  if (isMeasured(a) !== isMeasured(b)) return isMeasured(a);
  return compareDecimals(a.draft.monthlySavings.list, b.draft.monthlySavings.list) > 0;
}

function isMeasured({ draft }: Proposal): boolean {
  return draft.evidence.lookBackDays > 0;
}
