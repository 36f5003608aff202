import { compareDecimals, type RecommendationAction } from "@apex/core";
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
  const winners = new Map<string, Proposal>();
  for (const proposal of proposals) {
    const key = partKey(proposal);
    const rival = winners.get(key);
    if (rival === undefined || isBefore(proposal, rival)) winners.set(key, proposal);
  }
  const dropped: { proposal: Proposal; inFavourOf: Proposal }[] = [];
  const kept: Proposal[] = [];
  for (const proposal of proposals) {
    const winner = winners.get(partKey(proposal));
    if (winner === undefined || winner === proposal) kept.push(proposal);
    else dropped.push({ proposal, inFavourOf: winner });
  }
  const keptDrafts = new Map<string, readonly Draft[]>();
  for (const { resource, draft } of kept) {
    keptDrafts.set(resource.id, [...(keptDrafts.get(resource.id) ?? []), draft]);
  }
  return { kept: kept.map((proposal) => reprice(proposal, keptDrafts)), dropped };
}

/** Prices a proposal on what the others leave. */
function reprice(proposal: Proposal, kept: ReadonlyMap<string, readonly Draft[]>): Proposal {
  const monthlySavings = proposal.draft.repriced?.(kept);
  return monthlySavings === undefined
    ? proposal
    : { ...proposal, draft: { ...proposal.draft, monthlySavings } };
}

function partKey(proposal: Proposal): string {
  return JSON.stringify([proposal.resource.id, proposal.draft.part]);
}

function isBefore(a: Proposal, b: Proposal): boolean {
  const order = PRECEDENCE.indexOf(a.draft.action) - PRECEDENCE.indexOf(b.draft.action);
  if (order !== 0) return order < 0;
  return compareDecimals(a.draft.monthlySavings.list, b.draft.monthlySavings.list) > 0;
}
