import { type PricedParts, usageItem } from "../pricing/priced-parts.ts";
import { unitPrice } from "../unit-prices.ts";
import { textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** The multi-regions that a snapshot goes to when nothing else is asked for, by the beginning of the disk's region. */
const MULTI_REGIONS: readonly (readonly [RegExp, string])[] = [
  [/^us-/, "us"],
  [/^europe-/, "eu"],
  [/^asia-/, "asia"],
];

function locationOf(resource: ResourceView, view: PlanView): string {
  const asked = textAt(resource.values, ["storage_locations", 0]);
  if (asked !== undefined) return asked.toLowerCase();
  const region = resourceRegion(view, resource);
  return MULTI_REGIONS.find(([pattern]) => pattern.test(region))?.[1] ?? region;
}

/** `google_compute_snapshot`: pays for the blocks that changed since the snapshot before, which Terraform does not know. */
export function priceGoogleComputeSnapshot(resource: ResourceView, view: PlanView): PricedParts {
  return usageItem({
    name: "Snapshot storage (changed blocks)",
    unit: "GB-months",
    quantity: usageAt(resource, ["storage_gb"]),
    price: unitPrice("pd-snapshot-gb-month", locationOf(resource, view), view.prices),
  });
}
