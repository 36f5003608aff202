import { type JsonObject, type Known, known, unknown } from "@apex/core";
import { essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { blocksAt, numberAt, textAt } from "./attributes.ts";
import { type LaunchChoice, priceUnits, type UnitsWanted } from "./launch-choice.ts";
import { toldUse } from "./launch-extras.ts";
import { pointedTemplate, readLaunchTemplate } from "./launch-spec.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";

/** `aws_spot_fleet_request`: machines at prices that move. */
export function priceAwsSpotFleet(resource: ResourceView): PricedParts {
  if (numberAt(resource.values, ["target_capacity"]) === 0) return FREE;
  return essentialPartMissing("the spot prices of the fleet are not known");
}

interface Prioritised {
  readonly choice: LaunchChoice;
  readonly priority: number;
}

function overridden(choice: LaunchChoice, override: JsonObject): Prioritised {
  const { spec, weight } = choice;
  return {
    choice: {
      spec: { ...spec, instanceType: textAt(override, ["instance_type"]) ?? spec.instanceType },
      weight: numberAt(override, ["weighted_capacity"]) ?? weight,
    },
    priority: numberAt(override, ["priority"]) ?? Infinity,
  };
}

/** What the fleet may launch, by priority: the smallest number first. Source: EC2 user guide, "EC2 Fleet allocation strategies". */
function choicesOf(
  resource: ResourceView,
  view: PlanView,
  where: PricePlace,
): Known<readonly LaunchChoice[]> {
  const found: Prioritised[] = [];
  for (const [index, config] of blocksAt(resource.values, ["launch_template_config"]).entries()) {
    const pointed = pointedTemplate(view, resource, {
      block: ["launch_template_config", index, "launch_template_specification", 0],
      idAttribute: "launch_template_id",
      nameAttribute: "launch_template_name",
    });
    if (pointed?.kind !== "known") return pointed ?? unknown("the launch template of the fleet is not known");
    const base = { spec: readLaunchTemplate(pointed.value.values, where), weight: 1 };
    const overrides = blocksAt(config, ["override"]);
    if (overrides.some((override) => blocksAt(override, ["instance_requirements"]).length > 0)) {
      return unknown("which instance types fit the requirements of the fleet is decided by EC2");
    }
    const written = overrides.length === 0 ? [{}] : overrides;
    found.push(...written.map((override) => overridden(base, override)));
  }
  return known(
    found
      .toSorted((a, b) => (a.priority === b.priority ? 0 : a.priority - b.priority))
      .map((each) => each.choice),
  );
}

function unitsOf(resource: ResourceView): Known<UnitsWanted> {
  const { values } = resource;
  const target = ["target_capacity_specification", 0] as const;
  const total = numberAt(values, [...target, "total_target_capacity"]);
  if (total === undefined) return unknown("the size of the fleet is not known");
  const onDemand = numberAt(values, [...target, "on_demand_target_capacity"]) ?? 0;
  const spot = numberAt(values, [...target, "spot_target_capacity"]) ?? 0;
  const rest = Math.max(0, total - onDemand - spot);
  return textAt(values, [...target, "default_target_capacity_type"]) === "on-demand"
    ? known({ onDemand: onDemand + rest, spot })
    : known({ onDemand, spot: spot + rest });
}

/** `aws_ec2_fleet`: its on-demand part; what is spot is not known. */
export function priceAwsFleet(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  const choices = choicesOf(resource, view, where);
  const units = unitsOf(resource);
  if (units.kind === "unknown") return essentialPartMissing(units.reason);
  if (choices.kind === "unknown") return essentialPartMissing(choices.reason);
  const strategy = textAt(resource.values, ["on_demand_options", 0, "allocation_strategy"]);
  return priceUnits(
    { choices: choices.value, onDemandStrategy: strategy === "prioritized" ? strategy : "lowest-price" },
    units.value,
    { where, told: (instanceType) => toldUse(resource, instanceType) },
  );
}
