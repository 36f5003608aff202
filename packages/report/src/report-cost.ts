import {
  unpricedReason,
  type CostDifference,
  type LineItem,
  type ResourceDifference,
  type SideCost,
} from "@apex/core";
import { compareText } from "./compare-text.ts";
import type { ReportedCost, ResourceCostChange, UnpricedResource } from "./report.ts";

/** What a report says of the cost of the configuration; of no difference, where there was no plan, nothing is known. */
export function reportedCost(difference: CostDifference | null): ReportedCost {
  if (difference === null) return NOTHING_KNOWN;
  const { before, after, delta, currency, priceDates } = difference;
  const resources = difference.resources.toSorted((a, b) => compareText(a.address, b.address));
  return {
    before,
    after,
    delta: resources.every(hasKnownDifference) ? delta : null,
    currency,
    unpriced: resources.flatMap(unpricedPart),
    priceDates,
    resources: resources.map(resourceChange),
  };
}

const NOTHING_KNOWN: ReportedCost = {
  before: null,
  after: null,
  delta: null,
  currency: "USD",
  unpriced: [],
  priceDates: {},
  resources: [],
};

/**
 * Whether the two totals may be subtracted as far as this resource goes: what has no price on one side only would
 * show up as a saving or a cost that nobody has.
 */
function hasKnownDifference({ before, after }: ResourceDifference): boolean {
  const isWhole = (side: SideCost): boolean => unpricedReason(side) === undefined;
  if (before === null || after === null) {
    const only = before ?? after;
    return only === null || isWhole(only);
  }
  if (isWhole(before) && isWhole(after)) return true;
  return (before.monthlyCost === null) === (after.monthlyCost === null) && before.unpriced === after.unpriced;
}

function unpricedPart({ address, type, before, after }: ResourceDifference): UnpricedResource[] {
  const reason = unpricedReason(after) ?? unpricedReason(before);
  return reason === undefined ? [] : [{ address, type, reason }];
}

function resourceChange({ address, type, before, after, lineItems }: ResourceDifference): ResourceCostChange {
  const isOther = lineItems.some(({ kind }) => kind !== "same");
  const items = (side: "before" | "after"): LineItem[] => lineItems.flatMap((item) => item[side] ?? []);
  return {
    address,
    type,
    before: before?.monthlyCost ?? null,
    after: after?.monthlyCost ?? null,
    ...(isOther ? { lineItems: { before: items("before"), after: items("after") } } : {}),
  };
}

/** Whether the estimated total is only a lower bound, because something has no price. */
export function isAtLeast(cost: ReportedCost): boolean {
  return cost.unpriced.length > 0;
}
