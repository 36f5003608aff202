import type { CostRow } from "@apex/core";

/** Amounts and quantities: exact decimals. */
export const DECIMAL_COLUMNS = [
  "BilledCost",
  "EffectiveCost",
  "ListCost",
  "ContractedCost",
  "PricingQuantity",
  "ConsumedQuantity",
  "ListUnitPrice",
  "ContractedUnitPrice",
] as const satisfies readonly (keyof CostRow)[];

/** Everything else that is text. */
export const TEXT_COLUMNS = [
  "BillingCurrency",
  "BillingAccountId",
  "SubAccountId",
  "BillingPeriodStart",
  "BillingPeriodEnd",
  "ChargePeriodStart",
  "ChargePeriodEnd",
  "ChargeCategory",
  "ChargeClass",
  "ChargeDescription",
  "PricingCategory",
  "PricingUnit",
  "ConsumedUnit",
  "CommitmentDiscountId",
  "CommitmentDiscountStatus",
  "CommitmentDiscountType",
  "ProviderName",
  "PublisherName",
  "InvoiceIssuerName",
  "InvoiceId",
  "RegionId",
  "AvailabilityZone",
  "ResourceId",
  "ResourceName",
  "ResourceType",
  "ServiceCategory",
  "ServiceName",
  "SkuId",
  "SkuPriceId",
  "x_UsageType",
  "x_Operation",
] as const satisfies readonly (keyof CostRow)[];

/** All of a row, in the order that it is stored in. */
export const COST_COLUMNS = [...DECIMAL_COLUMNS, ...TEXT_COLUMNS, "Tags"] as const;

type DecimalColumn = (typeof DECIMAL_COLUMNS)[number];
type TextColumn = (typeof TEXT_COLUMNS)[number];

/** Fails to compile when CostRow gets a column that is not stored. */
export type EveryColumnIsStored = [Exclude<keyof CostRow, DecimalColumn | TextColumn | "Tags">] extends [
  never,
]
  ? true
  : never;
const everyColumnIsStored: EveryColumnIsStored = true;
void everyColumnIsStored;

/** Where the text of a decimal stands that does not fit into DECIMAL(38,18). */
export function exactColumn(column: DecimalColumn): string {
  return `x_${column}Exact`;
}
