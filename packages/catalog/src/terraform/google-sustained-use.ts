import { valueAt } from "@apex/core";
import { blocksAt, textAt } from "./attributes.ts";
import { lastSegment } from "./google-machine.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** The policies that a machine is attached to, by name; those that the plan does not know yet by the address that is written. */
function attachedPolicies(machine: ResourceView): readonly string[] {
  const listed = valueAt(machine.values, ["resource_policies"]);
  const names = Array.isArray(listed) ? listed.filter((each) => typeof each === "string") : [];
  const written = Object.entries(machine.planned.references ?? {}).flatMap(([path, addresses]) =>
    path.startsWith("resource_policies") ? addresses : [],
  );
  return [...names.map(lastSegment), ...written];
}

/**
 * Whether machines may be thought to run through the month at prices that sustained use discounts: no schedule stops them, and no
 * commitment of the plan pays for machines of their region. `machine` is what may be attached to policies: an instance or a template. A
 * policy that is not in the plan may be a schedule.
 */
export function hasSustainedUse(view: PlanView, region: string, machine?: ResourceView): boolean {
  const commitments = view.ofType("google_compute_region_commitment");
  if (commitments.some((commitment) => resourceRegion(view, commitment) === region)) return false;
  if (machine === undefined) return true;
  const policies = view.ofType("google_compute_resource_policy");
  return attachedPolicies(machine).every((name) => {
    const policy = policies.find((each) => textAt(each.values, ["name"]) === name || each.address === name);
    return policy !== undefined && blocksAt(policy.values, ["instance_schedule_policy"]).length === 0;
  });
}
