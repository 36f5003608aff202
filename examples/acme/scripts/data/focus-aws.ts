import { addDecimals, type Decimal, decimal, multiply, parseDecimal, roundDecimal } from "@apex/core";
import { MONTH_DAYS } from "../time-grid.ts";
import { SAVINGS_PLAN } from "./aws-charges.ts";
import { awsRow, type Charge, chargeRows, dayStart, instant } from "./charge.ts";
import { HAND_MADE_INSTANCE } from "./extra-series.ts";
import { type FocusRow, renderFocus } from "./focus-row.ts";

/** What the fleet's Terraform does not know: buckets of other teams, a machine started by hand, support. */
const EXTERNAL_CHARGES: readonly Charge[] = [
  {
    resourceId: "acme-prod-product-images",
    resourceType: "Bucket",
    service: "Amazon Simple Storage Service",
    category: "Storage",
    subcategory: "Object Storage",
    usageType: "TimedStorage-ByteHrs",
    operation: "StandardStorage",
    description: "$0.023 per GB - first 50 TB / month of storage used",
    unit: "GB-Mo",
    listPrice: "0.023",
    quantity: decimal("131.7431"),
    tags: { Team: "catalog" },
  },
  {
    resourceId: HAND_MADE_INSTANCE,
    resourceName: "dana-test-do-not-delete",
    resourceType: "Instance",
    service: "Amazon Elastic Compute Cloud",
    category: "Compute",
    subcategory: "Virtual Machines",
    usageType: "BoxUsage:m5.xlarge",
    operation: "RunInstances",
    description: "$0.192 per On Demand Linux m5.xlarge Instance Hour",
    zone: "us-east-1c",
    unit: "Hours",
    listPrice: "0.192",
    quantity: decimal("9"),
    tags: {},
  },
];

function sum(rows: readonly FocusRow[], column: "BilledCost" | "EffectiveCost"): Decimal {
  return addDecimals(...rows.map((row) => parseDecimal(row[column] ?? "0") ?? decimal(0)));
}

const SAVINGS_PLAN_COLUMNS: FocusRow = {
  CommitmentDiscountCategory: "Spend",
  CommitmentDiscountId: SAVINGS_PLAN.id,
  CommitmentDiscountName: SAVINGS_PLAN.name,
  CommitmentDiscountType: SAVINGS_PLAN.type,
  ResourceId: SAVINGS_PLAN.id,
  ResourceType: "Savings Plan",
  ServiceCategory: "Compute",
  ServiceName: "Savings Plans for AWS Compute usage",
  ServiceSubcategory: "Other (Compute)",
};

/** The plan is bought an eighth too large: each day has its fee and what of it nobody used. */
function savingsPlanRows(usage: readonly FocusRow[]): FocusRow[] {
  const covered = usage.filter((row) => row.CommitmentDiscountId === SAVINGS_PLAN.id);
  return Array.from({ length: MONTH_DAYS }, (_, index) => index + 1).flatMap((day) => {
    const start = instant(dayStart(day));
    const used = sum(
      covered.filter((row) => row.ChargePeriodStart === start),
      "EffectiveCost",
    );
    const unused = roundDecimal(multiply(used, decimal("0.125")), 10);
    const fee = addDecimals(used, unused);
    const shared = { ...awsRow(day), ...SAVINGS_PLAN_COLUMNS };
    return [
      {
        ...shared,
        BilledCost: fee,
        ChargeCategory: "Purchase",
        ChargeDescription: "1 year No Upfront Compute Savings Plan, recurring fee",
        ChargeFrequency: "Recurring",
        ContractedCost: fee,
        EffectiveCost: "0",
        ListCost: fee,
        PricingCategory: "Standard",
        PricingQuantity: fee,
        PricingUnit: "USD",
      },
      {
        ...shared,
        BilledCost: "0",
        ChargeCategory: "Usage",
        ChargeDescription: "1 year No Upfront Compute Savings Plan, unused commitment",
        ChargeFrequency: "Usage-Based",
        CommitmentDiscountQuantity: unused,
        CommitmentDiscountStatus: "Unused",
        CommitmentDiscountUnit: "USD",
        ContractedCost: "0",
        EffectiveCost: unused,
        ListCost: "0",
        PricingCategory: "Committed",
        PricingQuantity: unused,
        PricingUnit: "USD",
      },
    ];
  });
}

/** A row without a resource: tax, credits, a refund of last month. */
function monthRow(row: FocusRow & { readonly BilledCost: string }): FocusRow {
  return {
    ...awsRow(MONTH_DAYS),
    ContractedCost: row.BilledCost,
    EffectiveCost: row.BilledCost,
    ListCost: row.BilledCost,
    ChargeFrequency: "One-Time",
    ServiceCategory: "Other",
    ServiceName: "AWS",
    ...row,
  };
}

function closingRows(billed: Decimal): FocusRow[] {
  return [
    monthRow({
      BilledCost: roundDecimal(multiply(billed, decimal("0.0888")), 2),
      ChargeCategory: "Tax",
      ChargeDescription: "NY Sales Tax",
    }),
    monthRow({
      BilledCost: "-250",
      ChargeCategory: "Credit",
      ChargeDescription: "AWS Activate credit",
    }),
    monthRow({
      BilledCost: "-18.24",
      ChargeCategory: "Usage",
      ChargeClass: "Correction",
      ChargeDescription: "Refund of data transfer billed twice in September",
      ServiceCategory: "Networking",
      ServiceName: "Amazon Virtual Private Cloud",
    }),
  ];
}

/** Dirt as exports have it: S3's rows come from an older pipeline, without a zone and with another spelling. */
function asExported(row: FocusRow): FocusRow {
  if (row.ServiceName !== "Amazon Simple Storage Service") return row;
  const bare = (time: string | undefined) => (time ?? "").replace("T", " ").replace("Z", "");
  return {
    ...row,
    ChargeFrequency: "Usage-based",
    ChargePeriodStart: bare(row.ChargePeriodStart),
    ChargePeriodEnd: bare(row.ChargePeriodEnd),
  };
}

/** The October bill of the AWS account in FOCUS 1.2, one row per resource, usage type and day, by day. */
export function renderAwsBill(charges: readonly Charge[]): string {
  const usage = [...charges, ...EXTERNAL_CHARGES].flatMap(chargeRows);
  const dated = [...usage, ...savingsPlanRows(usage)].toSorted((a, b) =>
    (a.ChargePeriodStart ?? "") < (b.ChargePeriodStart ?? "")
      ? -1
      : a.ChargePeriodStart === b.ChargePeriodStart
        ? 0
        : 1,
  );
  const rows = [...dated, ...closingRows(sum(dated, "BilledCost"))];
  return renderFocus(rows.map(asExported), "NULL", "\n");
}
