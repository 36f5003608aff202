import {
  type CostDifference,
  type CostEstimate,
  type Decimal,
  decimal,
  type DifferenceKind,
  type ResourceDifference,
  type ResourceEstimate,
  type SideCost,
  subtract,
  sumDecimals,
  type TerraformPlan,
} from "@apex/core";
import { pricePlan } from "../price-plan.ts";
import { mergeDates } from "../pricing/priced-parts.ts";
import type { PricePlanOptions } from "../terraform/plan-view.ts";
import type { UsageQuantities } from "../terraform/usage.ts";
import { matchLineItems } from "./match-line-items.ts";
import {
  matchAddresses,
  type MovedAddress,
  type PricedResource,
  pricedResources,
  type ResourcePair,
} from "./match-resources.ts";
import { attributesText, attributesThatDiffer, type AttributesThatDiffer } from "./price-attributes.ts";
import { boundsOf, boundsOfAll, type BoundedResource } from "./unpriced-bounds.ts";

/** What is compared: the outcomes of two plans, or one plan's before and after where `base` is absent. */
export interface ComparedPlans {
  /** The plan of the configuration as it was. */
  readonly base?: TerraformPlan;
  readonly head: TerraformPlan;
}

/** How two sides are priced, alike. */
export interface DifferenceOptions extends PricePlanOptions {
  /** What `moved` blocks of the head say, for plans of no state: in one of a state Terraform has followed them. */
  readonly moves?: readonly MovedAddress[];
}

const NO_ATTRIBUTES: AttributesThatDiffer = { shown: [], directions: [], hasOtherMachine: false };

function isReplaced({ planned }: PricedResource): boolean {
  return planned.actions.includes("create") && planned.actions.includes("delete");
}

/** The side that is seen of a plan: its outcome, but for the one plan whose before is asked for. */
function valuesOf({ planned }: PricedResource, isBefore: boolean) {
  if (isBefore) return { values: planned.before ?? {}, unknowns: {} };
  const isForgotten = planned.actions.includes("forget");
  return {
    values: (isForgotten ? planned.before : planned.after) ?? {},
    unknowns: isForgotten ? {} : planned.afterUnknown,
  };
}

function hasPrice({ lineItems, unpriced, monthlyCost }: ResourceEstimate): boolean {
  return lineItems.length > 0 || unpriced !== undefined || monthlyCost === null;
}

function compareAttributes({ before, after }: ResourcePair, isOnePlan: boolean): AttributesThatDiffer {
  if (before === undefined || after === undefined) return NO_ATTRIBUTES;
  const estimates = [before.estimate, after.estimate];
  if (!estimates.some(hasPrice)) return NO_ATTRIBUTES;
  return attributesThatDiffer(
    valuesOf(before, isOnePlan),
    valuesOf(after, false),
    estimates.every(({ monthlyCost }) => monthlyCost === null),
  );
}

function sideCost(resource: PricedResource | undefined): SideCost | null {
  if (resource === undefined) return null;
  const { monthlyCost, unpriced } = resource.estimate;
  return { monthlyCost, ...(unpriced === undefined ? {} : { unpriced }) };
}

const ZERO = decimal(0);

function deltaOf(before: SideCost | null, after: SideCost | null): Decimal | null {
  const [from, to] = [before, after].map((side) => (side === null ? ZERO : side.monthlyCost));
  return from == null || to == null ? null : subtract(to, from);
}

/** How a resource that both sides have differs. */
function kindOnBoth(
  { before, after }: { readonly before: PricedResource; readonly after: PricedResource },
  isOther: boolean,
  isOnePlan: boolean,
): DifferenceKind {
  // Of a replacement that both plans would make neither is to blame.
  if (isReplaced(after) && (isOnePlan || !isReplaced(before))) return "replaced";
  return isOther ? "changed" : "same";
}

function kindOfPair({ before, after }: ResourcePair, isOther: boolean, isOnePlan: boolean): DifferenceKind {
  if (before === undefined) return "added";
  return after === undefined ? "removed" : kindOnBoth({ before, after }, isOther, isOnePlan);
}

function compareResource(pair: ResourcePair, isOnePlan: boolean): ResourceDifference {
  const { before, after } = pair;
  const lineItems = matchLineItems(before?.estimate.lineItems ?? [], after?.estimate.lineItems ?? []);
  const attributes = compareAttributes(pair, isOnePlan);
  const bounds = boundsOf({
    before: before?.estimate,
    after: after?.estimate,
    lineItems,
    attributes,
  });
  const sides = { before: sideCost(before), after: sideCost(after) };
  const isOther =
    lineItems.some(({ kind }) => kind !== "same") ||
    sides.before?.unpriced !== sides.after?.unpriced ||
    bounds.mayBeMore ||
    bounds.mayBeLess;
  const kind = kindOfPair(pair, isOther, isOnePlan);
  const { address, type } = (after ?? before)?.estimate ?? { address: "", type: "" };
  const previousAddress = isOnePlan ? after?.planned.previousAddress : before?.estimate.address;
  return {
    address,
    type,
    kind,
    ...(previousAddress === undefined || previousAddress === address ? {} : { previousAddress }),
    ...sides,
    delta: deltaOf(sides.before, sides.after),
    ...bounds,
    lineItems,
    attributes: kind === "same" ? [] : attributes.shown,
  };
}

