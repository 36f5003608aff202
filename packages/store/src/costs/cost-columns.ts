import { type CostRow, DECIMAL_COST_COLUMNS } from "@apex/core";

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
export const COST_COLUMNS = [...DECIMAL_COST_COLUMNS, ...TEXT_COLUMNS, "Tags"] as const;

type DecimalColumn = (typeof DECIMAL_COST_COLUMNS)[number];
type TextColumn = (typeof TEXT_COLUMNS)[number];

/** Fails to compile when CostRow gets a column that is not stored. */
export type EveryColumnIsStored = [Exclude<keyof CostRow, DecimalColumn | TextColumn | "Tags">] extends [
  never,
]
  ? true
  : never;
const everyColumnIsStored: EveryColumnIsStored = true;
void everyColumnIsStored;
