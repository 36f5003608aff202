import type { PricedParts } from "../pricing/priced-parts.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";

/** `aws_ebs_volume`. */
export function priceAwsEbsVolume(resource: ResourceView, view: PlanView): PricedParts {
  return priceBlockDevice(resource.values, pricePlace(view, resource), { type: "type", size: "size" });
}
