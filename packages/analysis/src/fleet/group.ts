import { machineHourlyPrice, type MachineType, type OperatingSystem, type PriceBook } from "@apex/catalog";
import {
  assert,
  compareDecimals,
  type Decimal,
  type Known,
  known,
  nameOfResource,
  type Resource,
} from "@apex/core";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import { type Fleet, isBeside, launchTemplateOf, templateUsers } from "./fleet.ts";
import type { Market } from "../rightsizing/machine-candidates.ts";
import { groupLicence } from "./operating-system.ts";
import { pricedRegion, whyNotListPrice } from "./template-price.ts";
import { startedVersion } from "./template-version.ts";
import { fewestInstances, overridesOf, typesOf, whyNotOnDemand } from "./mixed-group.ts";

/** An Auto Scaling group of machines of one size from a launch template of the state, or why it is not judged. */
export type ScalingGroup =
  | {
      readonly kind: "group";
      readonly minimum: number;
      readonly maximum: number;
      readonly desired: number;
      readonly template: Resource;
      /** Groups, of nodes too, that start from the same template, this one included. */
      readonly templateGroups: readonly Resource[];
      /** Why an edit of the template has no effect on the group, where it has none. */
      readonly keptVersion?: string;
      /** Of several types that it may start the cheapest one's name, with the least of every limit among them. */
      readonly machine: MachineType;
      /** Whether a mixed instances policy names its types, in place of the template. */
      readonly hasOverrides: boolean;
      readonly region: string;
      readonly hourly: Decimal;
      /** What its machines' licence is paid for. */
      readonly operatingSystem: OperatingSystem;
      /** See {@link Licence}. */
      readonly hasUnpricedPart: boolean;
      /** What of that is assumed. */
      readonly unknowns: readonly string[];
      /** CPU percent that a target tracking policy steers to; absent without such a policy. */
      readonly cpuTargetPercent: number | undefined;
      readonly hasScalingPolicy: boolean;
    }
  | { readonly kind: "refused"; readonly reason: string };

/** The instances that an Auto Scaling group always keeps; `undefined` when the state does not tell. */
export function groupFloor(group: Resource): number | undefined {
  return fewestInstances(group);
}

/** Reads sizes, machine type, price and scaling policies of a group. */
export function scalingGroup(fleet: Fleet, group: Resource, prices: PriceBook): ScalingGroup {
  const { attributes } = group;
  const scheduler = schedulerOf(group);
  if (scheduler !== undefined) {
    return refused(
      `${scheduler} schedules onto its instances; how many it takes follows from what is reserved, not used`,
    );
  }
  const notOnDemand = whyNotOnDemand(group);
  if (notOnDemand !== undefined) return refused(notOnDemand);
  const minimum = numberAt(attributes, "min_size");
  const maximum = numberAt(attributes, "max_size");
  if (minimum === undefined || maximum === undefined) return refused("its sizes are not in the state");
  const template = launchTemplateOf(fleet, group);
  if (template === undefined) return refused("its launch template is not in the state");
  const started = startedVersion(group, template);
  if (started.kind === "other") return refused(started.reason);
  const types = typesOf(group, textAt(template.attributes, "instance_type"));
  if (types.kind === "unknown") return refused(types.reason);
  const otherwise = whyNotListPrice(template);
  if (otherwise !== undefined) return refused(otherwise);
  const place = pricedRegion(group, template);
  if (place.kind === "unknown") return refused(place.reason);
  const region = place.value;
  const licence = groupLicence(fleet, group);
  const market = { region, operatingSystem: licence.operatingSystem };
  const machine = leastOf(types.value, market, prices);
  if (machine.kind === "unknown") return refused(`its price is not known: ${machine.reason}`);
  const policies = fleet
    .ofType("aws_autoscaling_policy")
    .filter(
      (policy) => isOf(group, textAt(policy.attributes, "autoscaling_group_name")) && isBeside(policy, group),
    );
  return {
    kind: "group",
    minimum,
    maximum,
    desired: numberAt(attributes, "desired_capacity") ?? minimum,
    template,
    templateGroups: templateUsers(fleet, template),
    ...(started.kind === "kept" ? { keptVersion: started.reason } : {}),
    ...machine.value,
    ...licence,
    hasOverrides: overridesOf(group).length > 0,
    region,
    cpuTargetPercent: lowestCpuTarget(policies),
    hasScalingPolicy: policies.length > 0,
  };
}

/** Where and with what licence a group's machines are bought. */
export function marketOf(
  { region, operatingSystem, hasUnpricedPart }: ScalingGroup & { readonly kind: "group" },
  prices: PriceBook,
): Market {
  return { region, operatingSystem, hasUnpricedPart, prices };
}

/** Limits of which the least among several types is what a group can count on. */
const LIMITS = [
  "networkBaselineMbps",
  "networkPeakMbps",
  "ebsBaselineMbps",
  "ebsMaxMbps",
  "ebsBaselineIops",
  "ebsMaxIops",
] as const satisfies readonly (keyof MachineType)[];

/** The cheapest of several machines, which is what surely is saved on one less of them, with the least of every limit. */
export function leastOf(
  machines: readonly MachineType[],
  market: { readonly region: string; readonly operatingSystem: OperatingSystem },
  prices: PriceBook,
): Known<{ readonly machine: MachineType; readonly hourly: Decimal }> {
  let least: { machine: MachineType; hourly: Decimal } | undefined;
  for (const machine of machines) {
    const price = machineHourlyPrice({ provider: "aws", name: machine.name, ...market }, prices);
    if (price.kind === "unknown") return price;
    const hourly = price.value.price;
    if (least === undefined || compareDecimals(hourly, least.hourly) < 0) least = { machine, hourly };
  }
  assert(least !== undefined, "a group without a type");
  const limits = LIMITS.flatMap((name) => {
    const values = machines.flatMap((machine) => machine[name] ?? []);
    return values.length === 0 ? [] : [[name, Math.min(...values)] as const];
  });
  return known({ ...least, machine: { ...least.machine, ...Object.fromEntries(limits) } });
}

/**
 * What places work on a group's instances by reservations: tags that EKS, the Cluster Autoscaler and ECS capacity
 * providers look for.
 */
function schedulerOf({ tags }: Resource): string | undefined {
  const keys = Object.keys(tags);
  const isKubernetes = keys.some(
    (key) =>
      key.startsWith("kubernetes.io/cluster/") ||
      key.startsWith("k8s.io/cluster-autoscaler/") ||
      key.startsWith("eks:"),
  );
  if (isKubernetes) return "Kubernetes";
  return keys.includes("AmazonECSManaged") ? "ECS" : undefined;
}

function isOf(group: Resource, name: string | undefined): boolean {
  return name !== undefined && (name === nameOfResource(group) || name === textAt(group.attributes, "name"));
}

function lowestCpuTarget(policies: readonly Resource[]): number | undefined {
  const targets = policies.flatMap((policy) =>
    blocksAt(policy.attributes, "target_tracking_configuration").flatMap(({ block }) => {
      const isCpu = blocksAt(block, "predefined_metric_specification").some(
        ({ block: metric }) => textAt(metric, "predefined_metric_type") === "ASGAverageCPUUtilization",
      );
      const target = numberAt(block, "target_value");
      return isCpu && target !== undefined ? [target] : [];
    }),
  );
  return targets.length === 0 ? undefined : Math.min(...targets);
}

function refused(reason: string): ScalingGroup {
  return { kind: "refused", reason };
}
