import { valueAt } from "@apex/core";
import { gcpExternalAddressMonth } from "../pricing/network.ts";
import { essentialPartMissing, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** Whether a machine or forwarding rule of the configuration refers to the address. */
function isReferredTo(address: ResourceView, view: PlanView): boolean {
  const written = address.address.replace(/\[[^\]]*\]$/, "");
  const users = ["google_compute_instance", "google_compute_forwarding_rule"].flatMap((type) =>
    view.ofType(type),
  );
  return users.some((user) =>
    Object.values(user.planned.references ?? {})
      .flat()
      .includes(written),
  );
}

/** `google_compute_address`. An address in use costs half of an unused one; a new one does not say yet which it will be. */
export function priceGoogleComputeAddress(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  if (textAt(values, ["address_type"]) === "INTERNAL") return FREE;
  if (textAt(values, ["ip_version"]) === "IPV6")
    return essentialPartMissing("the price of an IPv6 address is not in the table");
  const users = valueAt(values, ["users"]);
  const isUsed = Array.isArray(users) ? users.length > 0 : isReferredTo(resource, view) || undefined;
  if (isUsed === undefined)
    return essentialPartMissing("whether the address will be in use is known only after apply");
  return gcpExternalAddressMonth(isUsed, resourceRegion(view, resource), view.prices);
}
