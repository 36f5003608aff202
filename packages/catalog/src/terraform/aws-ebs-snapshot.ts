import { partMissing, type PricedParts, usageItem } from "../pricing/priced-parts.ts";
import { unitPrice } from "../unit-prices.ts";
import { textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** `aws_ebs_snapshot`: pays for the blocks that changed since the snapshot before, which Terraform does not know. */
export function priceAwsEbsSnapshot(resource: ResourceView, view: PlanView): PricedParts {
  if (textAt(resource.values, ["storage_tier"]) === "archive") {
    return partMissing("the price of archived snapshots is not in the table");
  }
  return usageItem({
    name: "Snapshot storage (changed blocks)",
    unit: "GB-months",
    price: unitPrice("ebs-snapshot-gb-month", resourceRegion(view, resource), view.prices),
  });
}
