import type { MachineType, PriceBook } from "@apex/catalog";
import { compareDecimals, type Decimal, type IntendedChange, type Resource } from "@apex/core";
import { blocksAt, isTrueAt, textAt } from "../fleet/attributes.ts";
import { gcePlatform } from "../fleet/gce-instance.ts";
import type { Market } from "../rightsizing/machine-candidates.ts";
import { afterSustainedUse } from "./gce-sustained-use.ts";

/**
 * Families that take only Hyperdisk, or no standard persistent disk: today's disks could not follow. Source:
 * Compute Engine docs, "Machine families".
 */
const OTHER_DISK_FAMILIES = /^(n4|n4a|n4d|c3|c3d|c4|c4a|c4d|h3|h4d|m4|x4|z3)$/;

/** Whether a machine takes other kinds of disks than most, which those of today may not be. */
export function takesOtherDisks({ family }: MachineType): boolean {
  return OTHER_DISK_FAMILIES.test(family);
}

/**
 * Where and with what licence the machines of an instance are bought. One with a licence that is paid is refused before; licences are
 * paid by the vCPU, so with an unknown one more vCPUs could cost more than the machine saves.
 */
export function gceMarket(
  instance: Resource,
  { region, prices }: { readonly region: string; readonly prices: PriceBook },
): Market & { readonly unknowns: readonly string[] } {
  const isKnown = gcePlatform(instance) !== undefined;
  return {
    region,
    operatingSystem: "linux",
    hasUnpricedPart: !isKnown,
    prices,
    unknowns: isKnown ? [] : ["operating system: Linux prices without licence are assumed"],
  };
}

/**
 * Whether a machine has local SSDs, of its type or attached to it: what is on them is lost on a stop, which every change of type takes.
 * Source: Compute Engine documentation, "About Local SSD disks", data persistence.
 */
export function hasLocalSsds({ attributes }: Resource, { localNvmeGb }: MachineType): boolean {
  return localNvmeGb > 0 || blocksAt(attributes, "scratch_disk").length > 0;
}

interface PricedMachine {
  readonly machine: MachineType;
  /** USD. */
  readonly hourly: Decimal;
}

/** Whether a machine is cheaper than another when both run all month, whatever their list prices say. */
export function isCheaperAfterDiscount(now: PricedMachine, after: PricedMachine): boolean {
  const month = ({ machine, hourly }: PricedMachine): Decimal => afterSustainedUse(hourly, machine.family);
  return compareDecimals(month(after), month(now)) < 0;
}

/** Sets another machine type. Terraform refuses to change the type of a running instance unless it may stop it. */
export function changesToType({ address, attributes }: Resource, to: string): readonly IntendedChange[] {
  if (address === undefined) return [];
  const from = textAt(attributes, "machine_type") ?? null;
  const type: IntendedChange = { kind: "set-attribute", address, path: ["machine_type"], from, to };
  if (isTrueAt(attributes, "allow_stopping_for_update")) return [type];
  const mayStop = attributes["allow_stopping_for_update"] ?? null;
  return [
    type,
    { kind: "set-attribute", address, path: ["allow_stopping_for_update"], from: mayStop, to: true },
  ];
}
