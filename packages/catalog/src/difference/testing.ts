import { assert, type CostDifference, type JsonObject, type ResourceDifference } from "@apex/core";
import { planOf, type ResourceInput } from "../testing/plan-builder.ts";
import { priceDifference } from "./price-difference.ts";

/** An EC2 machine with a root volume of 50 GB, 4.00 a month. */
export function machine(type: string, rest: JsonObject = {}): JsonObject {
  const root = { volume_type: "gp3", volume_size: 50 };
  return { ami: "a", instance_type: type, root_block_device: [root], ...rest };
}

/** A resource that no state knows. */
export function created(address: string, after: JsonObject): ResourceInput {
  return { address, before: null, after };
}

/** The difference between two plans. */
export function between(base: readonly ResourceInput[], head: readonly ResourceInput[]): CostDifference {
  return priceDifference({ base: planOf(...base), head: planOf(...head) });
}

/** The only resource that is not the same. */
export function onlyChange(difference: CostDifference): ResourceDifference {
  const [first, ...rest] = difference.resources.filter(({ kind }) => kind !== "same");
  assert(first !== undefined && rest.length === 0, "exactly one resource differs");
  return first;
}

/** "more and less" */
export function boundsText(of: { readonly mayBeMore: boolean; readonly mayBeLess: boolean }): string {
  return [...(of.mayBeMore ? ["more"] : []), ...(of.mayBeLess ? ["less"] : [])].join(" and ");
}
