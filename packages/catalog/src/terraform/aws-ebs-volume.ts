import type { PricedParts } from "../pricing/priced-parts.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** `aws_ebs_volume`. */
export function priceAwsEbsVolume(resource: ResourceView, view: PlanView): PricedParts {
  return priceBlockDevice(
    resource.values,
    { region: resourceRegion(view, resource) },
    { type: "type", size: "size" },
  );
}
