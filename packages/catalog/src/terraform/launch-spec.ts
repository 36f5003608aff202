import { type JsonObject, type JsonPath, type Known, known, unknown } from "@apex/core";
import type { OperatingSystem } from "../machine-price.ts";
import { priceMachineMonth } from "../pricing/machine-hours.ts";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { blocksAt, flagAt, isUnknownAt, numberAt, textAt } from "./attributes.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import { detailedMonitoring, ebsOptimisation, publicAddress, type ToldUse } from "./launch-extras.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import type { PricePlace } from "./resource-region.ts";

/** What EC2 is asked to launch, whichever resource says it. */
export interface LaunchSpec {
  readonly instanceType: string | undefined;
  readonly purchase: "on-demand" | "spot";
  readonly tenancy: string;
  readonly hasUnlimitedCredits: boolean | undefined;
  readonly hasDetailedMonitoring: boolean;
  readonly isEbsOptimised: boolean;
  /** Whether it gets a public IPv4 address of its own; a subnet may give one, too, which this does not know. */
  readonly hasPublicAddress: boolean;
  readonly operatingSystem: OperatingSystem;
  /** The volumes of one machine, priced. */
  readonly volumes: PricedParts;
}

/** Whether a machine bursts beyond its credits, as a `credit_specification` block says; `undefined` when it says nothing. */
export function hasUnlimitedCredits(values: JsonObject): boolean | undefined {
  const credits = textAt(values, ["credit_specification", 0, "cpu_credits"]);
  return credits === undefined ? undefined : credits === "unlimited";
}

/** How the machine is paid: what `instance_market_options` asks for, or what EC2 last reported. */
export function purchaseOf(values: JsonObject): "on-demand" | "spot" {
  const asked = textAt(values, ["instance_market_options", 0, "market_type"]);
  return asked === "spot" || textAt(values, ["instance_lifecycle"]) === "spot" ? "spot" : "on-demand";
}

/** A month (730 h) of one machine of a spec, with its volumes. */
export function priceLaunch(spec: LaunchSpec, where: PricePlace, told: ToldUse = {}): PricedParts {
  if (spec.instanceType === undefined) {
    return combineParts(essentialPartMissing("the instance type is not known"), spec.volumes);
  }
  const machine = priceMachineMonth(
    {
      ...spec,
      ...told,
      provider: "aws",
      name: spec.instanceType,
      region: where.region,
      isStopped: false,
    },
    where.prices,
  );
  return combineParts(
    machine,
    spec.isEbsOptimised ? ebsOptimisation(spec.instanceType, where, told.hours) : FREE,
    spec.hasDetailedMonitoring ? detailedMonitoring(where) : FREE,
    spec.hasPublicAddress ? publicAddress(where, told.hours) : FREE,
    spec.volumes,
  );
}

/** Root devices of the usual images. Source: EC2 user guide, "Device names for volumes". */
const ROOT_DEVICES = new Set(["/dev/xvda", "/dev/sda1"]);

const ROOT_BY_IMAGE = "root volume: its size and type are set by the image";

function isRootMapping(mapping: JsonObject): boolean {
  return ROOT_DEVICES.has(textAt(mapping, ["device_name"]) ?? "");
}

/** What a template says of the root volume. */
export function templateRoot(values: JsonObject): JsonObject | undefined {
  const mapping = blocksAt(values, ["block_device_mappings"]).find(isRootMapping);
  return mapping === undefined ? undefined : blocksAt(mapping, ["ebs"])[0];
}

function templateVolume(mapping: JsonObject, where: PricePlace): PricedParts {
  const device = textAt(mapping, ["device_name"]) ?? "";
  // Only EBS costs: what a machine has of its own (`virtual_name`) is in its price.
  const [ebs] = blocksAt(mapping, ["ebs"]);
  if (ebs === undefined || textAt(mapping, ["no_device"]) !== undefined) return FREE;
  const isRoot = isRootMapping(mapping);
  if (isRoot && (numberAt(ebs, ["volume_size"]) ?? 0) === 0) return partMissing(ROOT_BY_IMAGE);
  if (isRoot && textAt(ebs, ["volume_type"]) === undefined)
    return partMissing("root volume: its type is set by the image");
  return priceBlockDevice(ebs, { ...where, label: isRoot ? "Root volume" : `Volume ${device}` });
}

/** The volumes beside the root that a template has a machine launched with, but for those devices that the machine says itself. */
export function templateDataVolumes(
  values: JsonObject,
  where: PricePlace,
  said: ReadonlySet<string>,
): PricedParts {
  const others = blocksAt(values, ["block_device_mappings"]).filter(
    (mapping) => !isRootMapping(mapping) && !said.has(textAt(mapping, ["device_name"]) ?? ""),
  );
  return combineParts(...others.map((mapping) => templateVolume(mapping, where)));
}

