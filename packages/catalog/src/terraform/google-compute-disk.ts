import { gcpDiskMonthlyPrice } from "../pricing/gcp-disk.ts";
import { type PricedParts, partMissing } from "../pricing/priced-parts.ts";
import { numberAt, textAt } from "./attributes.ts";
import { lastSegment } from "./google-machine.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

function priceDisk(resource: ResourceView, view: PlanView, isRegional: boolean): PricedParts {
  const { values } = resource;
  // What is paid is the pool's capacity, however many disks lie in it.
  if (textAt(values, ["storage_pool"]) !== undefined) {
    return partMissing("the disk is paid with its storage pool");
  }
  return gcpDiskMonthlyPrice(
    {
      type: lastSegment(textAt(values, ["type"]) ?? "pd-standard"),
      sizeGib: numberAt(values, ["size"]),
      iops: numberAt(values, ["provisioned_iops"]),
      throughputMbps: numberAt(values, ["provisioned_throughput"]),
      region: resourceRegion(view, resource),
      isRegional,
    },
    view.prices,
  );
}

/** `google_compute_disk`. Without a type it is a pd-standard: documentation of the resource. */
export function priceGoogleComputeDisk(resource: ResourceView, view: PlanView): PricedParts {
  return priceDisk(resource, view, false);
}

/** `google_compute_region_disk`, which is kept in two zones of its region. */
export function priceGoogleComputeRegionDisk(resource: ResourceView, view: PlanView): PricedParts {
  return priceDisk(resource, view, true);
}
