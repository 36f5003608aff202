import type { LineItem } from "./cost-estimate.ts";
import type { Decimal } from "./decimal.ts";
import type { Currency } from "./money.ts";

/**
 * How something differs between two sides in what it costs: "same" may still differ in what no price looks at. "replaced" is
 * one that Terraform destroys and makes anew at its address, whatever that does to its cost.
 */
export type DifferenceKind = "added" | "removed" | "changed" | "replaced" | "same";

/** A line item on both sides: `m5.4xlarge` that becomes `m5.8xlarge` is one changed item, not a removed and an added one. */
export interface LineItemDifference {
  readonly kind: Exclude<DifferenceKind, "replaced">;
  /** `null` when that side does not have it. */
  readonly before: LineItem | null;
  readonly after: LineItem | null;
  /** after − before, where a side that does not have the item costs nothing; `null` when a side that has it does not know its cost. */
  readonly delta: Decimal | null;
}

/** What one resource costs on one side. */
export interface SideCost {
  /** `null` when it cannot be told. */
  readonly monthlyCost: Decimal | null;
  /** Why it has no price, or which part of it has none. */
  readonly unpriced?: string;
}

/** Why a side has no price, or not for all its parts; `undefined` for one that is priced, or that is not there. */
export function unpricedReason(side: SideCost | null | undefined): string | undefined {
  if (side === null || side === undefined) return undefined;
  return side.unpriced ?? (side.monthlyCost === null ? "no price is known" : undefined);
}

/** What stands in place of a value that a plan does not know. */
export const KNOWN_AFTER_APPLY = "(known after apply)";

/** An attribute that decides the price, as it was and as it will be: `["instance_type", "m5.large", "m5.xlarge"]`. */
export interface AttributeDifference {
  readonly path: string;
  /** `null` when it is not set; {@link KNOWN_AFTER_APPLY} where the plan does not know it. */
  readonly from: string | null;
  readonly to: string | null;
}

/** One resource on both sides. */
export interface ResourceDifference {
  readonly address: string;
  readonly type: string;
  readonly kind: DifferenceKind;
  /** Where it was before a `moved` block. */
  readonly previousAddress?: string;
  /** `null` when that side does not have the resource. */
  readonly before: SideCost | null;
  readonly after: SideCost | null;
  /** after − before, where a side that does not have it costs nothing; `null` when a side that has it cannot tell its cost. */
  readonly delta: Decimal | null;
  /** Whether the true difference may be more than `delta`, or than nothing where that is `null`: it is "at least". */
  readonly mayBeMore: boolean;
  /** Whether it may be less: "at most"; with both it is unknown. */
  readonly mayBeLess: boolean;
  /** In the order of the side after it, removed ones last. */
  readonly lineItems: readonly LineItemDifference[];
  /**
   * The attributes that decide its price and differ, at most ten, those that name machines and sizes first. Empty for what is
   * added, removed or the same. Sensitive values are never among them.
   */
  readonly attributes: readonly AttributeDifference[];
}

/**
 * The monthly cost of one configuration against another. Unknown is not zero: what has no price is in no amount, and the delta
 * says which way it may be wrong.
 */
export interface CostDifference {
  /** All resources of both sides, ordered by address. */
  readonly resources: readonly ResourceDifference[];
  /** The sums of what is priced: "at least", whenever that side has something unpriced. */
  readonly before: Decimal;
  readonly after: Decimal;
  /** The sum of the deltas that are known. */
  readonly delta: Decimal;
  /**
   * Whether any resource's `mayBeMore` is true: something without a price, or a part of it, was added or may have grown. The delta
   * is "at least". What went at one address and came at another just alike, as after a rename, is not counted.
   */
  readonly mayBeMore: boolean;
  /** Likewise whether any resource's `mayBeLess` is true: such a thing went away or may have shrunk. The delta is "at most"; with both it is unknown. */
  readonly mayBeLess: boolean;
  readonly currency: Currency;
  /** The dates of the price tables that were used on either side, by table. */
  readonly priceDates: Readonly<Record<string, string>>;
}

function isOpenUse(item: LineItem | null): boolean {
  return item !== null && item.usageBased && item.monthlyCost === null;
}

/** Whether all that these line items cost depends on use that nobody told: zero would be a guess. */
export function isAllByUse(items: readonly (LineItem | null)[]): boolean {
  const there = items.filter((item) => item !== null);
  return there.length > 0 && there.every(isOpenUse);
}

/** Whether a resource differs in something paid by use that nobody told: it is in no `delta`, and may well cost something. */
export function differsByUse({ kind, lineItems }: Pick<ResourceDifference, "kind" | "lineItems">): boolean {
  return (
    kind !== "same" &&
    lineItems.some((item) => item.kind !== "same" && (isOpenUse(item.before) || isOpenUse(item.after)))
  );
}
