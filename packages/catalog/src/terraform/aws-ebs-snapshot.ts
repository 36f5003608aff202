import { type PricedParts, usageItem } from "../pricing/priced-parts.ts";
import { unitPrice } from "../unit-prices.ts";
import { textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/**
 * `aws_ebs_snapshot`: pays for the blocks that changed since the snapshot before, in the archive tier for all of them; neither is
 * known to Terraform.
 */
export function priceAwsEbsSnapshot(resource: ResourceView, view: PlanView): PricedParts {
  const region = resourceRegion(view, resource);
  const isArchived = textAt(resource.values, ["storage_tier"]) === "archive";
  return usageItem({
    name: isArchived ? "Archived snapshot storage" : "Snapshot storage (changed blocks)",
    unit: "GB-months",
    price: unitPrice(
      isArchived ? "ebs-snapshot-archive-gb-month" : "ebs-snapshot-gb-month",
      region,
      view.prices,
    ),
  });
}
