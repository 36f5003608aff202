import { gcpDiskMonthlyPrice } from "../pricing/gcp-disk.ts";
import type { PricedParts } from "../pricing/priced-parts.ts";
import { numberAt, textAt } from "./attributes.ts";
import { lastSegment } from "./google-machine.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** `google_compute_disk`. Without a type it is a pd-standard: documentation of the resource. */
export function priceGoogleComputeDisk(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  return gcpDiskMonthlyPrice(
    {
      type: lastSegment(textAt(values, ["type"]) ?? "pd-standard"),
      sizeGib: numberAt(values, ["size"]),
      iops: numberAt(values, ["provisioned_iops"]),
      region: resourceRegion(view, resource),
    },
    view.prices,
  );
}
