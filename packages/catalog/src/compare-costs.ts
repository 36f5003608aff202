import {
  addDecimals,
  type CostEstimate,
  type Decimal,
  decimal,
  type ResourceEstimate,
  subtract,
} from "@apex/core";

/** How the cost of one resource differs between two estimates. */
export interface ResourceCostChange {
  readonly address: string;
  readonly type: string;
  /** `null` when it does not exist on that side, or its cost there is unknown. */
  readonly before: Decimal | null;
  readonly after: Decimal | null;
  /** after − before; `null` when it cannot be told. A resource that does not exist on a side costs nothing there. */
  readonly delta: Decimal | null;
  /** Why the delta cannot be told. */
  readonly unknown?: string;
}

/** How the cost of a configuration differs between two estimates. */
export interface CostComparison {
  /** Resources whose cost changes or cannot be compared, in the order of the first estimate, new ones last. */
  readonly changes: readonly ResourceCostChange[];
  /** The sum of the deltas that can be told: never contains a price that is known on one side only. */
  readonly delta: Decimal;
  /** Addresses that are missing from the delta although they may have changed. */
  readonly unknown: readonly string[];
}

/**
 * The same things must be left out on both sides for the rest to be comparable; else what is missing on one side would
 * look like a saving or a cost.
 */
function whyUnknown(
  before: ResourceEstimate | undefined,
  after: ResourceEstimate | undefined,
): string | undefined {
  const isUnpriced = before?.monthlyCost === null || after?.monthlyCost === null;
  const reasons = [...new Set([before?.unpriced, after?.unpriced].filter((reason) => reason !== undefined))];
  if (isUnpriced) return reasons.join("; ");
  const isOnBothSides = before !== undefined && after !== undefined;
  return isOnBothSides && before.unpriced !== after.unpriced ? reasons.join("; ") : undefined;
}

function compareResource(
  address: string,
  before: ResourceEstimate | undefined,
  after: ResourceEstimate | undefined,
): ResourceCostChange {
  const sides = {
    address,
    type: (after ?? before)?.type ?? "",
    before: before?.monthlyCost ?? null,
    after: after?.monthlyCost ?? null,
  };
  const reason = whyUnknown(before, after);
  if (reason !== undefined) return { ...sides, delta: null, unknown: reason };
  return { ...sides, delta: subtract(sides.after ?? decimal(0), sides.before ?? decimal(0)) };
}

/** Whether the resource is the same on both sides, priced or not: then there is nothing to compare. */
function isUnchanged(before: ResourceEstimate | undefined, after: ResourceEstimate | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

/**
 * Compares the estimates of the two sides of a plan, resource by resource. An unknown price on either side makes that
 * resource's delta unknown instead of turning the other side into a saving.
 */
export function compareCosts(before: CostEstimate, after: CostEstimate): CostComparison {
  const old = new Map(before.resources.map((resource) => [resource.address, resource]));
  const fresh = new Map(after.resources.map((resource) => [resource.address, resource]));
  const addresses = [...new Set([...old.keys(), ...fresh.keys()])];
  const changes = addresses
    .filter((address) => !isUnchanged(old.get(address), fresh.get(address)))
    .map((address) => compareResource(address, old.get(address), fresh.get(address)))
    .filter((change) => change.delta !== "0");
  return {
    changes,
    delta: addDecimals(decimal(0), ...changes.flatMap((change) => change.delta ?? [])),
    unknown: changes.filter((change) => change.delta === null).map((change) => change.address),
  };
}
