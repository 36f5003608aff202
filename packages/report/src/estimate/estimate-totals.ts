import {
  type CostDifference,
  type Currency,
  type Decimal,
  decimal,
  differsByUse,
  type ResourceDifference,
  subtract,
  sumDecimals,
  unpricedReason,
} from "@apex/core";
import type { EstimateReport } from "./estimate-report.ts";

/** A pull request's projects taken together. */
export interface EstimateTotals {
  /** Per month: the sums of what is priced, nothing for no projects. `null` where none of them could be planned, or where they are in several currencies. */
  readonly before: Decimal | null;
  readonly after: Decimal | null;
  readonly delta: Decimal | null;
  readonly currency: Currency;
  /** `delta` is "at least", "at most", or, with both, unknown: something lacks a price, or a project could not be planned. */
  readonly mayBeMore: boolean;
  readonly mayBeLess: boolean;
  /** Whether something paid by use that nobody told comes, goes or changes: it is in no amount. */
  readonly differsByUse: boolean;
  /** Whether `before` and `after` lack something that has no price there. */
  readonly isAtLeast: { readonly before: boolean; readonly after: boolean };
  /** Resources on either side. */
  readonly resources: number;
  /** Of them, those that the pull request adds, removes, replaces or changes in what they cost. */
  readonly changed: number;
  /** Of all resources, those that have no price or not for all their parts. */
  readonly unpriced: number;
  /** Of the changed ones. */
  readonly unpricedChanged: number;
  readonly projects: number;
  /** Projects of which one side could not be planned. */
  readonly failed: number;
}

/** Whether a resource has no price, or not for all its parts, on a side that has it. */
export function isUnpriced({ before, after }: ResourceDifference): boolean {
  return [before, after].some((side) => unpricedReason(side) !== undefined);
}

/** Whether the sum of a side lacks something that has no price there. */
export function hasUnpricedOn(resources: readonly ResourceDifference[], side: "before" | "after"): boolean {
  return resources.some((resource) => unpricedReason(resource[side]) !== undefined);
}

/** Whether the pull request does anything to it. */
export function isChanged({ kind }: ResourceDifference): boolean {
  return kind !== "same";
}

/** The projects taken together. Amounts in different currencies are not added. */
export function estimateTotals(report: EstimateReport): EstimateTotals {
  const found = report.projects.flatMap(({ difference }) => (difference === null ? [] : [difference]));
  const failed = report.projects.length - found.length;
  const resources = found.flatMap((difference) => difference.resources);
  const changed = resources.filter(isChanged);
  const currencies = new Set(found.map(({ currency }) => currency));
  // No project costs nothing; of projects that all failed nothing is known.
  const isSummable = failed === 0 ? currencies.size <= 1 : currencies.size === 1;
  return {
    ...(isSummable ? sums(found) : { before: null, after: null, delta: null }),
    currency: found[0]?.currency ?? "USD",
    mayBeMore: failed > 0 || !isSummable || found.some(({ mayBeMore }) => mayBeMore),
    mayBeLess: failed > 0 || !isSummable || found.some(({ mayBeLess }) => mayBeLess),
    differsByUse: changed.some(differsByUse),
    isAtLeast: {
      before: failed > 0 || hasUnpricedOn(resources, "before"),
      after: failed > 0 || hasUnpricedOn(resources, "after"),
    },
    resources: resources.length,
    changed: changed.length,
    unpriced: resources.filter(isUnpriced).length,
    unpricedChanged: changed.filter(isUnpriced).length,
    projects: report.projects.length,
    failed,
  };
}

function sums(found: readonly CostDifference[]): {
  readonly before: Decimal;
  readonly after: Decimal;
  readonly delta: Decimal;
} {
  const before = sumDecimals(found.map((difference) => difference.before));
  const after = sumDecimals(found.map((difference) => difference.after));
  return { before, after, delta: sumDecimals(found.map(({ delta }) => delta)) };
}

/** Without its sign. */
export function magnitude(amount: Decimal): Decimal {
  return amount.startsWith("-") ? subtract(decimal(0), amount) : amount;
}
