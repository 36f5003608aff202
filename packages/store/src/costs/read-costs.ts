import {
  AdapterError,
  type ChargeCategory,
  type CostRow,
  DECIMAL_COST_COLUMNS,
  type Decimal,
  exactCostColumn,
  type PricingCategory,
} from "@apex/core";
import type { DuckDBValue } from "@duckdb/node-api";
import { type Engine, sqlFiles } from "../duckdb/engine.ts";
import { stored } from "./cost-by-resource.ts";
import { COST_COLUMNS, TEXT_COLUMNS } from "./cost-columns.ts";

type Column = (typeof COST_COLUMNS)[number];

/** Reads stored rows in batches, files in their order, with every digit they came with. */
export async function* readCosts(
  engine: Engine,
  files: readonly string[],
): AsyncGenerator<readonly CostRow[]> {
  if (files.length === 0) return;
  const decimals = DECIMAL_COST_COLUMNS.map(
    (column) => `coalesce("${exactCostColumn(column)}", CAST("${column}" AS VARCHAR))`,
  );
  const texts = [...TEXT_COLUMNS, "Tags"].map((column) => `"${column}"`);
  const chunks = engine.stream(
    `SELECT ${[...decimals, ...texts].join(", ")} FROM read_parquet(${sqlFiles(files)})`,
  );
  for await (const chunk of chunks) yield chunk.getRows().map(costRow);
}

/** A stored row from its values in the order of {@link COST_COLUMNS}. Throws an AdapterError for one that is damaged. */
export function costRow(values: readonly DuckDBValue[]): CostRow {
  const cells = new Map<Column, DuckDBValue | undefined>(
    COST_COLUMNS.map((column, index) => [column, values[index]]),
  );
  const text = (column: Column): string | null => {
    const value = cells.get(column);
    return value === null || value === undefined ? null : String(value);
  };
  const required = (column: Column): string => {
    const value = text(column);
    if (value === null) throw new AdapterError("invalid", `a stored bill row lacks ${column}`);
    return value;
  };
  const amount = (column: Column): Decimal | null =>
    text(column) === null ? null : stored(required(column));
  return {
    BilledCost: stored(required("BilledCost")),
    EffectiveCost: stored(required("EffectiveCost")),
    ListCost: amount("ListCost"),
    ContractedCost: amount("ContractedCost"),
    BillingCurrency: required("BillingCurrency"),
    BillingAccountId: required("BillingAccountId"),
    SubAccountId: text("SubAccountId"),
    BillingPeriodStart: required("BillingPeriodStart"),
    BillingPeriodEnd: required("BillingPeriodEnd"),
    ChargePeriodStart: required("ChargePeriodStart"),
    ChargePeriodEnd: required("ChargePeriodEnd"),
    ...categories({ category: required("ChargeCategory"), text }),
    ChargeDescription: text("ChargeDescription"),
    PricingQuantity: amount("PricingQuantity"),
    PricingUnit: text("PricingUnit"),
    ConsumedQuantity: amount("ConsumedQuantity"),
    ConsumedUnit: text("ConsumedUnit"),
    ListUnitPrice: amount("ListUnitPrice"),
    ContractedUnitPrice: amount("ContractedUnitPrice"),
    CommitmentDiscountId: text("CommitmentDiscountId"),
    CommitmentDiscountType: text("CommitmentDiscountType"),
    ProviderName: required("ProviderName"),
    PublisherName: text("PublisherName"),
    InvoiceIssuerName: text("InvoiceIssuerName"),
    InvoiceId: text("InvoiceId"),
    RegionId: text("RegionId"),
    AvailabilityZone: text("AvailabilityZone"),
    ResourceId: text("ResourceId"),
    ResourceName: text("ResourceName"),
    ResourceType: text("ResourceType"),
    ServiceCategory: text("ServiceCategory"),
    ServiceName: required("ServiceName"),
    SkuId: text("SkuId"),
    SkuPriceId: text("SkuPriceId"),
    Tags: tags(required("Tags")),
    x_UsageType: text("x_UsageType"),
    x_Operation: text("x_Operation"),
  };
}

const CHARGE_CATEGORIES: readonly ChargeCategory[] = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"];
const PRICING_CATEGORIES: readonly PricingCategory[] = ["Standard", "Dynamic", "Committed", "Other"];

/** A stored pricing category. */
export function pricingCategory(text: string | null): PricingCategory | null {
  return PRICING_CATEGORIES.find((name) => name === text) ?? null;
}

function categories(row: {
  readonly category: string;
  readonly text: (column: Column) => string | null;
}): Pick<CostRow, "ChargeCategory" | "ChargeClass" | "PricingCategory" | "CommitmentDiscountStatus"> {
  const category = CHARGE_CATEGORIES.find((name) => name === row.category);
  if (category === undefined) {
    throw new AdapterError(
      "invalid",
      `a stored bill row has the charge category ${row.category.slice(0, 40)}`,
    );
  }
  const status = row.text("CommitmentDiscountStatus");
  const pricing = row.text("PricingCategory");
  return {
    ChargeCategory: category,
    ChargeClass: row.text("ChargeClass") === "Correction" ? "Correction" : null,
    PricingCategory: pricingCategory(pricing),
    CommitmentDiscountStatus: status === "Used" || status === "Unused" ? status : null,
  };
}

function tags(text: string): Readonly<Record<string, string>> {
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === "object" && parsed !== null
    ? Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]))
    : {};
}
