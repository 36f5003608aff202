import { compareDecimals, type Decimal, decimal, divide, type Known, known, unknown } from "@apex/core";
import { machineHourlyPrice } from "../machine-price.ts";
import {
  combineParts,
  essentialPartMissing,
  multiplyParts,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import type { ToldUse } from "./launch-extras.ts";
import { isCount } from "./attributes.ts";
import { type LaunchSpec, priceLaunch } from "./launch-spec.ts";
import type { PricePlace } from "./resource-region.ts";

/** A machine that a group or fleet may launch, and how many units of its size one such machine fills. */
export interface LaunchChoice {
  readonly spec: LaunchSpec;
  readonly weight: number;
}

/** What a group or fleet launches. */
export interface Launches {
  /** In the order of their priority. */
  readonly choices: readonly LaunchChoice[];
  /** How EC2 chooses among several for what is bought on demand. */
  readonly onDemandStrategy: "prioritized" | "lowest-price";
}

/** Units of a group's size by how they are bought. */
export interface UnitsWanted {
  readonly onDemand: number;
  readonly spot: number;
}

function typesOf(choices: readonly LaunchChoice[]): string {
  return [...new Set(choices.flatMap(({ spec }) => spec.instanceType ?? []))].join(", ");
}

/** The hourly price of a unit, by which EC2 tells what is cheapest. */
function unitCost({ spec, weight }: LaunchChoice, where: PricePlace): Decimal | undefined {
  if (spec.instanceType === undefined || weight <= 0) return undefined;
  const { operatingSystem } = spec;
  const price = machineHourlyPrice(
    { provider: "aws", name: spec.instanceType, region: where.region, operatingSystem },
    where.prices,
  );
  return price.kind === "unknown" ? undefined : divide(price.value.price, decimal(weight));
}

/** What EC2 buys on demand as long as it has it. Source: EC2 Auto Scaling user guide, "Allocation strategies". */
function onDemandChoice({ choices, onDemandStrategy }: Launches, where: PricePlace): Known<LaunchChoice> {
  const [first, ...others] = choices;
  if (first === undefined) return unknown("what is launched is not known");
  if (onDemandStrategy === "prioritized" || others.length === 0) return known(first);
  const costs = choices.map((choice) => ({ choice, cost: unitCost(choice, where) }));
  let cheapest = costs[0];
  for (const each of costs) {
    if (each.cost === undefined || cheapest?.cost === undefined) {
      return unknown(`which of ${typesOf(choices)} is cheapest is not known`);
    }
    if (compareDecimals(each.cost, cheapest.cost) < 0) cheapest = each;
  }
  return cheapest === undefined ? unknown("what is launched is not known") : known(cheapest.choice);
}

function machinesFor(units: number, weight: number): number {
  return Math.ceil(units / weight);
}

function onDemandPart(launches: Launches, units: number, at: GroupPlace): PricedParts {
  const choice = onDemandChoice(launches, at.where);
  if (choice.kind === "unknown") return essentialPartMissing(choice.reason);
  const { spec, weight } = choice.value;
  const machines = machinesFor(units, weight);
  if (!isCount(machines)) return essentialPartMissing("the size of the group is no number of machines");
  return multiplyParts(priceLaunch(spec, at.where, at.told(spec.instanceType)), decimal(machines));
}

function spotPart({ choices }: Launches, units: number, at: GroupPlace): PricedParts {
  const [only, ...others] = choices;
  if (only === undefined || others.length > 0) {
    return essentialPartMissing(`the spot prices of ${typesOf(choices)} are not known`);
  }
  const machines = machinesFor(units, only.weight);
  if (!isCount(machines)) return essentialPartMissing("the size of the group is no number of machines");
  const spec = { ...only.spec, purchase: "spot" } as const;
  return multiplyParts(priceLaunch(spec, at.where, at.told(spec.instanceType)), decimal(machines));
}

/** Where a group is, and what is told of its machines. */
export interface GroupPlace {
  readonly where: PricePlace;
  told(instanceType: string | undefined): ToldUse;
}

/** A month of so many units: what is bought on demand is priced, what is bought as spot is not known. */
export function priceUnits(launches: Launches, wanted: UnitsWanted, at: GroupPlace): PricedParts {
  if (![wanted.onDemand, wanted.spot].every(isCount)) {
    return essentialPartMissing("the size of the group is no number of machines");
  }
  return combineParts(
    ...(wanted.onDemand > 0 ? [onDemandPart(launches, wanted.onDemand, at)] : []),
    ...(wanted.spot > 0 ? [spotPart(launches, wanted.spot, at)] : []),
  );
}
