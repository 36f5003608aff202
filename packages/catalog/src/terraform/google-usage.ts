import { combineParts, FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { usageLine } from "../pricing/unit-lines.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import { textAt } from "./attributes.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import type { ResourcePricer } from "./resource-pricer.ts";
import { resourceRegion } from "./resource-region.ts";
import { usageAt } from "./usage.ts";

/** A line that is paid by use. */
export interface GoogleUsage {
  readonly name: string;
  readonly unit: string;
  readonly price: UnitPriceName;
  /** The keys of a usage file, outer first. */
  readonly keys: readonly string[];
  /** How much of the key's quantity is one unit. */
  readonly per?: number;
}

/** Where lines are paid: everywhere alike, in the resource's region, or at the location that it names. */
const PLACES = {
  global: () => "global",
  region: (resource: ResourceView, view: PlanView) => resourceRegion(view, resource),
  location: locationOf,
} as const;

/** A pricer of what is paid by use alone. */
export function paidByUse(lines: readonly GoogleUsage[], place: keyof typeof PLACES): ResourcePricer {
  return (resource, view) =>
    usageLines(lines, resource, { region: PLACES[place](resource, view), prices: view.prices });
}

/** The lines of one resource at a place. */
export function usageLines(
  lines: readonly GoogleUsage[],
  resource: ResourceView,
  at: Parameters<typeof usageLine>[1],
): PricedParts {
  return combineParts(
    FREE,
    ...lines.map(({ name, unit, price, keys, per }) =>
      usageLine({ name, unit, price, quantity: usageAt(resource, keys, per) }, at),
    ),
  );
}

/** Where a resource is paid that has a location, as services beside Compute Engine do: "US", "europe-west1". */
export function locationOf(resource: ResourceView, view: PlanView): string {
  return textAt(resource.values, ["location"])?.toLowerCase() ?? resourceRegion(view, resource);
}