/** A resource of the base that has moved uses what is told of it under either address. */
function underBothAddresses(
  usage: UsageQuantities | undefined,
  newAddresses: ReadonlyMap<string, string>,
): UsageQuantities | undefined {
  if (usage === undefined) return undefined;
  return {
    of: ({ address, type }) =>
      usage.of({ address: newAddresses.get(address) ?? address, type }) ?? usage.of({ address, type }),
  };
}

const DIGITS_MAX = 15;

/** Numbers in addresses count by value: `node[2]` comes before `node[10]`. */
function orderKey(address: string): string {
  return address.replace(/\d+/g, (digits) => digits.padStart(DIGITS_MAX, "0"));
}

function byAddress(resources: readonly ResourceDifference[]): readonly ResourceDifference[] {
  return resources
    .map((resource) => ({ resource, key: orderKey(resource.address) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ resource }) => resource);
}

/** What {@link boundsOfAll} sees of a resource: alike are those of one type with equal prices and attributes. */
function boundedResource(
  pair: ResourcePair,
  compared: ResourceDifference,
  isOnePlan: boolean,
): BoundedResource {
  const { before, after } = pair;
  const { mayBeMore, mayBeLess, type } = compared;
  const side = before === undefined ? "added" : after === undefined ? "removed" : "both";
  const likeness = (): string => {
    const [resource, isBefore] = after === undefined ? [before, isOnePlan] : [after, false];
    if (resource === undefined) return type;
    const { lineItems, unpriced = null } = resource.estimate;
    return JSON.stringify([type, unpriced, lineItems, attributesText(valuesOf(resource, isBefore))]);
  };
  return { side, mayBeMore, mayBeLess, likeness };
}

function summarise(
  compared: readonly { readonly resource: ResourceDifference; readonly bounded: BoundedResource }[],
  { before, after }: { readonly before: CostEstimate; readonly after: CostEstimate },
): CostDifference {
  const resources = compared.map(({ resource }) => resource);
  return {
    resources: byAddress(resources),
    before: before.total,
    after: after.total,
    delta: sumDecimals(resources.flatMap(({ delta }) => (delta === null ? [] : [delta]))),
    ...boundsOfAll(compared.map(({ bounded }) => bounded)),
    currency: after.currency,
    priceDates: mergeDates(before.priceDates, after.priceDates),
  };
}

/**
 * What the head costs a month against the base (USD, 730 h), resource by resource and line by line, at the prices of
 * {@link pricePlan}. Resources are the same one by their address, or where a `moved` block says so; a rename without one is an
 * added and a removed resource, as it is for Terraform. What has no price is in no amount: {@link boundsOf} has every case.
 */
export function priceDifference(plans: ComparedPlans, options: DifferenceOptions = {}): CostDifference {
  const { base = plans.head, head } = plans;
  const isOnePlan = plans.base === undefined;
  const { moves = [], ...pricing } = options;
  const oldAddresses = isOnePlan ? undefined : matchAddresses(base, head, moves);
  const newAddresses = new Map([...(oldAddresses ?? [])].map(([to, from]) => [from, to]));
  const usage = underBothAddresses(options.usage, newAddresses);
  const estimates = {
    before: pricePlan(base, isOnePlan ? "before" : "after", { ...pricing, usage }),
    after: pricePlan(head, "after", pricing),
  };
  const before = pricedResources(base, estimates.before);
  const after = pricedResources(head, estimates.after);
  const oldAddress = (address: string): string | undefined =>
    oldAddresses === undefined ? address : oldAddresses.get(address);
  const pairs: ResourcePair[] = [...after].map(([address, resource]) => ({
    before: before.get(oldAddress(address) ?? ""),
    after: resource,
  }));
  const kept = new Set(pairs.map((pair) => pair.before));
  const gone = [...before.values()].filter((resource) => !kept.has(resource));
  return summarise(
    [...pairs, ...gone.map((each): ResourcePair => ({ before: each, after: undefined }))].map((pair) => {
      const resource = compareResource(pair, isOnePlan);
      return { resource, bounded: boundedResource(pair, resource, isOnePlan) };
    }),
    estimates,
  );
}
