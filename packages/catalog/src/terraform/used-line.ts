import { combineParts, type PricedParts } from "../pricing/priced-parts.ts";
import { type PaidAt, type UsageLine, usageLine } from "../pricing/unit-lines.ts";
import type { UnitPriceName } from "../unit-price-table.ts";
import type { ResourceView } from "./plan-view.ts";
import { usageAt } from "./usage.ts";

/** A line whose quantity a usage file may tell under a key, divided by how many the price is `per`. */
export interface UsedLine extends Omit<UsageLine, "quantity"> {
  readonly key: string;
  readonly per?: number;
}

/** What a resource uses, by the usage file's word. */
export function usedLine(resource: ResourceView, line: UsedLine, at: PaidAt): PricedParts {
  const { key, per, ...priced } = line;
  return usageLine({ ...priced, quantity: usageAt(resource, [key], per) }, at);
}

/** Several of what a resource uses. */
export function usedLines(resource: ResourceView, lines: readonly UsedLine[], at: PaidAt): PricedParts {
  return combineParts(...lines.map((line) => usedLine(resource, line, at)));
}

/** What goes through a resource, by the GB. */
export function dataProcessed(
  resource: ResourceView,
  price: UnitPriceName,
  at: PaidAt,
  name = "Data processed",
): PricedParts {
  return usedLine(resource, { name, unit: "GB", price, key: "monthly_data_processed_gb" }, at);
}
