import { formatPath } from "@apex/core";
import { FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { blocksAt, textAt } from "./attributes.ts";
import { externalAddressesMonth } from "./google-compute-address.ts";
import { isSpotMachine } from "./google-machine.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";

/** Whether the address of an access configuration is a resource of the plan, and so priced there. */
function isReserved(machine: ResourceView, view: PlanView, path: readonly (string | number)[]): boolean {
  const addresses = view.ofType("google_compute_address");
  const address = textAt(machine.values, [...path, "nat_ip"]);
  const written = machine.planned.references?.[formatPath([...path, "nat_ip"])] ?? [];
  return addresses.some(
    (each) =>
      (address !== undefined && textAt(each.values, ["address"]) === address) ||
      written.includes(each.address.replace(/\[[^\]]*\]$/, "")),
  );
}

/**
 * The external addresses that a machine, or a machine of a template, has for as long as it runs: those of its access configurations that
 * are no resource of the plan.
 */
export function priceExternalAddresses(machine: ResourceView, view: PlanView): PricedParts {
  const count = blocksAt(machine.values, ["network_interface"]).reduce<number>((sum, _, index) => {
    const path = ["network_interface", index, "access_config"] as const;
    const open = blocksAt(machine.values, path).filter(
      (__, ordinal) => !isReserved(machine, view, [...path, ordinal]),
    );
    return sum + open.length;
  }, 0);
  return count === 0 ? FREE : externalAddressesMonth(count, isSpotMachine(machine.values), view.prices);
}
