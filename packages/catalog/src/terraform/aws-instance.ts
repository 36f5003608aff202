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
import { ownPublicAddress } from "./aws-address.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import { detailedMonitoring, ebsOptimisation, toldOperatingSystem, toldUse } from "./launch-extras.ts";
import {
  hasUnlimitedCredits,
  type LaunchSpec,
  pointedTemplate,
  purchaseOf,
  readLaunchTemplate,
  templateDataVolumes,
  templateRoot,
} from "./launch-spec.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";
import { EC2_STATE, isStopped, unresolvedState } from "./wanted-state.ts";

/** Only Windows machines have a password to fetch; else the caller's word, else Linux. */
function operatingSystemOf(resource: ResourceView, view: PlanView): OperatingSystem {
  const given = toldOperatingSystem(resource, view);
  if (given !== undefined) return given;
  return flagAt(resource.values, ["get_password_data"]) === true ? "windows" : "linux";
}

/** What the plan leaves open about the root volume, taken from what else says it. */
function openParts(root: JsonObject, previous: JsonObject | undefined): JsonObject {
  const open = ["volume_size", "volume_type"].filter((name) => valueAt(root, [name]) == null);
  return Object.fromEntries(
    open.flatMap((name) => {
      const value = valueAt(previous, [name]);
      return value == null ? [] : [[name, value]];
    }),
  );
}

/**
 * The root volume. Where the plan does not show one, the launch template decides, then the image; an unchanged image on an existing
 * machine decides as it did before.
 */
function rootVolume(
  resource: ResourceView,
  where: PricePlace,
  fromTemplate: JsonObject | undefined,
): PricedParts {
  const { values, previous } = resource;
  const [root] = blocksAt(values, ["root_block_device"]);
  const image = textAt(values, ["ami"]);
  const isSameImage = image !== undefined && previous !== null && image === textAt(previous, ["ami"]);
  const [before] = isSameImage ? blocksAt(previous, ["root_block_device"]) : [];
  const decided = fromTemplate ?? before;
  const written = root ?? decided;
  const block = written && { ...written, ...openParts(written, decided), ...openParts(written, before) };
  if (block === undefined) return partMissing("root volume: its size and type are set by the image");
  if (valueAt(block, ["volume_size"]) == null)
    return partMissing("root volume: its size is set by the image");
  if (valueAt(block, ["volume_type"]) == null)
    return partMissing("root volume: its type is set by the image");
  return priceBlockDevice(block, { ...where, label: "Root volume" });
}

/** Whether the plan launches the machine: the state of one that runs shows all its volumes, whatever its template says by now. */
function isLaunched(resource: ResourceView, view: PlanView): boolean {
  const { values, planned } = resource;
  const isNew = view.side === "after" && (planned.before === null || planned.actions.includes("create"));
  return isNew || !Array.isArray(valueAt(values, ["ebs_block_device"]));
}

/** The volumes that the machine says itself, and those of its template that it does not. */
function dataVolumes(values: JsonObject, where: PricePlace, template: JsonObject | undefined): PricedParts {
  const own = ["ebs_block_device", "ephemeral_block_device"].flatMap((name) => blocksAt(values, [name]));
  const said = new Set(own.flatMap((block) => textAt(block, ["device_name"]) ?? []));
  const volumes = blocksAt(values, ["ebs_block_device"]).map((block) => {
    const device = textAt(block, ["device_name"]);
    return priceBlockDevice(block, { ...where, label: device === undefined ? "Volume" : `Volume ${device}` });
  });
  return combineParts(...volumes, template === undefined ? FREE : templateDataVolumes(template, where, said));
}

/** What the machine's launch template says where the machine itself says nothing. */
interface Template {
  readonly spec: LaunchSpec;
  readonly values: JsonObject;
}

function templateOf(resource: ResourceView, view: PlanView, where: PricePlace): Known<Template> | undefined {
  const pointed = pointedTemplate(view, resource, {
    block: ["launch_template", 0],
    idAttribute: "id",
    nameAttribute: "name",
  });
  if (pointed?.kind !== "known") return pointed;
  const { values } = pointed.value;
  return known({ spec: readLaunchTemplate(values, where), values });
}

