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

/** Families whose local disks are no NVMe drives, of which the catalogue does not tell. Source: EC2 user guide, "Instance store volumes". */
const OLDER_LOCAL_DISKS: ReadonlySet<string> = new Set([
  "c1",
  "c3",
  "d2",
  "h1",
  "i2",
  "m1",
  "m2",
  "m3",
  "r3",
  "x1",
  "x1e",
]);

/**
 * Why nothing is written that stops an instance: what its local disks hold would be lost. `undefined` where it has none. Types with
 * GPUs come with such disks whether they are wanted or not, so that their loss is only told. Source: EC2 user guide, "Data
 * persistence for instance store volumes".
 */
export function whyNotStopped({ family, gpu, localNvmeGb }: MachineType): string | undefined {
  if (gpu !== undefined || (localNvmeGb === 0 && !OLDER_LOCAL_DISKS.has(family))) return undefined;
  const disks = localNvmeGb > 0 ? `${localNvmeGb} GB of local disks` : "local disks";
  return `a stop would wipe its ${disks}; what is on them has to be kept elsewhere first`;
}

function refused(reason: string): Ec2Machine {
  return { kind: "refused", reason };
}
