import type { PricedParts } from "../pricing/priced-parts.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** `aws_ebs_volume`. */
export function priceAwsEbsVolume(resource: ResourceView, view: PlanView): PricedParts {
  const ioRequests = usageAt(resource, ["monthly_standard_io_requests"]);
  return priceBlockDevice(
    resource.values,
    { ...pricePlace(view, resource), ioRequests },
    { type: "type", size: "size" },
  );
}