/** Reads an `aws_launch_template`. */
export function readLaunchTemplate(values: JsonObject, where: PricePlace): LaunchSpec {
  const mappings = blocksAt(values, ["block_device_mappings"]);
  const hasRoot = mappings.some(isRootMapping);
  return {
    instanceType: textAt(values, ["instance_type"]),
    purchase: purchaseOf(values),
    tenancy: textAt(values, ["placement", 0, "tenancy"]) ?? "default",
    hasUnlimitedCredits: hasUnlimitedCredits(values),
    hasDetailedMonitoring: flagAt(values, ["monitoring", 0, "enabled"]) === true,
    isEbsOptimised: flagAt(values, ["ebs_optimized"]) === true,
    hasPublicAddress: blocksAt(values, ["network_interfaces"]).some(
      (face) => flagAt(face, ["associate_public_ip_address"]) === true,
    ),
    operatingSystem: "linux",
    volumes: combineParts(
      hasRoot ? FREE : partMissing(ROOT_BY_IMAGE),
      ...mappings.map((mapping) => templateVolume(mapping, where)),
    ),
  };
}

/** Reads an `aws_launch_configuration`. */
export function readLaunchConfiguration(values: JsonObject, where: PricePlace): LaunchSpec {
  const [root] = blocksAt(values, ["root_block_device"]);
  const hasRoot =
    root !== undefined &&
    numberAt(root, ["volume_size"]) !== undefined &&
    textAt(root, ["volume_type"]) !== undefined;
  const others = blocksAt(values, ["ebs_block_device"]).map((block) =>
    priceBlockDevice(block, { ...where, label: `Volume ${textAt(block, ["device_name"]) ?? ""}`.trim() }),
  );
  return {
    instanceType: textAt(values, ["instance_type"]),
    purchase: textAt(values, ["spot_price"]) === undefined ? "on-demand" : "spot",
    tenancy: textAt(values, ["placement_tenancy"]) ?? "default",
    hasUnlimitedCredits: undefined,
    // On unless switched off: the one place where Terraform's default is to pay.
    hasDetailedMonitoring: flagAt(values, ["enable_monitoring"]) !== false,
    isEbsOptimised: flagAt(values, ["ebs_optimized"]) === true,
    hasPublicAddress: flagAt(values, ["associate_public_ip_address"]) === true,
    operatingSystem: "linux",
    volumes: combineParts(
      hasRoot ? priceBlockDevice(root, { ...where, label: "Root volume" }) : partMissing(ROOT_BY_IMAGE),
      ...others,
    ),
  };
}

/** How a resource spells its pointer to a launch template. */
export interface TemplatePointer {
  readonly block: JsonPath;
  readonly idAttribute: string;
  readonly nameAttribute: string;
}

/** A launch template and the values of the version of it that is meant. */
export interface PointedTemplate {
  readonly template: ResourceView;
  readonly values: JsonObject;
}

/**
 * The values of a version of a template. Terraform's state only holds the newest; an older one is known to be the same only
 * when its number is, or when it is the one before this plan's change.
 */
function templateVersion(template: ResourceView, version: string): Known<JsonObject> {
  const { values, previous, unknowns } = template;
  const latest = numberAt(values, ["latest_version"]);
  const notHere = unknown(`version ${version} of ${template.address} is not in this plan`);
  const isChanged = isUnknownAt(unknowns, ["latest_version"]) && previous !== null;
  if (version === "$Latest") return known(values);
  const wanted = version === "$Default" ? numberAt(values, ["default_version"]) : Number(version);
  // A default that is itself not known yet moves with the change, or the template is new.
  if (wanted === undefined) return known(values);
  if (!isChanged) return latest === undefined || latest === wanted ? known(values) : notHere;
  return numberAt(previous, ["latest_version"]) === wanted ? known(previous) : notHere;
}

/** Follows a pointer to a launch template of the plan; `undefined` when the resource has no such block. */
export function pointedTemplate(
  view: PlanView,
  resource: ResourceView,
  pointer: TemplatePointer,
): Known<PointedTemplate> | undefined {
  const { block, idAttribute, nameAttribute } = pointer;
  const [written] = blocksAt(resource.values, block.slice(0, -1));
  if (written === undefined) return undefined;
  const followed = follow(view, resource, {
    types: ["aws_launch_template"],
    references: [
      { path: [...block, idAttribute], targetAttribute: "id" },
      { path: [...block, nameAttribute], targetAttribute: "name" },
    ],
  });
  if (followed.kind === "absent") return unknown("which launch template is meant is not known");
  if (followed.kind === "not-found") return unknown(`launch template: ${followed.reason}`);
  const isVersionUnknown = isUnknownAt(resource.unknowns, [...block, "version"]);
  const version = isVersionUnknown
    ? "$Latest"
    : (textAt(resource.values, [...block, "version"]) ?? "$Default");
  const values = templateVersion(followed.resource, version);
  if (values.kind === "unknown") return values;
  return known({ template: followed.resource, values: values.value });
}
