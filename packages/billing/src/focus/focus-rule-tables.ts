import type { FocusColumn } from "./focus-row.ts";

/** By the column: "BilledCost" of "BilledCost-C-002-M". */
export const NOT_NULL: Readonly<Partial<Record<FocusColumn, string>>> = {
  BilledCost: "BilledCost-C-003-M",
  BillingAccountId: "BillingAccountId-C-003-M",
  BillingAccountName: "BillingAccountName-C-003-C",
  BillingAccountType: "BillingAccountType-C-005-C",
  BillingCurrency: "BillingCurrency-C-004-M",
  BillingPeriodEnd: "BillingPeriodEnd-C-003-M",
  BillingPeriodStart: "BillingPeriodStart-C-003-M",
  ChargeCategory: "ChargeCategory-C-002-M",
  ChargeFrequency: "ChargeFrequency-C-002-M",
  ChargePeriodEnd: "ChargePeriodEnd-C-003-M",
  ChargePeriodStart: "ChargePeriodStart-C-003-M",
  ContractedCost: "ContractedCost-C-003-M",
  EffectiveCost: "EffectiveCost-C-003-M",
  InvoiceIssuerName: "InvoiceIssuerName-C-003-M",
  ListCost: "ListCost-C-003-M",
  PricingCurrency: "PricingCurrency-C-004-M",
  ProviderName: "ProviderName-C-003-M",
  PublisherName: "PublisherName-C-003-M",
  ServiceCategory: "ServiceCategory-C-002-M",
  ServiceName: "ServiceName-C-003-M",
  ServiceSubcategory: "ServiceSubcategory-C-002-M",
};

export const ALLOWED: readonly (readonly [string, FocusColumn, readonly string[]])[] = [
  ["ChargeCategory-C-003-M", "ChargeCategory", ["Usage", "Purchase", "Tax", "Credit", "Adjustment"]],
  ["ChargeClass-C-005-C", "ChargeClass", ["Correction"]],
  ["ChargeFrequency-C-003-M", "ChargeFrequency", ["One-Time", "Recurring", "Usage-Based"]],
  ["PricingCategory-C-007-M", "PricingCategory", ["Standard", "Dynamic", "Committed", "Other"]],
];

/** Of FOCUS's categories, those that Apex has services in, with their subcategories. */
export const SUBCATEGORIES: Readonly<Record<string, readonly string[]>> = {
  "AI and Machine Learning": [
    "AI Platforms",
    "Bots",
    "Generative AI",
    "Machine Learning",
    "Natural Language Processing",
    "Other (AI and Machine Learning)",
  ],
  "Developer Tools": [
    "Developer Platforms",
    "Continuous Integration and Deployment",
    "Development Environments",
    "Source Code Management",
    "Quality Assurance",
    "Other (Developer Tools)",
  ],
  "Management and Governance": [
    "Architecture",
    "Compliance",
    "Cost Management",
    "Data Governance",
    "Disaster Recovery",
    "Endpoint Management",
    "Observability",
    "Support",
    "Other (Management and Governance)",
  ],
};

/** Columns whose value goes with another's: both or neither. */
export const TOGETHER: readonly (readonly [string, string, FocusColumn, FocusColumn])[] = [
  ["ConsumedUnit-C-004-C", "ConsumedUnit-C-005-C", "ConsumedUnit", "ConsumedQuantity"],
  ["PricingUnit-C-005-C", "PricingUnit-C-006-C", "PricingUnit", "PricingQuantity"],
  ["ResourceType-C-004-C", "ResourceType-C-005-C", "ResourceType", "ResourceId"],
  ["SkuMeter-C-004-C", "SkuMeter-C-005-C", "SkuMeter", "SkuId"],
  ["SubAccountName-C-003-C", "SubAccountName-C-004-C", "SubAccountName", "SubAccountId"],
  ["SubAccountType-C-004-C", "SubAccountType-C-005-C", "SubAccountType", "SubAccountId"],
];

/** What usage and purchases have and taxes have not: the rule for taxes, the rule for usage. */
export const PRICED: readonly (readonly [string, string, FocusColumn])[] = [
  ["ContractedUnitPrice-C-005-C", "ContractedUnitPrice-C-006-C", "ContractedUnitPrice"],
  ["ListUnitPrice-C-004-C", "ListUnitPrice-C-005-C", "ListUnitPrice"],
  ["PricingCategory-C-003-C", "PricingCategory-C-004-C", "PricingCategory"],
  ["PricingQuantity-C-004-C", "PricingQuantity-C-005-C", "PricingQuantity"],
  ["SkuId-C-004-C", "SkuId-C-005-C", "SkuId"],
  ["SkuPriceId-C-004-C", "SkuPriceId-C-005-C", "SkuPriceId"],
];
