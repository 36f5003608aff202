import { decimal, type Known, known, unknown } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  multiplyParts,
  partsOfUnknownCount,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { blocksAt, isCount, isUnknownAt, numberAt, textAt } from "./attributes.ts";
import {
  type LaunchSpec,
  pointedTemplate,
  priceLaunch,
  readLaunchConfiguration,
  readLaunchTemplate,
} from "./launch-spec.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";

/** What a group launches and how much of one machine counts towards its size. */
interface GroupLaunch {
  readonly spec: LaunchSpec;
  /** Units of the group's size that one machine fills. */
  readonly weight: number;
  /** Of the size: bought on demand before anything else, and percent of the rest that is. */
  readonly onDemand: { readonly base: number; readonly percentAboveBase: number };
}

const ALL_ON_DEMAND = { base: 0, percentAboveBase: 100 } as const;

const MIXED = ["mixed_instances_policy", 0] as const;
const MIXED_TEMPLATE = [...MIXED, "launch_template", 0] as const;

function mixedLaunch(resource: ResourceView, view: PlanView, where: PricePlace): Known<GroupLaunch> {
  const { values } = resource;
  const pointed = pointedTemplate(view, resource, {
    block: [...MIXED_TEMPLATE, "launch_template_specification", 0],
    idAttribute: "launch_template_id",
    nameAttribute: "launch_template_name",
  });
  if (pointed === undefined) return unknown("the mixed instances policy names no launch template");
  if (pointed.kind === "unknown") return pointed;
  const spec = readLaunchTemplate(pointed.value.values, where);
  const overrides = blocksAt(values, [...MIXED_TEMPLATE, "override"]);
  const types = [...new Set(overrides.map((override) => textAt(override, ["instance_type"])))];
  if (overrides.length > 1 || (overrides.length === 1 && types[0] === undefined)) {
    const named = types.filter((type) => type !== undefined).join(", ");
    return unknown(
      `which instance types the group launches is decided by EC2${named === "" ? "" : ` (${named})`}`,
    );
  }
  const distribution = [...MIXED, "instances_distribution", 0] as const;
  const [override] = overrides;
  return known({
    spec: { ...spec, instanceType: types[0] ?? spec.instanceType },
    weight: (override === undefined ? undefined : numberAt(override, ["weighted_capacity"])) ?? 1,
    onDemand: {
      base: numberAt(values, [...distribution, "on_demand_base_capacity"]) ?? 0,
      percentAboveBase:
        numberAt(values, [...distribution, "on_demand_percentage_above_base_capacity"]) ?? 100,
    },
  });
}

function launchOf(resource: ResourceView, view: PlanView, where: PricePlace): Known<GroupLaunch> {
  if (blocksAt(resource.values, ["mixed_instances_policy"]).length > 0)
    return mixedLaunch(resource, view, where);
  const pointed = pointedTemplate(view, resource, {
    block: ["launch_template", 0],
    idAttribute: "id",
    nameAttribute: "name",
  });
  if (pointed?.kind === "unknown") return pointed;
  if (pointed !== undefined) {
    return known({
      spec: readLaunchTemplate(pointed.value.values, where),
      weight: 1,
      onDemand: ALL_ON_DEMAND,
    });
  }
  const configuration = follow(view, resource, {
    types: ["aws_launch_configuration"],
    references: [
      { path: ["launch_configuration"], targetAttribute: "name" },
      { path: ["launch_configuration"], targetAttribute: "id" },
    ],
  });
  if (configuration.kind === "found") {
    const spec = readLaunchConfiguration(configuration.resource.values, where);
    return known({ spec, weight: 1, onDemand: ALL_ON_DEMAND });
  }
  const reason =
    configuration.kind === "absent" ? "what the group launches is not known" : configuration.reason;
  return unknown(configuration.kind === "absent" ? reason : `launch configuration: ${reason}`);
}

function withOperatingSystem(
  launch: Known<GroupLaunch>,
  resource: ResourceView,
  view: PlanView,
): Known<GroupLaunch> {
  const operatingSystem = view.options.operatingSystems?.[resource.address];
  if (launch.kind === "unknown" || operatingSystem === undefined) return launch;
  return known({ ...launch.value, spec: { ...launch.value.spec, operatingSystem } });
}

/**
 * The size of the group: its desired capacity, which AWS keeps between the minimum and the maximum, else the minimum, which
 * is what it starts with. Source: Auto Scaling API reference, UpdateAutoScalingGroup.
 */
function sizeOf(resource: ResourceView): Known<number> {
  const { values, unknowns, previous } = resource;
  if ((textAt(values, ["desired_capacity_type"]) ?? "units") !== "units") {
    return unknown("the size of the group is counted in vCPU or memory, not in machines");
  }
  const desired = numberAt(values, ["desired_capacity"]);
  if (desired !== undefined) {
    const minimum = numberAt(values, ["min_size"]) ?? desired;
    const maximum = numberAt(values, ["max_size"]) ?? desired;
    return known(Math.max(minimum, Math.min(maximum, desired)));
  }
  // On an existing group an unknown desired capacity is about to be changed; on a new one it is simply not set.
  if (isUnknownAt(unknowns, ["desired_capacity"]) && previous !== null) {
    return unknown("the desired capacity is known only after apply");
  }
  const minimum = numberAt(values, ["min_size"]);
  return minimum === undefined ? unknown("the size of the group is not known") : known(minimum);
}

function priceSized(launch: GroupLaunch, size: number, where: PricePlace): PricedParts {
  const { spec, weight, onDemand } = launch;
  const machines = Math.ceil(size / weight);
  const base = Math.min(Math.ceil(onDemand.base / weight), machines);
  const bought = base + Math.ceil(((machines - base) * onDemand.percentAboveBase) / 100);
  if (![size, weight, machines, bought, machines - bought].every(isCount)) {
    return essentialPartMissing("the size of the group is no number of machines");
  }
  const parts: PricedParts[] = [];
  if (bought > 0) parts.push(multiplyParts(priceLaunch(spec, where), decimal(bought)));
  if (bought < machines) {
    const spot = priceLaunch({ ...spec, purchase: "spot" }, where);
    parts.push(multiplyParts(spot, decimal(machines - bought)));
  }
  return combineParts(...parts);
}

/** `aws_autoscaling_group`: its machines, from a launch template, a launch configuration or a mixed instances policy. */
export function priceAwsAutoscalingGroup(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const launch = withOperatingSystem(launchOf(resource, view, where), resource, view);
  const size = sizeOf(resource);
  if (size.kind === "known" && size.value === 0) return { lineItems: [], missing: [], priceDates: {} };
  if (launch.kind === "unknown") return essentialPartMissing(launch.reason);
  if (size.kind === "known") return priceSized(launch.value, size.value, where);
  return partsOfUnknownCount(priceLaunch(launch.value.spec, where), `${size.reason}; prices are per machine`);
}
