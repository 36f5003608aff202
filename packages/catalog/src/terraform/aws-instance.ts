import { type JsonObject, type Known, known, valueAt } from "@apex/core";
import type { OperatingSystem } from "../machine-price.ts";
import { priceMachineMonth } from "../pricing/machine-hours.ts";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { blocksAt, flagAt, textAt } from "./attributes.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import {
  detailedMonitoring,
  hasUnlimitedCredits,
  type LaunchSpec,
  pointedTemplate,
  purchaseOf,
  readLaunchTemplate,
} from "./launch-spec.ts";
import { type PlanView, type ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { EC2_STATE, isStopped, unresolvedState } from "./wanted-state.ts";

/** Only Windows machines have a password to fetch; else the caller's word, else Linux. */
function operatingSystemOf(resource: ResourceView, view: PlanView): OperatingSystem {
  const given = view.options.operatingSystems?.[resource.address];
  if (given !== undefined) return given;
  return flagAt(resource.values, ["get_password_data"]) === true ? "windows" : "linux";
}

/** What the plan leaves open about the root volume, taken from the volume that the same image made before. */
function fromImage(root: JsonObject, previous: JsonObject | undefined): JsonObject {
  const open = ["volume_size", "volume_type"].filter((name) => valueAt(root, [name]) == null);
  return Object.fromEntries(
    open.flatMap((name) => {
      const value = valueAt(previous, [name]);
      return value == null ? [] : [[name, value]];
    }),
  );
}

/**
 * The root volume. When the plan does not show one, the image decides; an unchanged image on an existing machine decides
 * as it did before.
 */
function rootVolume(resource: ResourceView, where: PricePlace): PricedParts {
  const { values, previous } = resource;
  const [root] = blocksAt(values, ["root_block_device"]);
  const image = textAt(values, ["ami"]);
  const isSameImage = image !== undefined && previous !== null && image === textAt(previous, ["ami"]);
  const [before] = isSameImage ? blocksAt(previous, ["root_block_device"]) : [];
  const block = root === undefined ? before : { ...root, ...fromImage(root, before) };
  if (block === undefined) return partMissing("root volume: its size and type are set by the image");
  if (valueAt(block, ["volume_size"]) == null)
    return partMissing("root volume: its size is set by the image");
  if (valueAt(block, ["volume_type"]) == null)
    return partMissing("root volume: its type is set by the image");
  return priceBlockDevice(block, { ...where, label: "Root volume" });
}

function declaredVolumes(values: JsonObject, where: PricePlace): PricedParts {
  const volumes = blocksAt(values, ["ebs_block_device"]).map((block) => {
    const device = textAt(block, ["device_name"]);
    return priceBlockDevice(block, { ...where, label: device === undefined ? "Volume" : `Volume ${device}` });
  });
  return combineParts(...volumes);
}

/** Families that pay extra for EBS optimisation; all later ones have it always, at no charge. Source: EC2 user guide, "Amazon EBS-optimized instances". */
const PAID_EBS_OPTIMISATION = /^(c1|c3|g2|i2|m1|m2|m3|r3)\./;

function ebsOptimisation(values: JsonObject, name: string): PricedParts {
  if (flagAt(values, ["ebs_optimized"]) !== true || !PAID_EBS_OPTIMISATION.test(name)) return FREE;
  return partMissing(`the surcharge of ${name} for EBS optimisation is not in the table`);
}

/** What the machine's launch template adds where the machine itself says nothing; `undefined` when there is none. */
function templateSpec(
  resource: ResourceView,
  view: PlanView,
  where: PricePlace,
): Known<LaunchSpec> | undefined {
  const pointed = pointedTemplate(view, resource, {
    block: ["launch_template", 0],
    idAttribute: "id",
    nameAttribute: "name",
  });
  return pointed?.kind === "known" ? known(readLaunchTemplate(pointed.value.values, where)) : pointed;
}

/** `aws_instance`: the machine, its root volume and the volumes declared with it. */
export function priceAwsInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const where = pricePlace(view, resource);
  const pointed = templateSpec(resource, view, where);
  const template = pointed?.kind === "known" ? pointed.value : undefined;
  const name = textAt(values, ["instance_type"]) ?? template?.instanceType;
  const stopped = isStopped(resource, view, EC2_STATE);
  const hasMonitoring = flagAt(values, ["monitoring"]) ?? template?.hasDetailedMonitoring ?? false;
  const volumes = combineParts(rootVolume(resource, where), declaredVolumes(values, where));
  if (name === undefined)
    return combineParts(essentialPartMissing("the instance type is not known"), volumes);
  const isSpot = purchaseOf(values) === "spot" || template?.purchase === "spot";
  const machine = priceMachineMonth(
    {
      provider: "aws",
      name,
      region: where.region,
      operatingSystem: operatingSystemOf(resource, view),
      purchase: isSpot ? "spot" : "on-demand",
      tenancy: textAt(values, ["tenancy"]) ?? template?.tenancy ?? "default",
      hasUnlimitedCredits: hasUnlimitedCredits(values) ?? template?.hasUnlimitedCredits,
      isStopped: stopped,
    },
    where.prices,
  );
  const extras = stopped
    ? FREE
    : combineParts(hasMonitoring ? detailedMonitoring(where) : FREE, ebsOptimisation(values, name));
  return combineParts(machine, extras, volumes, unresolvedState(resource, view, EC2_STATE));
}
