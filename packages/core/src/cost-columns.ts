import type { CostRow } from "./cost-row.ts";

/** Columns of a {@link CostRow} that hold exact decimals: amounts, prices and quantities. */
export const DECIMAL_COST_COLUMNS = [
  "BilledCost",
  "EffectiveCost",
  "ListCost",
  "ContractedCost",
  "PricingQuantity",
  "ConsumedQuantity",
  "ListUnitPrice",
  "ContractedUnitPrice",
] as const satisfies readonly (keyof CostRow)[];

/** Where a table of rows has the text of a decimal that does not fit into DECIMAL(38,18): "x_BilledCostExact". */
export function exactCostColumn(column: (typeof DECIMAL_COST_COLUMNS)[number]): string {
  return `x_${column}Exact`;
}
