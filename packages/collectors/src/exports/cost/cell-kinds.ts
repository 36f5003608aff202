import type { FocusColumn } from "./layout.ts";
import type { CurColumn } from "./decode-cur.ts";

/**
 * What a decoder looks at in a cell. Of a `text` it sees only whether there is one, of a `number` its sign, of an `instant`
 * that it is one; of a `code` it sees every letter. A decoder that looks closer at a column has to have it here as a `code`:
 * cost-table.prop.test.ts fails otherwise.
 */
export type CellKind = "text" | "code" | "number" | "instant" | "usage-type" | "product" | "tags";

const FOCUS_KINDS: Readonly<Partial<Record<FocusColumn, CellKind>>> = {
  BilledCost: "number",
  BillingCurrency: "code",
  BillingPeriodEnd: "instant",
  BillingPeriodStart: "instant",
  ChargeCategory: "code",
  ChargeClass: "code",
  ChargeFrequency: "code",
  ChargePeriodEnd: "instant",
  ChargePeriodStart: "instant",
  CommitmentDiscountStatus: "code",
  ConsumedQuantity: "number",
  ContractedCost: "number",
  ContractedUnitPrice: "number",
  EffectiveCost: "number",
  ListCost: "number",
  ListUnitPrice: "number",
  PricingCategory: "code",
  PricingQuantity: "number",
  Tags: "tags",
};

const CUR_KINDS: Readonly<Partial<Record<CurColumn, CellKind>>> = {
  bill_billing_entity: "code",
  bill_billing_period_end_date: "instant",
  bill_billing_period_start_date: "instant",
  line_item_currency_code: "code",
  line_item_line_item_type: "code",
  line_item_net_unblended_cost: "number",
  line_item_unblended_cost: "number",
  line_item_unblended_rate: "number",
  line_item_usage_amount: "number",
  line_item_usage_end_date: "instant",
  line_item_usage_start_date: "instant",
  line_item_usage_type: "usage-type",
  pricing_public_on_demand_cost: "number",
  pricing_public_on_demand_rate: "number",
  pricing_term: "code",
  product: "product",
  reservation_effective_cost: "number",
  reservation_net_effective_cost: "number",
  reservation_net_unused_amortized_upfront_fee_for_billing_period: "number",
  reservation_net_unused_recurring_fee: "number",
  reservation_unused_amortized_upfront_fee_for_billing_period: "number",
  reservation_unused_recurring_fee: "number",
  resource_tags: "tags",
  savings_plan_net_savings_plan_effective_cost: "number",
  savings_plan_offering_type: "code",
  savings_plan_savings_plan_effective_cost: "number",
  savings_plan_total_commitment_to_date: "number",
  savings_plan_used_commitment: "number",
};

/** Periods, whose end before their start refuses a row. */
export const PERIODS = [
  ["ChargePeriodStart", "ChargePeriodEnd"],
  ["BillingPeriodStart", "BillingPeriodEnd"],
  ["line_item_usage_start_date", "line_item_usage_end_date"],
  ["bill_billing_period_start_date", "bill_billing_period_end_date"],
] as const;

/** What {@link CellKind} a column is; `isTag` tells the legacy tag columns. */
export function kindOf(column: string, isTag: boolean): CellKind {
  if (isTag) return "tags";
  const kinds: Readonly<Record<string, CellKind>> = { ...FOCUS_KINDS, ...CUR_KINDS };
  return Object.hasOwn(kinds, column) ? (kinds[column] ?? "text") : "text";
}
