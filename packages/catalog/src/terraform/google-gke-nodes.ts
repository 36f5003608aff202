import { decimal, type JsonObject } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  multiplyParts,
  partsOfUnknownCount,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { blocksAt, flagAt, isCount, numberAt, textAt } from "./attributes.ts";
import { priceGoogleMachine, priceMadeDisk, priceScratchDisk } from "./google-machine.ts";
import { hasSustainedUse } from "./google-sustained-use.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";

/** What GKE takes where nothing is said. Source: GKE API, `NodeConfig`: machineType, diskSizeGb, diskType. */
const DEFAULTS = { machineType: "e2-medium", diskSizeGib: 100, diskType: "pd-balanced" } as const;

/** Source: Compute Engine documentation, "About Local SSD disks": no machine has more. */
const LOCAL_SSDS_MAX = 32;

/** In how many zones GKE puts nodes of a region where nothing is said. Source: GKE documentation, "Regional clusters". */
const ZONES_OF_A_REGION = 3;

/** Where a cluster or node pool lies, and whether its machines run all month. */
export interface NodePlace extends PricePlace {
  readonly hasSustainedUse: boolean;
}

/** The place of a cluster or node pool: a region, or a zone of one. */
export function nodePlace(resource: ResourceView, view: PlanView): NodePlace {
  const place = pricePlace(view, resource);
  const region = textAt(resource.values, ["location"])?.replace(/-[a-z]$/, "") ?? place.region;
  return { ...place, region, hasSustainedUse: hasSustainedUse(view, region) };
}

function localSsds(config: JsonObject): number {
  const blocks = [
    "ephemeral_storage_config",
    "ephemeral_storage_local_ssd_config",
    "local_nvme_ssd_block_config",
  ];
  const counts = [
    numberAt(config, ["local_ssd_count"]),
    ...blocks.map((block) => numberAt(config, [block, 0, "local_ssd_count"])),
  ];
  const ssds = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return isCount(ssds) ? Math.min(ssds, LOCAL_SSDS_MAX) : 0;
}

/** One node of a `node_config`: a machine with its boot disk and local SSDs. */
function priceNode(config: JsonObject, where: NodePlace): PricedParts {
  const isSpot = flagAt(config, ["spot"]) === true || flagAt(config, ["preemptible"]) === true;
  const isWindows = textAt(config, ["image_type"])?.toUpperCase().startsWith("WINDOWS") === true;
  const machine = {
    machine_type: textAt(config, ["machine_type"]) ?? DEFAULTS.machineType,
    guest_accelerator: config["guest_accelerator"] ?? [],
    scheduling: [{ preemptible: isSpot }],
  };
  const [boot = {}] = blocksAt(config, ["boot_disk"]);
  const disk = {
    label: "Boot disk",
    type: textAt(boot, ["disk_type"]) ?? textAt(config, ["disk_type"]) ?? DEFAULTS.diskType,
    sizeGib: numberAt(boot, ["size_gb"]) || numberAt(config, ["disk_size_gb"]) || DEFAULTS.diskSizeGib,
    iops: numberAt(boot, ["provisioned_iops"]),
    throughputMbps: numberAt(boot, ["provisioned_throughput"]),
  };
  return combineParts(
    priceGoogleMachine(machine, {
      ...where,
      operatingSystem: isWindows ? "windows" : "linux",
      isStopped: false,
    }),
    priceMadeDisk(disk, where),
    ...Array.from({ length: localSsds(config) }, () => priceScratchDisk({}, isSpot, where)),
  );
}

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

/** In how many zones a cluster's own nodes are: a zonal cluster lists the zones besides its own, which it may list, too; a regional one all. */
export function clusterZones(values: JsonObject): number {
  const listed = values["node_locations"];
  const named = new Set<unknown>(Array.isArray(listed) ? listed : []);
  const location = textAt(values, ["location"]);
  if (location !== undefined && /-[a-z]$/.test(location)) return named.add(location).size;
  return named.size === 0 ? ZONES_OF_A_REGION : named.size;
}

/** How many nodes a pool has in all for certain: as told, else the least that its autoscaling leaves it, else what it starts with. */
function poolSize(values: JsonObject, zones: number, told: number | undefined): number | undefined {
  const perZone = told ?? numberAt(values, ["node_count"]);
  if (perZone !== undefined) return perZone * zones;
  const total = numberAt(values, ["autoscaling", 0, "total_min_node_count"]);
  if (total !== undefined && total > 0) return total;
  const least = numberAt(values, ["autoscaling", 0, "min_node_count"]);
  const start = least ?? numberAt(values, ["initial_node_count"]);
  return start === undefined ? undefined : start * zones;
}

/** All nodes of a pool that is described by `values`, in so many zones; `told` is what a usage file says of one zone. */
export function priceNodes(
  values: JsonObject,
  where: NodePlace,
  { zones, told }: { readonly zones: number; readonly told: number | undefined },
): PricedParts {
  const size = poolSize(values, zones, told);
  if (size === 0) return FREE;
  const parts = priceNode(blocksAt(values, ["node_config"])[0] ?? {}, where);
  if (size === undefined)
    return partsOfUnknownCount(parts, "how many nodes the pool has is not known; prices are per node");
  if (!isCount(size)) return essentialPartMissing("the size of the pool is no number of nodes");
  return multiplyParts(parts, decimal(size));
}
