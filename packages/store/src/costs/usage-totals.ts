import type { CostRow } from "@apex/core";
import type { DuckDBValue } from "@duckdb/node-api";
import { type Engine, sqlFiles } from "../duckdb/engine.ts";
import { stored } from "./cost-by-resource.ts";
import { pricingCategory } from "./read-costs.ts";

/** Columns by which usage of one kind and price is told from other usage. */
export const USAGE_KINDS = [
  "BillingCurrency",
  "ChargeClass",
  "PricingCategory",
  "PricingUnit",
  "CommitmentDiscountId",
  "RegionId",
  "x_UsageType",
  "x_Operation",
] as const satisfies readonly (keyof CostRow)[];

/** What was used of one kind, and what it cost: rows of a bill as if they were one. */
export interface UsageTotal
  extends Pick<CostRow, (typeof USAGE_KINDS)[number] | "PricingQuantity" | "EffectiveCost"> {
  readonly ChargeCategory: "Usage";
}

const IS_LONG = "(x_EffectiveCostExact IS NOT NULL OR x_PricingQuantityExact IS NOT NULL)";

/**
 * Adds the usage rows of bills up by kind: thousands of totals in place of millions of rows. Exact: rows with more digits than
 * DECIMAL(38,18) has stay by themselves. Rows without a quantity have a total of their own, whose quantity is `null`.
 */
export async function usageTotals(engine: Engine, files: readonly string[]): Promise<readonly UsageTotal[]> {
  if (files.length === 0) return [];
  const bills = `read_parquet(${sqlFiles(files)})`;
  const kinds = USAGE_KINDS.map((column) => `"${column}"`).join(", ");
  const rows = await engine.read(`
    SELECT ${kinds}, CAST(sum(PricingQuantity) AS VARCHAR), CAST(sum(EffectiveCost) AS VARCHAR)
    FROM ${bills} WHERE ChargeCategory = 'Usage' AND NOT ${IS_LONG}
    GROUP BY ${kinds}, PricingQuantity IS NULL
    UNION ALL
    SELECT ${kinds}, coalesce(x_PricingQuantityExact, CAST(PricingQuantity AS VARCHAR)),
      coalesce(x_EffectiveCostExact, CAST(EffectiveCost AS VARCHAR))
    FROM ${bills} WHERE ChargeCategory = 'Usage' AND ${IS_LONG}`);
  return rows.map(usageTotal);
}

/** A total from its kinds in their order, quantity and cost. */
export function usageTotal(row: readonly DuckDBValue[]): UsageTotal {
  const text = (index: number): string | null => {
    const value = row[index];
    return value === null || value === undefined ? null : String(value);
  };
  const [currency, chargeClass, category, unit, commitment, region, usageType, operation] = USAGE_KINDS.map(
    (_, index) => text(index),
  );
  const quantity = text(USAGE_KINDS.length);
  return {
    ChargeCategory: "Usage",
    BillingCurrency: currency ?? "",
    ChargeClass: chargeClass === "Correction" ? "Correction" : null,
    PricingCategory: pricingCategory(category ?? null),
    PricingUnit: unit ?? null,
    CommitmentDiscountId: commitment ?? null,
    RegionId: region ?? null,
    x_UsageType: usageType ?? null,
    x_Operation: operation ?? null,
    PricingQuantity: quantity === null ? null : stored(quantity),
    EffectiveCost: stored(text(USAGE_KINDS.length + 1) ?? ""),
  };
}
