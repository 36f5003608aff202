import { type Decimal, decimal, divide, multiply } from "@apex/core";
import { ACCOUNT_ID, REGION } from "../ids.ts";
import { hexFor } from "../random.ts";
import { MONTH_DAYS, MONTH_START_MS } from "../time-grid.ts";
import type { FocusRow } from "./focus-row.ts";

const DAY_MS = 86_400_000;

/** What AWS bills of one resource, every day of the month alike. */
export interface Charge {
  readonly resourceId: string;
  readonly resourceName?: string;
  readonly resourceType: string;
  readonly service: string;
  readonly category: string;
  readonly subcategory: string;
  readonly usageType: string;
  readonly operation: string;
  readonly description: string;
  readonly zone?: string;
  readonly unit: string;
  readonly listPrice: string;
  /** Units a day, exact. */
  readonly quantity: Decimal;
  readonly tags: Readonly<Record<string, string>>;
  readonly commitment?: Commitment;
  /** First and last day billed, from 1; the whole month without. */
  readonly days?: readonly [number, number];
}

/** A Savings Plan or reservation that pays for usage at a share of the list price. */
export interface Commitment {
  readonly id: string;
  readonly name: string;
  readonly category: "Spend" | "Usage";
  readonly type: string;
  /** Committed rate over list price. */
  readonly rate: string;
}

/** ISO 8601 to the second, as FOCUS asks: "2026-10-01T00:00:00Z". */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(".000Z", "Z");
}

/** Midnight UTC that begins a day of the month, counted from 1. */
export function dayStart(day: number): number {
  return MONTH_START_MS + (day - 1) * DAY_MS;
}

/** The columns that every AWS row of the month has. */
export function awsRow(day: number): FocusRow {
  return {
    BillingAccountId: ACCOUNT_ID,
    BillingAccountName: "Acme Retail",
    BillingAccountType: "BillingAccount",
    BillingCurrency: "USD",
    BillingPeriodStart: instant(dayStart(1)),
    BillingPeriodEnd: instant(dayStart(MONTH_DAYS + 1)),
    ChargePeriodStart: instant(dayStart(day)),
    ChargePeriodEnd: instant(dayStart(day + 1)),
    InvoiceId: "2026103118",
    InvoiceIssuerName: "Amazon Web Services, Inc.",
    PricingCurrency: "USD",
    ProviderName: "AWS",
    PublisherName: "Amazon Web Services, Inc.",
    RegionId: REGION,
    RegionName: "US East (N. Virginia)",
    SubAccountId: ACCOUNT_ID,
    SubAccountName: "acme-prod",
    SubAccountType: "Account",
  };
}

/** The SKU of a usage type: AWS makes these up, so does this. */
function sku(usageType: string): string {
  return hexFor(`sku ${usageType}`, 16).toUpperCase();
}

function commitmentColumns(charge: Charge, effective: Decimal): FocusRow {
  if (charge.commitment === undefined) return { PricingCategory: "Standard" };
  return {
    PricingCategory: "Committed",
    CommitmentDiscountCategory: charge.commitment.category,
    CommitmentDiscountId: charge.commitment.id,
    CommitmentDiscountName: charge.commitment.name,
    CommitmentDiscountStatus: "Used",
    CommitmentDiscountType: charge.commitment.type,
    CommitmentDiscountQuantity: charge.commitment.category === "Spend" ? effective : charge.quantity,
    CommitmentDiscountUnit: charge.commitment.category === "Spend" ? "USD" : "Hours",
  };
}

function costs(charge: Charge): { list: Decimal; effective: Decimal; row: FocusRow } {
  const list = multiply(charge.quantity, decimal(charge.listPrice));
  const effective = charge.commitment === undefined ? list : multiply(list, decimal(charge.commitment.rate));
  return {
    list,
    effective,
    row: {
      // A commitment was billed when it was bought; its usage bills nothing.
      BilledCost: charge.commitment === undefined ? list : "0",
      ContractedCost: list,
      ContractedUnitPrice: decimal(charge.listPrice),
      EffectiveCost: effective,
      ListCost: list,
      ListUnitPrice: decimal(charge.listPrice),
      PricingCurrencyContractedUnitPrice: decimal(charge.listPrice),
      PricingCurrencyEffectiveCost: effective,
      PricingCurrencyListUnitPrice: decimal(charge.listPrice),
    },
  };
}

/** One row a day. */
export function chargeRows(charge: Charge): FocusRow[] {
  const [first, last] = charge.days ?? [1, MONTH_DAYS];
  const { effective, row } = costs(charge);
  const shared: FocusRow = {
    ...row,
    ...commitmentColumns(charge, effective),
    ChargeCategory: "Usage",
    ChargeDescription: charge.description,
    ChargeFrequency: "Usage-Based",
    ConsumedQuantity: charge.quantity,
    ConsumedUnit: charge.unit,
    PricingQuantity: charge.quantity,
    PricingUnit: charge.unit,
    ResourceId: charge.resourceId,
    ResourceType: charge.resourceType,
    ServiceCategory: charge.category,
    ServiceName: charge.service,
    ServiceSubcategory: charge.subcategory,
    SkuId: sku(charge.usageType),
    SkuPriceId: `${sku(charge.usageType)}.JRTCKXETXF.6YS6EN2CT7`,
    Tags: JSON.stringify(charge.tags),
    x_Operation: charge.operation,
    x_UsageType: charge.usageType,
    ...(charge.zone === undefined ? {} : { AvailabilityZone: charge.zone }),
    ...(charge.resourceName === undefined ? {} : { ResourceName: charge.resourceName }),
  };
  const days = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return days.map((day) => ({ ...awsRow(day), ...shared }));
}

/** A monthly quantity spread evenly over the days, to ten places as bills print it. */
export function perDay(monthly: number): Decimal {
  return decimal(Number(divide(decimal(monthly), decimal(MONTH_DAYS))).toFixed(10));
}
