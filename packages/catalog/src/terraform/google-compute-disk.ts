import { gcpDiskMonthlyPrice } from "../pricing/gcp-disk.ts";
import { type PricedParts, partMissing } from "../pricing/priced-parts.ts";
import { isUnknownAt, numberAt, textAt } from "./attributes.ts";
import { lastSegment } from "./google-machine.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/**
 * GB of an empty disk whose size is not told, by type. Source: Compute Engine documentation, "gcloud compute disks create", --size.
 */
const DEFAULT_SIZES: ReadonlyMap<string, number> = new Map([
  ["pd-standard", 500],
  ["pd-balanced", 100],
  ["pd-ssd", 100],
  ["pd-extreme", 1000],
]);

const FROM_DISK = ["source_disk", "google_compute_disk"] as const;
const FROM_INSTANT_SNAPSHOT = ["source_instant_snapshot", "google_compute_instant_snapshot"] as const;
const FROM_SNAPSHOT = "google_compute_snapshot";
const FROM_IMAGE = "google_compute_image";

/** What each can be made from, and where it names that. */
const SOURCES: Readonly<Record<string, readonly (readonly [attribute: string, type: string])[]>> = {
  google_compute_disk: [
    ["image", FROM_IMAGE],
    ["snapshot", FROM_SNAPSHOT],
    FROM_INSTANT_SNAPSHOT,
    FROM_DISK,
    // Tells no size.
    ["source_storage_object", "google_storage_bucket_object"],
  ],
  google_compute_region_disk: [["snapshot", FROM_SNAPSHOT], FROM_INSTANT_SNAPSHOT, FROM_DISK],
  google_compute_image: [["source_image", FROM_IMAGE], ["source_snapshot", FROM_SNAPSHOT], FROM_DISK],
  google_compute_snapshot: [FROM_DISK],
  google_compute_instant_snapshot: [FROM_DISK],
};

/** Images of snapshots of disks of images: a plan goes no deeper, unless it goes round in circles. */
const SOURCES_MAX = 8;

function isTold({ values, unknowns }: ResourceView, attribute: string): boolean {
  return textAt(values, [attribute]) !== undefined || isUnknownAt(unknowns, [attribute]);
}

function isDisk({ type }: ResourceView): boolean {
  return type.endsWith("disk");
}

/** The size of what a resource is made from, where that is in the plan; `"empty"` where it is made from nothing. */
function sourceSize(resource: ResourceView, view: PlanView, left: number): number | "empty" | undefined {
  const written = (SOURCES[resource.type] ?? []).filter(([attribute]) => isTold(resource, attribute));
  if (written.length === 0) return "empty";
  for (const [attribute, type] of written) {
    const source = follow(view, resource, {
      types: [type],
      references: ["self_link", "id", "name"].map((targetAttribute) => ({
        path: [attribute],
        targetAttribute,
      })),
    });
    if (source.kind === "found") return sizeOf(source.resource, view, left - 1);
  }
  return undefined;
}

/** GB of a disk, or of the disk that an image or a snapshot holds: as told, else those of what it is made from. */
function sizeOf(resource: ResourceView, view: PlanView, left: number): number | undefined {
  const attribute = isDisk(resource) ? "size" : "disk_size_gb";
  const told = numberAt(resource.values, [attribute]);
  // What another resource is to tell after the apply is not left to Compute Engine.
  const isWritten = resource.planned.references?.[attribute] !== undefined;
  if (told !== undefined || isWritten || left === 0) return told;
  const source = sourceSize(resource, view, left);
  if (source !== "empty") return source;
  return isDisk(resource) ? DEFAULT_SIZES.get(typeOf(resource)) : undefined;
}

/** Without a type it is a pd-standard: documentation of the resource. */
function typeOf({ values }: ResourceView): string {
  return lastSegment(textAt(values, ["type"]) ?? "pd-standard");
}

function priceDisk(resource: ResourceView, view: PlanView, isRegional: boolean): PricedParts {
  const { values } = resource;
  // What is paid is the pool's capacity, however many disks lie in it.
  if (textAt(values, ["storage_pool"]) !== undefined) {
    return partMissing("the disk is paid with its storage pool");
  }
  return gcpDiskMonthlyPrice(
    {
      type: typeOf(resource),
      sizeGib: sizeOf(resource, view, SOURCES_MAX),
      iops: numberAt(values, ["provisioned_iops"]),
      throughputMbps: numberAt(values, ["provisioned_throughput"]),
      region: resourceRegion(view, resource),
      isRegional,
    },
    view.prices,
  );
}

/** `google_compute_disk`. */
export function priceGoogleComputeDisk(resource: ResourceView, view: PlanView): PricedParts {
  return priceDisk(resource, view, false);
}

/** `google_compute_region_disk`, which is kept in two zones of its region. */
export function priceGoogleComputeRegionDisk(resource: ResourceView, view: PlanView): PricedParts {
  return priceDisk(resource, view, true);
}
