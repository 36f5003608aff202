import { type CostRow, DAY_MS, decimal, formatInstant, multiply, parseInstant } from "@apex/core";
import { monthOf, monthPeriod } from "../../calendar-month.ts";
import { accountKey, accountOf } from "../bill-account.ts";

/** A day's usage of one resource. */
export interface UsageOfDay {
  readonly resourceId?: string;
  readonly sku: string;
  /** List price of an hour. */
  readonly price: string;
  /** Share of the list price that is paid: 0.7 under a commitment. */
  readonly paid?: string;
  readonly hours?: string;
  readonly isFinal?: boolean;
}

/** A row of a bill for the time from one instant to another. */
export function usageRow(start: string, end: string, usage: UsageOfDay): CostRow {
  const hours = decimal(usage.hours ?? "24");
  const list = multiply(hours, decimal(usage.price));
  const effective = multiply(list, decimal(usage.paid ?? "1"));
  const period = monthPeriod(monthOf(start));
  return {
    BilledCost: effective,
    EffectiveCost: effective,
    ListCost: list,
    ContractedCost: list,
    BillingCurrency: "USD",
    BillingAccountId: "111122223333",
    SubAccountId: null,
    BillingPeriodStart: period.start,
    BillingPeriodEnd: period.end,
    ChargePeriodStart: start,
    ChargePeriodEnd: end,
    ChargeCategory: "Usage",
    ChargeClass: null,
    ChargeDescription: null,
    PricingCategory: "Standard",
    PricingQuantity: hours,
    PricingUnit: "Hours",
    ConsumedQuantity: hours,
    ConsumedUnit: "Hours",
    ListUnitPrice: decimal(usage.price),
    ContractedUnitPrice: decimal(usage.price),
    CommitmentDiscountId: null,
    CommitmentDiscountStatus: null,
    CommitmentDiscountType: null,
    ProviderName: "AWS",
    PublisherName: "AWS",
    InvoiceIssuerName: "AWS",
    InvoiceId: usage.isFinal === false ? null : `inv-${monthOf(start)}`,
    RegionId: "us-east-1",
    AvailabilityZone: null,
    ResourceId: usage.resourceId ?? "i-1",
    ResourceName: null,
    ResourceType: "Instance",
    ServiceCategory: "Compute",
    ServiceName: "Amazon EC2",
    SkuId: usage.sku,
    SkuPriceId: null,
    Tags: {},
    x_UsageType: `BoxUsage:${usage.sku}`,
    x_Operation: "RunInstances",
  };
}

/** Rows of whole days from one day to the day before another: "2026-08-01". */
export function days(from: string, until: string, usage: UsageOfDay): readonly CostRow[] {
  const [first, last] = [from, until].map((day) => parseInstant(`${day}T00:00:00Z`) ?? 0) as [number, number];
  return Array.from({ length: (last - first) / DAY_MS }, (_, index) =>
    usageRow(formatInstant(first + index * DAY_MS), formatInstant(first + (index + 1) * DAY_MS), usage),
  );
}

/** A row that is no usage, or is to break something. */
export function changed(row: CostRow, change: Partial<CostRow>): CostRow {
  return { ...row, ...change };
}

/** Months that the bill of the rows' account has. */
export function billed(...months: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const row = usageRow("2026-08-01T00:00:00Z", "2026-08-02T00:00:00Z", { sku: "m5.large", price: "1" });
  return new Map([[accountKey(accountOf(row)), new Set(months)]]);
}
