import { machineHourlyPrice, type MachineType, machineType, type PriceBook } from "@apex/catalog";
import type { Decimal, Resource } from "@apex/core";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import { type Fleet, groupsOf, launchTemplateOf } from "./fleet.ts";
import { awsRegionOf } from "./instance.ts";

/** An Auto Scaling group of one machine type from a launch template of the state, or why it is not judged. */
export type ScalingGroup =
  | {
      readonly kind: "group";
      readonly minimum: number;
      readonly maximum: number;
      readonly desired: number;
      readonly template: Resource;
      /** Groups that start from the same template, this one included. */
      readonly templateGroups: readonly Resource[];
      readonly machine: MachineType;
      readonly region: string;
      readonly hourly: Decimal;
      /** CPU percent that a target tracking policy steers to; absent without such a policy. */
      readonly cpuTargetPercent: number | undefined;
      readonly hasScalingPolicy: boolean;
    }
  | { readonly kind: "refused"; readonly reason: string };

/** The instances that an Auto Scaling group always keeps; `undefined` when the state does not tell. */
export function groupFloor(group: Resource): number | undefined {
  return numberAt(group.attributes, "min_size");
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
  if (blocksAt(attributes, "mixed_instances_policy").length > 0) {
    return refused("it mixes instance types or spot, whose share is not known");
  }
  const minimum = groupFloor(group);
  const maximum = numberAt(attributes, "max_size");
  if (minimum === undefined || maximum === undefined) return refused("its sizes are not in the state");
  const template = launchTemplateOf(fleet, group);
  if (template === undefined) return refused("its launch template is not in the state");
  const name = textAt(template.attributes, "instance_type");
  if (name === undefined) return refused("its launch template names no instance type");
  if (blocksAt(template.attributes, "instance_market_options").length > 0) {
    return refused("it runs on spot capacity, whose price is not the list price");
  }
  const tenancy = blocksAt(template.attributes, "placement")
    .map(({ block }) => textAt(block, "tenancy"))
    .find((one) => one !== undefined && one !== "default");
  if (tenancy !== undefined) {
    return refused(`its tenancy is ${tenancy}, for which there is no list price in the catalogue`);
  }
  const machine = machineType("aws", name);
  if (machine === undefined) return refused(`the catalogue does not know the shape of ${name}`);
  const region = awsRegionOf(group) ?? awsRegionOf(template);
  if (region === undefined) return refused("its region is not known, so neither is its price");
  const price = machineHourlyPrice({ provider: "aws", name, region }, prices);
  if (price.kind === "unknown") return refused(`its price is not known: ${price.reason}`);
  const policies = fleet
    .ofType("aws_autoscaling_policy")
    .filter((policy) => isOf(group, textAt(policy.attributes, "autoscaling_group_name")));
  return {
    kind: "group",
    minimum,
    maximum,
    desired: numberAt(attributes, "desired_capacity") ?? minimum,
    template,
    templateGroups: groupsOf(fleet, template),
    machine,
    region,
    hourly: price.value.price,
    cpuTargetPercent: lowestCpuTarget(policies),
    hasScalingPolicy: policies.length > 0,
  };
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
  return name !== undefined && (name === group.id || name === textAt(group.attributes, "name"));
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
