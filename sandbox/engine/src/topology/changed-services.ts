import type { ComputeService } from "@apex/core";

/** One service before and after the patch. */
export interface ServicePair {
  readonly address: string;
  readonly baseline: ComputeService;
  readonly candidate: ComputeService;
}

/** Which pair is to be validated, or why none is. */
export type TargetChoice =
  | { readonly kind: "chosen"; readonly pair: ServicePair }
  /** The patch changes no service that can be run. */
  | { readonly kind: "none-changed" }
  | { readonly kind: "several-changed"; readonly addresses: readonly string[] }
  /** No changed service has the wanted address; `nearest` are those that have a similar one, nearest first. */
  | { readonly kind: "not-changed"; readonly wanted: string; readonly nearest: readonly string[] };

/** How many addresses a message can list. */
const NEAREST_MAX = 5;

function isSame(a: ComputeService, b: ComputeService): boolean {
  return (
    a.machineType === b.machineType &&
    a.vcpus === b.vcpus &&
    a.memoryGib === b.memoryGib &&
    a.gpus === b.gpus &&
    a.count === b.count
  );
}

/**
 * The services whose machines differ, paired by address. What is only on one side was added or removed, and there is
 * nothing to compare; renamed addresses count as that.
 */
export function changedServices(
  baseline: readonly ComputeService[],
  candidate: readonly ComputeService[],
): readonly ServicePair[] {
  const after = new Map(candidate.map((service) => [service.address, service]));
  return baseline.flatMap((service) => {
    const other = after.get(service.address);
    return other === undefined || isSame(service, other)
      ? []
      : [{ address: service.address, baseline: service, candidate: other }];
  });
}

/** Parts of an address that can be compared: `module.a["x"].aws_instance.web` → module, a, x, aws_instance, web. */
function partsOf(address: string): ReadonlySet<string> {
  return new Set(address.split(/[.[\]"]+/).filter((part) => part !== ""));
}

/** Shared parts over all parts, 0–1. */
function likeness(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  const shared = [...left].filter((part) => right.has(part)).length;
  return shared / Math.max(1, left.size + right.size - shared);
}

/** The pair of the wanted address; without one, the only pair. */
export function chooseTarget(pairs: readonly ServicePair[], wantedAddress?: string): TargetChoice {
  if (wantedAddress !== undefined) {
    const pair = pairs.find((candidate) => candidate.address === wantedAddress);
    if (pair !== undefined) return { kind: "chosen", pair };
    const nearest = pairs
      .map(({ address }) => address)
      .toSorted((a, b) => likeness(b, wantedAddress) - likeness(a, wantedAddress))
      .slice(0, NEAREST_MAX);
    return { kind: "not-changed", wanted: wantedAddress, nearest };
  }
  const [only] = pairs;
  if (only === undefined) return { kind: "none-changed" };
  if (pairs.length > 1) return { kind: "several-changed", addresses: pairs.map(({ address }) => address) };
  return { kind: "chosen", pair: only };
}
