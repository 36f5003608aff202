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
import { type PricePlace, pricePlace } from "./resource-region.ts";

const TEMPLATE_TYPES = [
  "google_compute_instance_template",
  "google_compute_region_instance_template",
] as const;

function templateDisk(
  disk: JsonObject,
  machine: { readonly family: string | undefined; readonly isSpot: boolean },
  where: PricePlace,
): PricedParts {
  if (textAt(disk, ["type"]) === "SCRATCH") return priceScratchDisk(disk, machine.isSpot, where);
  // A disk that exists already is a resource of its own.
  if (textAt(disk, ["source"]) !== undefined) return FREE;
  return priceMadeDisk(
    {
      label: flagAt(disk, ["boot"]) === true ? "Boot disk" : "Disk",
      type: textAt(disk, ["disk_type"]) ?? defaultDiskType(machine.family),
      sizeGib: numberAt(disk, ["disk_size_gb"]) || undefined,
      iops: numberAt(disk, ["provisioned_iops"]),
      throughputMbps: numberAt(disk, ["provisioned_throughput"]),
    },
    where,
  );
}

/** One machine of an instance template, with its disks. */
function priceTemplate(
  values: JsonObject,
  where: PricePlace & { readonly hasSustainedUse: boolean },
): PricedParts {
  const disks = blocksAt(values, ["disk"]);
  const boot = disks.find((disk) => flagAt(disk, ["boot"]) === true) ?? disks[0];
  const operatingSystem = operatingSystemOfImage(boot && textAt(boot, ["source_image"]));
  const machine = textAt(values, ["machine_type"]);
  const family = machine === undefined ? undefined : lastSegment(machine);
  const of = { family, isSpot: isSpotMachine(values) };
  return combineParts(
    priceGoogleMachine(values, { ...where, operatingSystem, isStopped: false }),
    ...disks.map((disk) => templateDisk(disk, of, where)),
  );
}

const AUTOSCALER_TYPES = ["google_compute_autoscaler", "google_compute_region_autoscaler"] as const;

/** The autoscaler of the plan whose target is the group, by the group's link or, where that is not known yet, by what is written. */
function autoscalerOf(group: ResourceView, view: PlanView): ResourceView | undefined {
  const links = ["self_link", "id"].flatMap((name) => textAt(group.values, [name]) ?? []);
  const written = group.address.replace(/\[[^\]]*\]$/, "");
  return AUTOSCALER_TYPES.flatMap((type) => view.ofType(type)).find((autoscaler) => {
    const target = textAt(autoscaler.values, ["target"]);
    if (target !== undefined) return links.some((link) => link === target || link.endsWith(`/${target}`));
    return autoscaler.planned.references?.["target"]?.includes(written) === true;
  });
}

/** Machines that are configured by themselves, and where they name their group: each is made in it, whatever its target size. */
const OWN_CONFIGURATIONS = [
  ["google_compute_per_instance_config", "instance_group_manager"],
  ["google_compute_region_per_instance_config", "region_instance_group_manager"],
] as const;

function configuredMachines(group: ResourceView, view: PlanView): number {
  const configurations = OWN_CONFIGURATIONS.flatMap(([type, attribute]) =>
    view.ofType(type).filter((configuration) => {
      const references = ["name", "id", "self_link"].map((targetAttribute) => ({
        path: [attribute],
        targetAttribute,
      }));
      const found = follow(view, configuration, { types: [group.type], references });
      return found.kind === "found" && found.resource.address === group.address;
    }),
  );
  return configurations.length;
}

/** How many machines the group has for certain: its target size, the least that its autoscaler leaves it or those configured by themselves. */
function sizeOf(group: ResourceView, view: PlanView): number | undefined {
  const size = numberAt(group.values, ["target_size"]);
  const autoscaler = autoscalerOf(group, view);
  const least =
    autoscaler === undefined
      ? undefined
      : numberAt(autoscaler.values, ["autoscaling_policy", 0, "min_replicas"]);
  const configured = configuredMachines(group, view);
  if (size === undefined && least === undefined && configured === 0) return undefined;
  return Math.max(size ?? 0, least ?? 0, configured);
}

/** `google_compute_instance_group_manager`, zonal or regional: its target size times its instance template. */
export function priceGoogleInstanceGroupManager(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  if (blocksAt(values, ["version"]).length > 1) {
    return essentialPartMissing("how the machines divide among several versions is not known");
  }
  const path = ["version", 0, "instance_template"];
  const template = follow(view, resource, {
    types: TEMPLATE_TYPES,
    references: ["self_link_unique", "self_link", "id", "name"].map((targetAttribute) => ({
      path,
      targetAttribute,
    })),
  });
  if (template.kind !== "found") {
    return essentialPartMissing(
      template.kind === "absent"
        ? "the instance template is not in this plan"
        : `instance template: ${template.reason}`,
    );
  }
  const where = pricePlace(view, resource);
  const machine = priceTemplate(template.resource.values, {
    ...where,
    // A machine that an autoscaler adds need not run all month; those of its minimum do.
    hasSustainedUse: hasSustainedUse(view, where.region, template.resource),
  });
  const parts = combineParts(machine, priceExternalAddresses(template.resource, view));
  const size = sizeOf(resource, view);
  if (size === undefined) {
    return partsOfUnknownCount(parts, "the size of the group is not known; prices are per machine");
  }
  if (!isCount(size)) return essentialPartMissing("the size of the group is no number of machines");
  return size === 0 ? FREE : multiplyParts(parts, decimal(size));
}
