import { decimal, type JsonObject } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  multiplyParts,
  partsOfUnknownCount,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { blocksAt, flagAt, isCount, isUnknownAt, numberAt, textAt } from "./attributes.ts";
import { priceGoogleMachine, priceMadeDisk, priceScratchDisk } from "./google-machine.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";

/** What GKE takes where nothing is said. Source: GKE API, `NodeConfig`: machineType, diskSizeGb, diskType. */
const DEFAULTS = { machineType: "e2-medium", diskSizeGib: 100, diskType: "pd-balanced" } as const;

/** `google_container_node_pool`: its nodes in all zones, each a machine with its boot disk and local SSDs. The cluster's fee is apart. */
export function priceGoogleContainerNodePool(resource: ResourceView, view: PlanView): PricedParts {
  const { values, unknowns } = resource;
  if (isUnknownAt(unknowns, ["node_config", 0, "machine_type"]))
    return essentialPartMissing("the machine type of its nodes is not known");
  const parts = priceNode(blocksAt(values, ["node_config"])[0] ?? {}, placeOf(resource, view));
  const each = numberAt(values, ["node_count"]);
  const zones = nodePoolZones(values);
  if (each === undefined || zones === undefined)
    return partsOfUnknownCount(parts, "how many nodes the pool has is not known; prices are per node");
  if (!isCount(each)) return essentialPartMissing("the size of the pool is no number of nodes");
  return each === 0 ? FREE : multiplyParts(parts, decimal(each * zones));
}

function placeOf(resource: ResourceView, view: PlanView): PricePlace {
  const place = pricePlace(view, resource);
  const location = textAt(resource.values, ["location"]);
  return location === undefined ? place : { ...place, region: location.replace(/-[a-z]$/, "") };
}

function priceNode(config: JsonObject, where: PricePlace): PricedParts {
  const isSpot = flagAt(config, ["spot"]) === true || flagAt(config, ["preemptible"]) === true;
  const isWindows = textAt(config, ["image_type"])?.toUpperCase().startsWith("WINDOWS") === true;
  const machine = {
    machine_type: textAt(config, ["machine_type"]) ?? DEFAULTS.machineType,
    guest_accelerator: config["guest_accelerator"] ?? [],
    scheduling: [{ preemptible: isSpot }],
  };
  const disk = {
    label: "Boot disk",
    type: textAt(config, ["disk_type"]) ?? DEFAULTS.diskType,
    sizeGib: numberAt(config, ["disk_size_gb"]) || DEFAULTS.diskSizeGib,
  };
  const ssds = numberAt(config, ["local_ssd_count"]) ?? 0;
  return combineParts(
    priceGoogleMachine(machine, {
      ...where,
      operatingSystem: isWindows ? "windows" : "linux",
      isStopped: false,
    }),
    priceMadeDisk(disk, where),
    ...Array.from({ length: isCount(ssds) ? Math.min(ssds, LOCAL_SSDS_MAX) : 0 }, () =>
      priceScratchDisk({}, where),
    ),
  );
}

/** Source: Compute Engine documentation, "About Local SSD disks": no machine has more. */
const LOCAL_SSDS_MAX = 32;

/**
 * In how many zones a `google_container_node_pool` has nodes, as many in each: a managed group of instances in each; `undefined` where
 * its attributes do not tell.
 */
export function nodePoolZones(values: JsonObject): number | undefined {
  for (const name of ["node_locations", "managed_instance_group_urls", "instance_group_urls"]) {
    const listed = values[name];
    if (Array.isArray(listed) && listed.length > 0) return new Set(listed).size;
  }
  const location = textAt(values, ["location"]);
  return location !== undefined && /-[a-z]$/.test(location) ? 1 : undefined;
}
