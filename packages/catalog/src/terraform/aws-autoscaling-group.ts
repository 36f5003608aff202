import { type JsonObject, type Known, known, unknown } from "@apex/core";
import {
  essentialPartMissing,
  FREE,
  partsOfUnknownCount,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { blocksAt, isUnknownAt, numberAt, textAt } from "./attributes.ts";
import { type LaunchChoice, type Launches, priceUnits, type UnitsWanted } from "./launch-choice.ts";
import { toldOperatingSystem, toldUse } from "./launch-extras.ts";
import {
  type LaunchSpec,
  pointedTemplate,
  priceLaunch,
  readLaunchConfiguration,
  readLaunchTemplate,
} from "./launch-spec.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";

/** What a group launches and how it buys it. */
interface GroupLaunch extends Launches {
  /** Units of the size: bought on demand before anything else, and percent of the rest that is. */
  readonly onDemand: { readonly base: number; readonly percentAboveBase: number };
}

/** Machines of one kind, all on demand. */
function onlyOf(spec: LaunchSpec): GroupLaunch {
  return {
    choices: [{ spec, weight: 1 }],
    onDemandStrategy: "prioritized",
    onDemand: { base: 0, percentAboveBase: 100 },
  };
}

const MIXED = ["mixed_instances_policy", 0] as const;
const MIXED_TEMPLATE = [...MIXED, "launch_template", 0] as const;
const DISTRIBUTION = [...MIXED, "instances_distribution", 0] as const;

/** A machine that the policy names in place of the template's; it may have a template of its own. */
function choiceOf(
  override: JsonObject,
  index: number,
  of: {
    readonly resource: ResourceView;
    readonly view: PlanView;
    readonly where: PricePlace;
    readonly spec: LaunchSpec;
  },
): Known<LaunchChoice> {
  if (blocksAt(override, ["instance_requirements"]).length > 0) {
    return unknown("which instance types fit the requirements of the group is decided by EC2");
  }
  const own = pointedTemplate(of.view, of.resource, {
    block: [...MIXED_TEMPLATE, "override", index, "launch_template_specification", 0],
    idAttribute: "launch_template_id",
    nameAttribute: "launch_template_name",
  });
  if (own?.kind === "unknown") return own;
  const spec = own === undefined ? of.spec : readLaunchTemplate(own.value.values, of.where);
  return known({
    spec: { ...spec, instanceType: textAt(override, ["instance_type"]) ?? spec.instanceType },
    weight: numberAt(override, ["weighted_capacity"]) ?? 1,
  });
}

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
  const choices: LaunchChoice[] = [];
  for (const [index, override] of blocksAt(values, [...MIXED_TEMPLATE, "override"]).entries()) {
    const choice = choiceOf(override, index, { resource, view, where, spec });
    if (choice.kind === "unknown") return choice;
    choices.push(choice.value);
  }
  const strategy = textAt(values, [...DISTRIBUTION, "on_demand_allocation_strategy"]) ?? "prioritized";
  return known({
    choices: choices.length === 0 ? [{ spec, weight: 1 }] : choices,
    onDemandStrategy: strategy === "prioritized" ? strategy : "lowest-price",
    onDemand: {
      base: numberAt(values, [...DISTRIBUTION, "on_demand_base_capacity"]) ?? 0,
      percentAboveBase:
        numberAt(values, [...DISTRIBUTION, "on_demand_percentage_above_base_capacity"]) ?? 100,
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
    return known(onlyOf(readLaunchTemplate(pointed.value.values, where)));
  }
  const configuration = follow(view, resource, {
    types: ["aws_launch_configuration"],
    references: [
      { path: ["launch_configuration"], targetAttribute: "name" },
      { path: ["launch_configuration"], targetAttribute: "id" },
    ],
  });
  if (configuration.kind === "found") {
    return known(onlyOf(readLaunchConfiguration(configuration.resource.values, where)));
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
  const operatingSystem = toldOperatingSystem(resource, view);
  if (launch.kind === "unknown" || operatingSystem === undefined) return launch;
  const choices = launch.value.choices.map((choice) => ({
    ...choice,
    spec: { ...choice.spec, operatingSystem },
  }));
  return known({ ...launch.value, choices });
}

/**
 * The size of the group: what the usage file tells, else its desired capacity, which AWS keeps between the minimum and the maximum, else the minimum, which
 * is what it starts with. Source: Auto Scaling API reference, UpdateAutoScalingGroup.
 */
function sizeOf(resource: ResourceView): Known<number> {
  const { values, unknowns, previous } = resource;
  const told = numberAt(resource.usage, ["instances"]);
  if (told !== undefined) return known(told);
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

/** How many units of a size are bought which way. Source: EC2 Auto Scaling user guide, "Instances distribution". */
function unitsOf(size: number, { base, percentAboveBase }: GroupLaunch["onDemand"]): UnitsWanted {
  const first = Math.min(base, size);
  const onDemand = first + Math.ceil(((size - first) * percentAboveBase) / 100);
  return { onDemand, spot: size - onDemand };
}

/** `aws_autoscaling_group`: its machines, from a launch template, a launch configuration or a mixed instances policy. */
export function priceAwsAutoscalingGroup(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const launch = withOperatingSystem(launchOf(resource, view, where), resource, view);
  const size = sizeOf(resource);
  if (size.kind === "known" && size.value === 0) return FREE;
  if (launch.kind === "unknown") return essentialPartMissing(launch.reason);
  if (size.kind === "known") {
    return priceUnits(launch.value, unitsOf(size.value, launch.value.onDemand), {
      where,
      told: (instanceType) => toldUse(resource, instanceType),
    });
  }
  const [first] = launch.value.choices;
  return first === undefined
    ? essentialPartMissing(size.reason)
    : partsOfUnknownCount(priceLaunch(first.spec, where), `${size.reason}; prices are per machine`);
}
