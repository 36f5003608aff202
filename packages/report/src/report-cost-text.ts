import type { SideCost } from "@apex/core";
import { deltaText, differenceClause, EXACT, sideText } from "./estimate/difference-wording.ts";
import { magnitude } from "./estimate/estimate-totals.ts";
import type { ReportedCost, ReportedDifference, ResourceCostChange, UnpricedResource } from "./report.ts";
import { amountPair, amountText, plural, UNKNOWN } from "./wording.ts";

type Side = "before" | "after";

function includes(sides: Side | "both" | undefined, wanted: Side): boolean {
  return sides === wanted || sides === "both";
}

/** Whether a part of what there is on a side has no price; reports of earlier versions do not tell the side. */
function isUnpricedOn({ side = "both" }: UnpricedResource, wanted: Side): boolean {
  return includes(side, wanted);
}

/** The cost of the whole configuration: "$1,200.00 → at least $900.00 a month (at most −$300.00); 1 resource …". */
export function costSentence(cost: ReportedCost): string {
  const [before, after] = amountPair(cost.before, cost.after, cost.currency);
  const bound = (text: string, side: Side): string =>
    text !== UNKNOWN && cost.unpriced.some((each) => isUnpricedOn(each, side)) ? `at least ${text}` : text;
  const count = cost.unpriced.length;
  const missing = count === 0 ? "" : `; ${plural(count, "resource")} not or only partly priced`;
  const difference = knownDifference(cost);
  const clause =
    difference === null
      ? "difference unknown"
      : differenceClause(
          difference.delta,
          amountText(magnitude(difference.delta), cost.currency),
          difference,
        );
  return `${bound(before, "before")} → ${bound(after, "after")} a month (${clause})${missing}`;
}

/** Reports of earlier versions have a difference only where it is exact. */
function knownDifference({ delta, difference }: ReportedCost): ReportedDifference | null {
  if (difference !== undefined || delta === null) return difference ?? null;
  return { delta, ...EXACT };
}

/** What one resource costs, in words. */
export interface ResourceCostTexts {
  /** "$41.20", "at least $41.20", "by use", "unknown"; "—" on a side that does not have it. */
  readonly before: string;
  readonly after: string;
  /** "+$41.20", "at most −$10.00", "none", "by use", "unknown". */
  readonly delta: string;
}

/** Finds what a resource costs by its address; all is unknown of one that is not in the plan. */
export function resourceCostTexts(cost: ReportedCost): (address: string | null) => ResourceCostTexts {
  const changes = new Map(cost.resources.map((change) => [change.address, change]));
  const unpriced = new Map(cost.unpriced.map((each) => [each.address, each]));
  return (address) => {
    const change = address === null ? undefined : changes.get(address);
    if (change === undefined) return { before: UNKNOWN, after: UNKNOWN, delta: UNKNOWN };
    const texts = amountPair(change.before, change.after, cost.currency);
    const missing = unpriced.get(change.address);
    const side = (text: string, wanted: Side): string =>
      sideText(sideOf(change, missing, wanted), text, includes(change.byUse, wanted));
    return {
      before: side(texts[0], "before"),
      after: side(texts[1], "after"),
      delta: resourceDelta(change, cost),
    };
  };
}

function sideOf(
  change: ResourceCostChange,
  missing: UnpricedResource | undefined,
  side: Side,
): SideCost | null {
  if (change.difference?.kind === (side === "before" ? "added" : "removed")) return null;
  const isMissing = missing !== undefined && isUnpricedOn(missing, side);
  return { monthlyCost: change[side], ...(isMissing ? { unpriced: missing.reason } : {}) };
}

/** A resource without a difference is the same, but in reports of earlier versions, which tell none. */
function resourceDelta(
  { difference }: ResourceCostChange,
  { difference: whole, currency }: ReportedCost,
): string {
  if (difference === undefined) return whole === undefined ? UNKNOWN : "none";
  const { delta } = difference;
  return deltaText(delta, delta === null ? UNKNOWN : amountText(magnitude(delta), currency), difference);
}
