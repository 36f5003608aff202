import { compareDecimals, type LineItemDifference, type ResourceEstimate, unpricedReason } from "@apex/core";
import type { AttributesThatDiffer, Direction } from "./price-attributes.ts";

/** Which way the true difference may lie from the one that is told. */
export interface Bounds {
  readonly mayBeMore: boolean;
  readonly mayBeLess: boolean;
}

/** The two sides of a resource as far as their prices go. */
export interface ComparedEstimates {
  readonly before: ResourceEstimate | undefined;
  readonly after: ResourceEstimate | undefined;
  readonly lineItems: readonly LineItemDifference[];
  readonly attributes: AttributesThatDiffer;
}

/** What is missing of a price, reason by reason, as `toEstimate` joins them. */
function missingOf(estimate: ResourceEstimate | undefined): ReadonlySet<string> {
  const reason = unpricedReason(estimate) ?? "";
  return new Set(reason.split("; ").filter((each) => each !== ""));
}

function directionOfItem({ before, after }: LineItemDifference): readonly Direction[] {
  const [from, to] = [before?.quantity ?? null, after?.quantity ?? null];
  if (from === null || to === null) return [];
  const order = compareDecimals(to, from);
  return order === 0 ? [] : [order > 0 ? "more" : "less"];
}

/** Usage that is told on one side only: its cost is in one amount and not in the other. */
function usageBounds(lineItems: readonly LineItemDifference[]): readonly Direction[] {
  return lineItems.flatMap(({ before, after }): readonly Direction[] => {
    if (before === null || after === null) return [];
    const [from, to] = [before.monthlyCost !== null, after.monthlyCost !== null];
    if (from === to) return [];
    return [from ? "more" : "less"];
  });
}

/** Where what neither side has a price for goes from one side to the other. */
function directionsOfTheSame({ before, lineItems, attributes }: ComparedEstimates): readonly Direction[] {
  const isPart = before !== undefined && before.monthlyCost !== null;
  const machine: readonly Direction[] = attributes.hasOtherMachine && !isPart ? ["either"] : [];
  const isOther = lineItems.some(({ kind }) => kind !== "same");
  const items: readonly Direction[] = isOther && !isPart ? ["either"] : lineItems.flatMap(directionOfItem);
  return [...machine, ...items, ...attributes.directions];
}

function allDirections(compared: ComparedEstimates): readonly Direction[] {
  const { before, after, lineItems } = compared;
  const [was, is] = [missingOf(before), missingOf(after)];
  const isOnBoth = before !== undefined && after !== undefined;
  if (isOnBoth && (before.monthlyCost === null) !== (after.monthlyCost === null)) return ["either"];
  const gone = [...was].filter((reason) => !is.has(reason)).map((): Direction => "less");
  const come = [...is].filter((reason) => !was.has(reason)).map((): Direction => "more");
  const hasStayed = gone.length < was.size;
  return [...gone, ...come, ...usageBounds(lineItems), ...(hasStayed ? directionsOfTheSame(compared) : [])];
}

/**
 * Which way the true difference of a resource may lie from the one that is told. A side is whole (all of it is priced), in part
 * (the true cost is more than the known one) or without a cost (`null`, in no amount):
 *
 * | before → after                     | the difference told          | may be                                                  |
 * | ---------------------------------- | ---------------------------- | ------------------------------------------------------- |
 * | absent → in part, without a cost   | the known cost, none         | more                                                    |
 * | in part, without a cost → absent   | the known cost, none         | less                                                    |
 * | whole → whole                      | exact                        | neither                                                 |
 * | whole → in part                    | between the known costs      | more                                                    |
 * | in part → whole                    | between the known costs      | less                                                    |
 * | whole or in part ↔ without a cost  | none                         | more and less: one side's amount has nothing against it |
 * | in part → in part                  | between the known costs      | more by reasons that came, less by those that went      |
 * | without a cost → without a cost    | none                         | the same                                                |
 *
 * What stays without a price for the same reason on both sides stays out of the difference, unless it may have grown or shrunk
 * itself: when a quantity beside it did, or an attribute that decides prices, up or down for numbers and either way for
 * anything else. Another machine alone leaves the part that is missing as it is (a volume that the image decides is the same on an
 * `m5.xlarge`); where nothing is priced it is what is missing. A line paid by use whose quantity is told on one side only counts
 * like a part that is missing on the other; one whose quantity no side tells is in no amount and blurs none.
 */
export function boundsOf(compared: ComparedEstimates): Bounds {
  const directions = allDirections(compared);
  return {
    mayBeMore: directions.some((direction) => direction !== "less"),
    mayBeLess: directions.some((direction) => direction !== "more"),
  };
}

/** A resource as far as its bounds go. `likeness` is equal for resources that are alike in everything but their names. */
export interface BoundedResource extends Bounds {
  readonly side: "added" | "removed" | "both";
  readonly likeness: () => string;
}

/** Those that have no counterpart on the other side. */
function withoutCounterpart(resources: readonly BoundedResource[]): readonly BoundedResource[] {
  return [...Map.groupBy(resources, ({ likeness }) => likeness()).values()].flatMap((alike) => {
    const added = alike.filter(({ side }) => side === "added");
    const removed = alike.filter(({ side }) => side === "removed");
    if (added.length === removed.length) return [];
    return added.length > removed.length ? added : removed;
  });
}

/**
 * Which way the sum may be wrong. What lacks a price and goes at one address and comes at another just alike, as after a rename
 * without a `moved` block, costs there what it did here: in the sum the two are exact.
 */
export function boundsOfAll(resources: readonly BoundedResource[]): Bounds {
  const blurred = resources.filter(({ mayBeMore, mayBeLess }) => mayBeMore || mayBeLess);
  const stayed = blurred.filter(({ side }) => side === "both");
  const left = [...stayed, ...withoutCounterpart(blurred.filter(({ side }) => side !== "both"))];
  return {
    mayBeMore: left.some(({ mayBeMore }) => mayBeMore),
    mayBeLess: left.some(({ mayBeLess }) => mayBeLess),
  };
}
