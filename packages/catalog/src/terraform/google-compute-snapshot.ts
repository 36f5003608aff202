import { type PricedParts, usageItem } from "../pricing/priced-parts.ts";
import { unitPrice } from "../unit-prices.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** `google_compute_snapshot`: pays for the blocks that changed since the snapshot before, which Terraform does not know. */
export function priceGoogleComputeSnapshot(resource: ResourceView, view: PlanView): PricedParts {
  return usageItem({
    name: "Snapshot storage (changed blocks)",
    unit: "GB-months",
    price: unitPrice("pd-snapshot-gb-month", resourceRegion(view, resource), view.prices),
  });
}
