/** What can be repaired in a row of a bill, and what is then said about it. */
export const COST_REPAIRS = {
  "billing-account-missing": "BillingAccountId is missing; the sub account's id stands in",
  "billing-period-missing": "Billing period is missing; the calendar month of the charge stands in",
  "contracted-cost-computed": "ContractedCost is missing; computed as ContractedUnitPrice × PricingQuantity",
  "contracted-cost-missing": "ContractedCost is missing and stays unknown",
  "currency-casing": "BillingCurrency is not in capitals; corrected",
  "effective-cost-missing": "EffectiveCost is missing on a row without commitment; BilledCost stands in",
  "legacy-column-name": "Columns of an earlier FOCUS draft are read under their 1.2 names",
  "legacy-value": "Values of an earlier FOCUS draft are read as their 1.2 values",
  "line-item-type-unknown": "A line item type that AWS does not document is read as Adjustment",
  "list-cost-computed": "ListCost is missing; computed as ListUnitPrice × PricingQuantity",
  "list-cost-missing": "ListCost is missing and stays unknown",
  "literal-null": 'The bare word NULL is read as "no value"',
  "number-unreadable": "An optional number cannot be read and stays unknown",
  "provider-missing": "ProviderName is missing; the publisher or invoice issuer stands in",
  "service-missing": 'ServiceName is missing; "Unknown" stands in',
  "tags-unreadable": "Tags are not a JSON object and are left out",
  "timestamp-without-zone": "Timestamps name no zone and are read as UTC, as FOCUS prescribes",
  "unknown-columns": "Columns that are neither FOCUS nor start with x_ are not read",
  "unknown-value": "A value outside FOCUS's allowed values is left out",
  "value-casing": 'Values differ from FOCUS only by case ("Usage-based"); corrected',
} as const satisfies Readonly<Record<string, string>>;

/** One of {@link COST_REPAIRS}. */
export type CostRepairCode = keyof typeof COST_REPAIRS;
