import type { Decimal } from "@apex/core";
import { AMOUNT_DIGITS } from "../amount-digits.ts";

/** What a column holds. `json`: text that is a JSON object. All are null where there is nothing to say. */
export type FocusColumnType = "text" | "decimal" | "instant" | "json";

/**
 * The columns of an export under their FOCUS 1.2 names (CostAndUsage), FOCUS's own first, each part by the alphabet. Those of features
 * that Apex does not have are absent, as FOCUS has it: commitments, capacity reservations, regions, tags, prices in another currency.
 */
export const FOCUS_COLUMNS = {
  BilledCost: "decimal",
  BillingAccountId: "text",
  BillingAccountName: "text",
  BillingAccountType: "text",
  BillingCurrency: "text",
  BillingPeriodEnd: "instant",
  BillingPeriodStart: "instant",
  ChargeCategory: "text",
  ChargeClass: "text",
  ChargeDescription: "text",
  ChargeFrequency: "text",
  ChargePeriodEnd: "instant",
  ChargePeriodStart: "instant",
  ConsumedQuantity: "decimal",
  ConsumedUnit: "text",
  ContractedCost: "decimal",
  ContractedUnitPrice: "decimal",
  EffectiveCost: "decimal",
  InvoiceId: "text",
  InvoiceIssuerName: "text",
  ListCost: "decimal",
  ListUnitPrice: "decimal",
  PricingCategory: "text",
  PricingCurrency: "text",
  PricingQuantity: "decimal",
  PricingUnit: "text",
  ProviderName: "text",
  PublisherName: "text",
  ResourceId: "text",
  ResourceName: "text",
  ResourceType: "text",
  ServiceCategory: "text",
  ServiceName: "text",
  ServiceSubcategory: "text",
  SkuId: "text",
  SkuMeter: "text",
  SkuPriceDetails: "json",
  SkuPriceId: "text",
  SubAccountId: "text",
  SubAccountName: "text",
  SubAccountType: "text",
  x_Attempt: "text",
  x_ChargeId: "text",
  x_InvoiceLineId: "text",
  x_RateCardId: "text",
  x_ReversesChargeId: "text",
} as const satisfies Readonly<Record<string, FocusColumnType>>;

export type FocusColumn = keyof typeof FOCUS_COLUMNS;

/** One row of a FOCUS CostAndUsage export. */
export type FocusRow = {
  readonly [Column in FocusColumn]: (typeof FOCUS_COLUMNS)[Column] extends "decimal"
    ? Decimal | null
    : string | null;
};

/** Digits before and after the point that hold every decimal of an export: DECIMAL(38, 18). */
export const FOCUS_DECIMAL = { precision: 38, scale: AMOUNT_DIGITS } as const;