/** Whether the machine runs in a capacity reservation of the plan that it names, which is paid instead of it. */
function isReserved(resource: ResourceView, view: PlanView): boolean {
  const target = ["capacity_reservation_specification", 0, "capacity_reservation_target", 0] as const;
  const followed = follow(view, resource, {
    types: ["aws_ec2_capacity_reservation"],
    references: [
      { path: [...target, "capacity_reservation_id"], targetAttribute: "id" },
      { path: [...target, "capacity_reservation_id"], targetAttribute: "arn" },
    ],
  });
  return followed.kind === "found";
}

function machine(
  resource: ResourceView,
  view: PlanView,
  of: { readonly name: string; readonly spec: LaunchSpec | undefined; readonly isSpot: boolean },
): PricedParts {
  const { values } = resource;
  const { name, spec } = of;
  const where = pricePlace(view, resource);
  const stopped = isStopped(resource, view, EC2_STATE);
  if (!stopped && isReserved(resource, view)) return FREE;
  const isSpot = of.isSpot || purchaseOf(values) === "spot" || spec?.purchase === "spot";
  return priceMachineMonth(
    {
      provider: "aws",
      name,
      region: where.region,
      operatingSystem: operatingSystemOf(resource, view),
      purchase: isSpot ? "spot" : "on-demand",
      tenancy: textAt(values, ["tenancy"]) ?? spec?.tenancy ?? "default",
      hasUnlimitedCredits: hasUnlimitedCredits(values) ?? spec?.hasUnlimitedCredits,
      isStopped: stopped,
      ...toldUse(resource, name),
    },
    where.prices,
  );
}

/** What a running machine pays beside its hours. */
function extras(
  resource: ResourceView,
  view: PlanView,
  of: { readonly name: string; readonly spec: LaunchSpec | undefined },
): PricedParts {
  const { values } = resource;
  const { name, spec } = of;
  if (isStopped(resource, view, EC2_STATE)) return FREE;
  const where = pricePlace(view, resource);
  const hasMonitoring = flagAt(values, ["monitoring"]) ?? spec?.hasDetailedMonitoring ?? false;
  const { hours } = toldUse(resource, name);
  const isOptimised = flagAt(values, ["ebs_optimized"]) ?? spec?.isEbsOptimised ?? false;
  return combineParts(
    hasMonitoring ? detailedMonitoring(where) : FREE,
    isOptimised ? ebsOptimisation(name, where, hours) : FREE,
    ownPublicAddress(resource, view, { where, templateGivesOne: spec?.hasPublicAddress ?? false, hours }),
  );
}

function priceMachine(resource: ResourceView, view: PlanView, isSpot: boolean): PricedParts {
  const { values } = resource;
  const where = pricePlace(view, resource);
  const pointed = templateOf(resource, view, where);
  const template = pointed?.kind === "known" ? pointed.value : undefined;
  const spec = template?.spec;
  const name = textAt(values, ["instance_type"]) ?? spec?.instanceType;
  const volumes = combineParts(
    rootVolume(resource, where, template && templateRoot(template.values)),
    dataVolumes(values, where, isLaunched(resource, view) ? template?.values : undefined),
  );
  if (name === undefined)
    return combineParts(
      essentialPartMissing(pointed?.kind === "unknown" ? pointed.reason : "the instance type is not known"),
      volumes,
    );
  return combineParts(
    machine(resource, view, { name, spec, isSpot }),
    extras(resource, view, { name, spec }),
    volumes,
    pointed?.kind === "unknown" ? partMissing(pointed.reason) : FREE,
    unresolvedState(resource, view, EC2_STATE),
  );
}

/** `aws_instance`: the machine, its volumes, those of its launch template that it does not name itself, and its options. */
export function priceAwsInstance(resource: ResourceView, view: PlanView): PricedParts {
  return priceMachine(resource, view, false);
}

/** `aws_spot_instance_request`: a machine at a price that moves, with volumes that do not. */
export function priceAwsSpotInstance(resource: ResourceView, view: PlanView): PricedParts {
  return priceMachine(resource, view, true);
}
