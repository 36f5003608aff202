import { combineParts, essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import {
  defaultDiskType,
  isSpotMachine,
  lastSegment,
  operatingSystemOfImage,
  priceGoogleMachine,
  priceMadeDisk,
  priceScratchDisk,
} from "./google-machine.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { priceExternalAddresses } from "./google-external-addresses.ts";
import { hasSustainedUse } from "./google-sustained-use.ts";
import { toldOperatingSystem } from "./launch-extras.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** The wanted status has the last word; else what Compute Engine last reported. */
function statusOf(resource: ResourceView): string {
  const { values } = resource;
  return textAt(values, ["desired_status"]) ?? textAt(values, ["current_status"]) ?? "RUNNING";
}

/** A boot disk that is a `google_compute_disk` of the plan is priced there. */
function bootDisk(resource: ResourceView, view: PlanView, where: PricePlace): PricedParts {
  const path = ["boot_disk", 0, "source"];
  const ownDisk = follow(view, resource, {
    types: ["google_compute_disk"],
    references: [{ path, targetAttribute: "self_link" }],
  });
  const [parameters] = blocksAt(resource.values, ["boot_disk", 0, "initialize_params"]);
  if (ownDisk.kind === "found" && isBootSource(resource, ownDisk.resource, parameters === undefined))
    return FREE;
  const machine = textAt(resource.values, ["machine_type"]);
  return priceMadeDisk(
    {
      label: "Boot disk",
      type:
        (parameters && textAt(parameters, ["type"])) ??
        defaultDiskType(machine === undefined ? undefined : lastSegment(machine)),
      sizeGib: parameters && numberAt(parameters, ["size"]),
      iops: parameters && numberAt(parameters, ["provisioned_iops"]),
      throughputMbps: parameters && numberAt(parameters, ["provisioned_throughput"]),
    },
    where,
  );
}

/** A known source decides; an unknown one only when the disk is not described in place, since both are computed. */
function isBootSource(resource: ResourceView, disk: ResourceView, hasNoParameters: boolean): boolean {
  const source = textAt(resource.values, ["boot_disk", 0, "source"]);
  if (source !== undefined) return source === textAt(disk.values, ["self_link"]);
  return hasNoParameters;
}

/** `google_compute_instance`: the machine, attached GPUs, boot disk and local SSDs. Attached disks are resources of their own. */
export function priceGoogleComputeInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const where = pricePlace(view, resource);
  const status = statusOf(resource);
  const isStopped = status === "TERMINATED" || status === "STOPPED";
  const boot = bootDisk(resource, view, where);
  if (status === "SUSPENDED") {
    return combineParts(
      essentialPartMissing("the price of a suspended machine's memory is not in the table"),
      boot,
    );
  }
  const image = textAt(values, ["boot_disk", 0, "initialize_params", 0, "image"]);
  const operatingSystem = toldOperatingSystem(resource, view) ?? operatingSystemOfImage(image);
  const isSpot = isSpotMachine(values);
  const scratch = blocksAt(values, ["scratch_disk"]).map((block) => priceScratchDisk(block, isSpot, where));
  const use = {
    operatingSystem,
    isStopped,
    hours: usageAt(resource, ["monthly_hrs"]),
    hasSustainedUse: hasSustainedUse(view, where.region, resource),
  };
  // A stopped machine has given up its local SSDs and the addresses that were not reserved.
  const whileRunning = isStopped ? [] : [...scratch, priceExternalAddresses(resource, view)];
  return combineParts(priceGoogleMachine(values, { ...where, ...use }), boot, ...whileRunning);
}
