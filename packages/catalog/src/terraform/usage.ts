import {
  type Decimal,
  decimal,
  divide,
  type JsonObject,
  type JsonPath,
  parseDecimal,
  valueAt,
} from "@apex/core";

/** What resources are expected to use in a month, by the names of Infracost's usage file: "monthly_data_processed_gb". */
export interface UsageQuantities {
  /** The quantities of one resource, nested as in the file; undefined where nothing is told. */
  of(resource: { readonly address: string; readonly type: string }): JsonObject | undefined;
}

/** A quantity of {@link UsageQuantities}, divided by how many the price is `per`; undefined where it is not told or no number. */
export function usageAt(
  resource: { readonly usage: JsonObject },
  path: JsonPath,
  per = 1,
): Decimal | undefined {
  const value = valueAt(resource.usage, path);
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const quantity = parseDecimal(String(value));
  if (quantity === undefined) return undefined;
  return per === 1 ? quantity : divide(quantity, decimal(per));
}
