import type { PriceBook } from "@apex/catalog";
import { type Known, known, type Resource, unknown } from "@apex/core";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import { type Fleet, launchTemplateOf } from "./fleet.ts";
import { leastOf, type ScalingGroup } from "./group.ts";
import { awsRegionOf } from "./instance.ts";
import { machinesOfOneSize } from "./mixed-group.ts";
import { groupLicence } from "./operating-system.ts";
import { whyNotListPrice } from "./template-price.ts";
import { startedVersion } from "./template-version.ts";

/** What EKS starts when nothing else is said. Source: EKS API reference, CreateNodegroup, instanceTypes. */
const DEFAULT_TYPE = "t3.medium";

/** A managed node group of EKS as the group of machines that it is; unknown where that cannot be counted or priced. */
export function nodeGroup(
  fleet: Fleet,
  resource: Resource,
  prices: PriceBook,
): Known<ScalingGroup & { readonly kind: "group" }> {
  const { attributes } = resource;
  if (textAt(attributes, "capacity_type") === "SPOT") {
    return unknown("it runs on spot capacity, whose price is not the list price");
  }
  const minimum = numberAt(attributes, "scaling_config", 0, "min_size");
  const maximum = numberAt(attributes, "scaling_config", 0, "max_size");
  if (minimum === undefined || maximum === undefined) return unknown("its sizes are not known");
  const template = launchTemplateOf(fleet, resource);
  const listed = attributes["instance_types"];
  const names = Array.isArray(listed) ? listed.filter((name) => typeof name === "string") : [];
  const otherwise = template === undefined ? undefined : whyNotListPrice(template);
  if (otherwise !== undefined) return unknown(otherwise);
  const started = template === undefined ? undefined : startedVersion(resource, template);
  if (names.length === 0 && started?.kind === "other") return unknown(started.reason);
  const fromTemplate = template === undefined ? undefined : textAt(template.attributes, "instance_type");
  if (names.length === 0 && template === undefined && blocksAt(attributes, "launch_template").length > 0) {
    return unknown("its launch template, which names its instance type, is not known");
  }
  const machines = machinesOfOneSize(names.length > 0 ? names : [fromTemplate ?? DEFAULT_TYPE]);
  if (machines.kind === "unknown") return machines;
  const region = awsRegionOf(resource);
  if (region === undefined) return unknown("its region is not known, so neither is its price");
  const licence = groupLicence(fleet, resource);
  const { operatingSystem } = licence;
  const least = leastOf(machines.value, { region, operatingSystem }, prices);
  if (least.kind === "unknown") return unknown(`its price is not known: ${least.reason}`);
  return known({
    kind: "group",
    minimum,
    maximum,
    desired: numberAt(attributes, "scaling_config", 0, "desired_size") ?? minimum,
    template: template ?? resource,
    templateGroups: [],
    ...least.value,
    ...licence,
    hasOverrides: names.length > 1,
    region,
    cpuTargetPercent: undefined,
    hasScalingPolicy: true,
  });
}
