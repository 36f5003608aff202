import {
  type CostDifference,
  differsByUse,
  isAllByUse,
  type LineItem,
  type ResourceDifference,
  unpricedReason,
} from "@apex/core";
import type {
  ReportedCost,
  ReportedResourceDifference,
  ResourceCostChange,
  UnpricedResource,
} from "./report.ts";

const NOTHING_KNOWN: ReportedCost = {
  before: null,
  after: null,
  delta: null,
  currency: "USD",
  unpriced: [],
  priceDates: {},
  resources: [],
};

/** What a report says of the cost of the configuration; of no difference, where there was no plan, nothing is known. */
export function reportedCost(compared: CostDifference | null): ReportedCost {
  if (compared === null) return NOTHING_KNOWN;
  const { before, after, delta, mayBeMore, mayBeLess, currency, priceDates, resources } = compared;
  return {
    before,
    after,
    delta: mayBeMore || mayBeLess ? null : delta,
    difference: { delta, mayBeMore, mayBeLess, differsByUse: resources.some(differsByUse) },
    currency,
    unpriced: resources.flatMap(unpricedPart),
    priceDates,
    resources: resources.map(resourceChange),
  };
}

/** Which sides something is true of. */
function sidesWith(before: boolean, after: boolean): "before" | "after" | "both" | undefined {
  if (before && after) return "both";
  if (before) return "before";
  return after ? "after" : undefined;
}

function unpricedPart({ address, type, before, after }: ResourceDifference): UnpricedResource[] {
  const [was, is] = [unpricedReason(before), unpricedReason(after)];
  const reason = is ?? was;
  const side = sidesWith(was !== undefined, is !== undefined);
  return reason === undefined || side === undefined ? [] : [{ address, type, reason, side }];
}

function resourceChange(resource: ResourceDifference): ResourceCostChange {
  const { address, type, kind, previousAddress, before, after, lineItems } = resource;
  const isOther = lineItems.some((item) => item.kind !== "same");
  const items = (side: "before" | "after"): LineItem[] => lineItems.flatMap((item) => item[side] ?? []);
  const byUse = sidesWith(isAllByUse(items("before")), isAllByUse(items("after")));
  return {
    address,
    type,
    before: before?.monthlyCost ?? null,
    after: after?.monthlyCost ?? null,
    ...(byUse === undefined ? {} : { byUse }),
    ...(kind === "same" && previousAddress === undefined ? {} : { difference: toldDifference(resource) }),
    ...(isOther ? { lineItems: { before: items("before"), after: items("after") } } : {}),
  };
}

function toldDifference(resource: ResourceDifference): ReportedResourceDifference {
  const { kind, previousAddress, delta, mayBeMore, mayBeLess } = resource;
  const moved = previousAddress === undefined ? {} : { previousAddress };
  return { kind, ...moved, delta, mayBeMore, mayBeLess, differsByUse: differsByUse(resource) };
}
