import type { Decimal } from "./decimal.ts";

/** FOCUS 1.2 ChargeCategory. */
export type ChargeCategory = "Usage" | "Purchase" | "Tax" | "Credit" | "Adjustment";

/** FOCUS 1.2 PricingCategory. */
export type PricingCategory = "Standard" | "Dynamic" | "Committed" | "Other";

/**
 * One line of a bill under its FOCUS 1.2 column names; `x_` columns carry what FOCUS lacks. Amounts are exact.
 * `null` is what FOCUS means by null: not applicable or not given.
 */
export interface CostRow {
  readonly BilledCost: Decimal;
  readonly EffectiveCost: Decimal;
  readonly ListCost: Decimal | null;
  readonly ContractedCost: Decimal | null;
  readonly BillingCurrency: string;
  readonly BillingAccountId: string;
  readonly SubAccountId: string | null;
  /** ISO 8601 UTC with Z, as all periods here. */
  readonly BillingPeriodStart: string;
  readonly BillingPeriodEnd: string;
  readonly ChargePeriodStart: string;
  readonly ChargePeriodEnd: string;
  readonly ChargeCategory: ChargeCategory;
  readonly ChargeClass: "Correction" | null;
  readonly ChargeDescription: string | null;
  readonly PricingCategory: PricingCategory | null;
  readonly PricingQuantity: Decimal | null;
  readonly PricingUnit: string | null;
  readonly ConsumedQuantity: Decimal | null;
  readonly ConsumedUnit: string | null;
  readonly ListUnitPrice: Decimal | null;
  readonly ContractedUnitPrice: Decimal | null;
  readonly CommitmentDiscountId: string | null;
  readonly CommitmentDiscountStatus: "Used" | "Unused" | null;
  readonly CommitmentDiscountType: string | null;
  readonly ProviderName: string;
  readonly PublisherName: string | null;
  readonly InvoiceIssuerName: string | null;
  readonly InvoiceId: string | null;
  readonly RegionId: string | null;
  readonly AvailabilityZone: string | null;
  readonly ResourceId: string | null;
  readonly ResourceName: string | null;
  readonly ResourceType: string | null;
  readonly ServiceCategory: string | null;
  readonly ServiceName: string;
  readonly SkuId: string | null;
  readonly SkuPriceId: string | null;
  readonly Tags: Readonly<Record<string, string>>;
  /** The vendor's usage type, where there is one: "BoxUsage:m5.xlarge". */
  readonly x_UsageType: string | null;
  /** The vendor's operation: "RunInstances:0002" tells the licence. */
  readonly x_Operation: string | null;
}

/** What one resource cost over a window, summed from {@link CostRow}s. */
export interface ResourceCost {
  readonly resourceId: string;
  readonly currency: string;
  readonly billed: Decimal;
  readonly effective: Decimal;
  /** `null` when any usage row lacked a list cost. */
  readonly list: Decimal | null;
  /**
   * Share of the usage that a commitment (RI, Savings Plan, CUD) pays for, 0–1 by effective cost;
   * `null` when the bill does not tell.
   */
  readonly commitmentCoverage: number | null;
  /** The `CommitmentDiscountType`s that cover it, as the bill words them, sorted; empty when none does. */
  readonly commitmentTypes: readonly string[];
  readonly window: { readonly start: string; readonly end: string };
}
