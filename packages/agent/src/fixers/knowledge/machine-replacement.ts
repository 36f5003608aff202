import {
  COMMITTED_PRICES,
  type MachineType,
  machineHourlyPrice,
  machineType,
  machineTypes,
} from "@apex/catalog";
import { type CloudProvider, compareDecimals } from "@apex/core";

/** Which type stands in for one that a region does not sell; a text says why none certainly does. */
export type Replacement =
  | { readonly kind: "one"; readonly name: string }
  | { readonly kind: "none"; readonly reason: string; readonly candidates: readonly string[] };

/**
 * Families that take the same persistent disks, so that a machine can go from one to another with the disks it has. Source: Compute
 * Engine documentation, "Persistent Disk: machine series support".
 */
const PERSISTENT_DISK_FAMILIES: ReadonlySet<string> = new Set(["e2", "n1", "n2", "n2d", "t2d", "c2", "c2d"]);

const CANDIDATES_MAX = 5;

function isEnough(one: MachineType, need: MachineType): boolean {
  if (one.vcpu < need.vcpu || one.memoryGib < need.memoryGib) return false;
  if (one.architecture !== need.architecture || one.hypervisor !== need.hypervisor) return false;
  if (one.localNvmeGb < need.localNvmeGb || (one.isBurstable && !need.isBurstable)) return false;
  if (one.isFlex && !need.isFlex) return false;
  if (!need.isBurstable && !isAsFast(one, need)) return false;
  if (one.size.startsWith("metal") !== need.size.startsWith("metal")) return false;
  const hasGpu =
    one.gpu?.name === need.gpu?.name &&
    (one.gpu?.count ?? 0) >= (need.gpu?.count ?? 0) &&
    one.gpu?.share === need.gpu?.share;
  const hasAccelerator =
    one.accelerator?.name === need.accelerator?.name &&
    (one.accelerator?.count ?? 0) >= (need.accelerator?.count ?? 0);
  const takesDisks = one.provider === "aws" || one.family === need.family || isPersistent(one, need);
  return hasGpu && hasAccelerator && takesDisks;
}

/** vCPUs of an older generation do less: without a measurement of both it is not known that one does as much as the other. */
function isAsFast(one: MachineType, need: MachineType): boolean {
  return one.coremark !== undefined && need.coremark !== undefined && one.coremark >= need.coremark;
}

function isPersistent(one: MachineType, need: MachineType): boolean {
  return PERSISTENT_DISK_FAMILIES.has(one.family) && PERSISTENT_DISK_FAMILIES.has(need.family);
}

function none(reason: string, candidates: readonly string[] = []): Replacement {
  return { kind: "none", reason, candidates };
}

/** Whether the price tables hold the region, and not this type in it. They are not complete: alone they prove nothing. */
function isUnsold(provider: CloudProvider, name: string, region: string): boolean {
  const service = provider === "aws" ? "ec2" : "gce";
  return (
    COMMITTED_PRICES.covers(service, { region, variant: "linux" }) &&
    machineHourlyPrice({ provider, name, region }).kind === "unknown"
  );
}

/**
 * For a type that a region does not sell, by the cloud's own word: the cheapest that is known to be sold there and has at least what
 * the wanted one has: vCPUs and their measured speed, memory, local disk, the same GPUs and architecture, no CPU credits where there
 * were none. By Linux list prices. None where the wanted type is not known or is sold in
 * the region after all, and where two are equally cheap.
 */
export function replacementIn(provider: CloudProvider, wanted: string, region: string): Replacement {
  const need = machineType(provider, wanted);
  if (need === undefined) return none(`what ${wanted} has is not known`);
  const priceOf = (name: string) => machineHourlyPrice({ provider, name, region });
  if (priceOf(wanted).kind === "known")
    return none(`${wanted} is sold in ${region}: another zone has it, or another type is meant`);
  if (!isUnsold(provider, wanted, region)) return none(`what ${region} sells is not known`);
  const sold = machineTypes(provider)
    .filter((one) => one.name !== wanted && isEnough(one, need))
    .flatMap(({ name }) => {
      const price = priceOf(name);
      return price.kind === "known" ? [{ name, price: price.value.price }] : [];
    })
    .toSorted((a, b) => compareDecimals(a.price, b.price) || (a.name < b.name ? -1 : 1));
  const [first, second] = sold;
  const candidates = sold.slice(0, CANDIDATES_MAX).map(({ name }) => name);
  if (first === undefined)
    return none(`no type that has what ${wanted} has is known to be sold in ${region}`);
  if (second !== undefined && compareDecimals(first.price, second.price) === 0)
    return none(`several types with what ${wanted} has cost the same in ${region}`, candidates);
  return { kind: "one", name: first.name };
}
