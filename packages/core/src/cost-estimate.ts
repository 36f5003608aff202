import type { Decimal } from "./decimal.ts";
import type { Currency } from "./money.ts";

/** One priced component of a resource. */
export interface LineItem {
  /** "Instance usage (Linux, on-demand, m5.xlarge)". */
  readonly name: string;
  /** "hours", "GB-months". */
  readonly unit: string;
  /** Per month (730 hours); `null` when it depends on usage that is not known. */
  readonly quantity: Decimal | null;
  readonly unitPrice: Decimal;
  /** quantity × unitPrice, exact; `null` when the quantity is. */
  readonly monthlyCost: Decimal | null;
  /** True when the quantity follows from use (data processed, requests), not from the configuration. */
  readonly usageBased: boolean;
  /** Where the price is from: "eu-west-1". */
  readonly region?: string;
  /** How it is bought, for what has several ways: "on-demand", "spot". */
  readonly purchase?: string;
  /** The table of the price and its ISO date, as in {@link CostEstimate.priceDates}. */
  readonly priceTable?: string;
  readonly priceDate?: string;
}

/** What one resource costs a month. `monthlyCost` is `null` when it cannot be told: never zero in its place. */
export interface ResourceEstimate {
  readonly address: string;
  readonly type: string;
  readonly monthlyCost: Decimal | null;
  readonly lineItems: readonly LineItem[];
  /** Why there is no price, or which part of it is missing. */
  readonly unpriced?: string;
}

/** The monthly cost of a configuration, at list prices or a contract's. */
export interface CostEstimate {
  readonly resources: readonly ResourceEstimate[];
  /** The sum of what is priced: "at least", whenever a resource is unpriced. */
  readonly total: Decimal;
  readonly currency: Currency;
  /** The dates of the price tables that were used, by table; its name says where a contract's prices counted in their place. */
  readonly priceDates: Readonly<Record<string, string>>;
}
