import { valueAt } from "@apex/core";
import { essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { monthOf } from "../pricing/unit-lines.ts";
import { textAt } from "./attributes.ts";
import { isSpotMachine } from "./google-machine.ts";
import type { PriceBook } from "../price-book.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { pricePlace } from "./resource-region.ts";

/** What an address may serve. Addresses of forwarding rules are paid with these. Source: VPC pricing, "External IP address pricing". */
type Use = "machine" | "spot-machine" | "forwarding-rule" | "nothing";

const FORWARDING_RULES = ["google_compute_forwarding_rule", "google_compute_global_forwarding_rule"] as const;
const MACHINES = ["google_compute_instance"] as const;

/** What of the configuration refers to the address. */
function referredToBy(
  address: ResourceView,
  view: PlanView,
  types: readonly string[],
): readonly ResourceView[] {
  const written = address.address.replace(/\[[^\]]*\]$/, "");
  return types
    .flatMap((type) => view.ofType(type))
    .filter((user) =>
      Object.values(user.planned.references ?? {})
        .flat()
        .includes(written),
    );
}

/** What the address serves: as Google tells, else as the configuration is written; `undefined` where neither does. */
function useOf(address: ResourceView, view: PlanView): Use | undefined {
  const users = valueAt(address.values, ["users"]);
  const machines = referredToBy(address, view, MACHINES);
  const machineUse = machines.some((machine) => isSpotMachine(machine.values)) ? "spot-machine" : "machine";
  if (Array.isArray(users)) {
    if (users.length === 0) return "nothing";
    const isOfRule = users.some(
      (user) => typeof user === "string" && /\/(?:globalF|f)orwardingRules\//.test(user),
    );
    return isOfRule ? "forwarding-rule" : machineUse;
  }
  if (machines.length > 0) return machineUse;
  return referredToBy(address, view, FORWARDING_RULES).length > 0 ? "forwarding-rule" : undefined;
}

/** External IPv4 addresses that machines use, which cost the same everywhere. */
export function externalAddressesMonth(count: number, isOfSpot: boolean, prices: PriceBook): PricedParts {
  const at = { region: "global", prices };
  return isOfSpot
    ? monthOf("External IPv4 address (in use by a spot machine)", "external-ipv4-spot-hour", at, count)
    : monthOf("External IPv4 address (in use)", "external-ipv4-in-use-hour", at, count);
}

function priceAddress(address: ResourceView, view: PlanView, region: string): PricedParts {
  const { values } = address;
  if (textAt(values, ["address_type"]) === "INTERNAL") return FREE;
  if (textAt(values, ["ip_version"]) === "IPV6")
    return essentialPartMissing("the price of an IPv6 address is not in the table");
  const at = { region, prices: view.prices };
  const use = useOf(address, view);
  switch (use) {
    case undefined:
      return essentialPartMissing("whether the address will be in use is known only after apply");
    case "nothing":
      return monthOf("External IPv4 address (unused)", "external-ipv4-unused-hour", at);
    case "machine":
    case "spot-machine":
      return externalAddressesMonth(1, use === "spot-machine", view.prices);
    case "forwarding-rule":
      return FREE;
  }
}

/** `google_compute_address`. An address in use costs half of an unused one; a new one does not say yet which it will be. */
export function priceGoogleComputeAddress(resource: ResourceView, view: PlanView): PricedParts {
  return priceAddress(resource, view, pricePlace(view, resource).region);
}

/** `google_compute_global_address`, which serves nothing but forwarding rules. */
export function priceGoogleComputeGlobalAddress(resource: ResourceView, view: PlanView): PricedParts {
  return priceAddress(resource, view, "global");
}
