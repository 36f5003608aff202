import { machineType, type MachineType } from "@apex/catalog";
import type { Decimal } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import { awsRegionOf, whyNotAlone } from "../fleet/instance.ts";
import { operatingSystemOf } from "../fleet/operating-system.ts";
import { hourlyPrice, type Market } from "../rightsizing/machine-candidates.ts";
import type { RuleContext } from "./rule.ts";

/** An EC2 instance that can be judged by itself, with its price; or why it cannot. */
export type Ec2Machine =
  | {
      readonly kind: "machine";
      readonly machine: MachineType;
      readonly market: Market;
      /** USD. */
      readonly hourly: Decimal;
      readonly unknowns: readonly string[];
    }
  | { readonly kind: "refused"; readonly reason: string };

/** Reads type, region, licence and price of the instance of a context. */
export function ec2Machine({ resource, prices }: Pick<RuleContext, "resource" | "prices">): Ec2Machine {
  const notAlone = whyNotAlone(resource);
  if (notAlone !== undefined) return refused(notAlone);
  const typeName = textAt(resource.attributes, "instance_type");
  if (typeName === undefined) return refused("its instance type is not in the state");
  const machine = machineType("aws", typeName);
  if (machine === undefined) return refused(`the catalogue does not know the shape of ${typeName}`);
  const region = awsRegionOf(resource);
  if (region === undefined) return refused("its region is not known, so neither is its price");
  const { unknowns, ...licence } = operatingSystemOf(resource);
  const market = { region, ...licence, prices };
  const hourly = hourlyPrice(machine, market);
  if (hourly.kind === "unknown") return refused(`its price is not known: ${hourly.reason}`);
  return {
    kind: "machine",
    machine,
    market,
    hourly: hourly.value,
    unknowns,
  };
}

function refused(reason: string): Ec2Machine {
  return { kind: "refused", reason };
}
