import {
  addDecimals,
  type ChargeCategory,
  compareDecimals,
  type CostRow,
  type Decimal,
  decimal,
  subtract,
} from "@apex/core";
import type { CellReader } from "./cell-reader.ts";
import {
  billingAccount,
  billingPeriod,
  currency,
  type DecodedRow,
  decodeRow,
  period,
  refuse,
  required,
} from "./decode-focus.ts";

const ZERO = decimal(0);

/** How each line item type of the AWS Cost and Usage Report reads in FOCUS. */
const LINE_ITEM_TYPES: Readonly<Record<string, ChargeCategory>> = {
  Usage: "Usage",
  DiscountedUsage: "Usage",
  SavingsPlanCoveredUsage: "Usage",
  SavingsPlanNegation: "Adjustment",
  SavingsPlanRecurringFee: "Purchase",
  SavingsPlanUpfrontFee: "Purchase",
  Fee: "Purchase",
  RIFee: "Purchase",
  Tax: "Tax",
  Credit: "Credit",
  Refund: "Adjustment",
  Discount: "Adjustment",
  BundledDiscount: "Adjustment",
  EdpDiscount: "Adjustment",
  PrivateRateDiscount: "Adjustment",
  RiVolumeDiscount: "Adjustment",
  DistributorDiscount: "Adjustment",
  SppDiscount: "Adjustment",
};

/** Columns that are read, under their CUR 2.0 names; legacy `lineItem/UnblendedCost` is the same name spelt otherwise. */
export const CUR_COLUMNS = [
  "bill_billing_entity",
  "bill_billing_period_end_date",
  "bill_billing_period_start_date",
  "bill_invoice_id",
  "bill_invoicing_entity",
  "bill_payer_account_id",
  "line_item_availability_zone",
  "line_item_currency_code",
  "line_item_legal_entity",
  "line_item_line_item_description",
  "line_item_line_item_type",
  "line_item_net_unblended_cost",
  "line_item_operation",
  "line_item_product_code",
  "line_item_resource_id",
  "line_item_unblended_cost",
  "line_item_unblended_rate",
  "line_item_usage_account_id",
  "line_item_usage_amount",
  "line_item_usage_end_date",
  "line_item_usage_start_date",
  "line_item_usage_type",
  "pricing_public_on_demand_cost",
  "pricing_public_on_demand_rate",
  "pricing_rate_code",
  "pricing_term",
  "pricing_unit",
  "product",
  "product_product_family",
  "product_product_name",
  "product_region",
  "product_region_code",
  "product_servicename",
  "product_sku",
  "reservation_effective_cost",
  "reservation_net_effective_cost",
  "reservation_reservation_a_r_n",
  "reservation_net_unused_amortized_upfront_fee_for_billing_period",
  "reservation_net_unused_recurring_fee",
  "reservation_unused_amortized_upfront_fee_for_billing_period",
  "reservation_unused_recurring_fee",
  "resource_tags",
  "savings_plan_net_savings_plan_effective_cost",
  "savings_plan_offering_type",
  "savings_plan_savings_plan_a_r_n",
  "savings_plan_savings_plan_effective_cost",
  "savings_plan_total_commitment_to_date",
  "savings_plan_used_commitment",
] as const;

/** What is read of the column `product` of CUR 2.0. */
export const PRODUCT_KEYS = [
  "product_family",
  "product_name",
  "region",
  "region_code",
  "servicename",
  "sku",
] as const;

/** One of {@link CUR_COLUMNS}. */
export type CurColumn = (typeof CUR_COLUMNS)[number];

/**
 * One row of an AWS Cost and Usage Report (legacy or 2.0) as a {@link CostRow}. `tags` names the row's legacy tag
 * columns. BilledCost is the unblended cost, with the two halves of a Savings Plan's offset (covered usage at list price
 * and its negation) both at zero, since what is invoiced is the plan's fee; EffectiveCost is the amortised cost by AWS's Well-Architected formula.
 */
export function decodeCurRow(cells: CellReader, tags: readonly string[]): DecodedRow {
  return decodeRow(() => curRow(cells, tags));
}

function curRow(cells: CellReader, tags: readonly string[]): CostRow {
  const text = (column: CurColumn) => cells.text(column);
  const type = text("line_item_line_item_type") ?? refuse("no line_item_line_item_type");
  const charge = period(cells, "line_item_usage_start_date", "line_item_usage_end_date");
  if (charge === null) return refuse("no usage start and end date");
  const category = chargeCategory(cells, type);
  const unblended = required(cells, "line_item_unblended_cost");
  const effective = amortisedCost(cells, type, unblended);
  const product = cells.map("product");
  const unit = text("pricing_unit");
  const quantity = cells.optionalNumber("line_item_usage_amount");
  return {
    BilledCost: isOffsetBySavingsPlan(type) ? ZERO : unblended,
    EffectiveCost: effective,
    ListCost: cells.optionalNumber("pricing_public_on_demand_cost"),
    // A reservation's usage has an unblended cost of zero, which is not what was contracted for it.
    ContractedCost: hasContractedCost(type) ? unblended : null,
    BillingCurrency: currency(cells, "line_item_currency_code"),
    BillingAccountId: billingAccount(cells, "bill_payer_account_id", "line_item_usage_account_id"),
    SubAccountId: text("line_item_usage_account_id"),
    ...billingPeriod(cells, charge, ["bill_billing_period_start_date", "bill_billing_period_end_date"]),
    ChargePeriodStart: charge.start.text,
    ChargePeriodEnd: charge.end.text,
    ChargeCategory: category,
    ChargeClass: type === "Refund" ? "Correction" : null,
    ChargeDescription: text("line_item_line_item_description"),
    PricingCategory: pricingCategory(cells, type),
    PricingQuantity: quantity,
    PricingUnit: unit,
    ConsumedQuantity: category === "Usage" ? quantity : null,
    ConsumedUnit: category === "Usage" ? unit : null,
    ListUnitPrice: cells.optionalNumber("pricing_public_on_demand_rate"),
    ContractedUnitPrice: hasContractedCost(type) ? cells.optionalNumber("line_item_unblended_rate") : null,
    ...commitment(cells, type, effective),
    ProviderName: "AWS",
    PublisherName: text("bill_billing_entity") === "AWS Marketplace" ? text("line_item_legal_entity") : "AWS",
    InvoiceIssuerName: text("bill_invoicing_entity") ?? text("line_item_legal_entity"),
    InvoiceId: text("bill_invoice_id"),
    RegionId:
      text("product_region_code") ??
      product["region_code"] ??
      text("product_region") ??
      product["region"] ??
      null,
    AvailabilityZone: text("line_item_availability_zone"),
    ResourceId: text("line_item_resource_id"),
    ResourceName: null,
    ResourceType: text("product_product_family") ?? product["product_family"] ?? null,
    ServiceCategory: null,
    ServiceName: serviceName(cells, product),
    SkuId: text("product_sku") ?? product["sku"] ?? null,
    SkuPriceId: text("pricing_rate_code"),
    Tags: rowTags(cells, tags),
    x_UsageType: text("line_item_usage_type"),
    x_Operation: text("line_item_operation"),
  };
}

/** Whether a line is one half of the pair that cancels: usage at on-demand price, and its negation. */
export function isOffsetBySavingsPlan(lineItemType: string): boolean {
  return lineItemType === "SavingsPlanCoveredUsage" || lineItemType === "SavingsPlanNegation";
}

/** What a line item type is in FOCUS; `undefined` for one that AWS has added since. Cost Explorer's record types are the same. */
export function lineItemCategory(type: string): ChargeCategory | undefined {
  return Object.hasOwn(LINE_ITEM_TYPES, type) ? LINE_ITEM_TYPES[type] : undefined;
}

function chargeCategory(cells: CellReader, type: string): ChargeCategory {
  const category = lineItemCategory(type);
  if (category !== undefined) return category;
  cells.note("line-item-type-unknown");
  return "Adjustment";
}

/**
 * The amortised cost of a line, net of private discounts where the report has the `net_` columns. Formula: AWS
 * Well-Architected Labs, "amortized cost" of the CUR query library.
 */
function amortisedCost(cells: CellReader, type: string, unblended: Decimal): Decimal {
  const net = (column: string, netColumn: string): Decimal | null => {
    const discounted = cells.optionalNumber(netColumn);
    return discounted ?? cells.optionalNumber(column);
  };
  switch (type) {
    case "SavingsPlanCoveredUsage":
      return (
        net("savings_plan_savings_plan_effective_cost", "savings_plan_net_savings_plan_effective_cost") ??
        refuse("no savings_plan_savings_plan_effective_cost on usage that a Savings Plan covers")
      );
    case "SavingsPlanRecurringFee": {
      const total = cells.optionalNumber("savings_plan_total_commitment_to_date");
      const used = cells.optionalNumber("savings_plan_used_commitment");
      if (total === null || used === null)
        return refuse("no commitment figures on a Savings Plan's recurring fee");
      return subtract(total, used);
    }
    case "SavingsPlanNegation":
    case "SavingsPlanUpfrontFee":
      return ZERO;
    case "DiscountedUsage":
      return (
        net("reservation_effective_cost", "reservation_net_effective_cost") ??
        refuse("no reservation_effective_cost on usage that a reservation covers")
      );
    case "RIFee":
      return addDecimals(
        net(
          "reservation_unused_amortized_upfront_fee_for_billing_period",
          "reservation_net_unused_amortized_upfront_fee_for_billing_period",
        ) ?? ZERO,
        net("reservation_unused_recurring_fee", "reservation_net_unused_recurring_fee") ?? ZERO,
      );
    case "Fee":
      // A reservation's upfront payment is already spread over the usage that it covers.
      if (cells.text("reservation_reservation_a_r_n") !== null) return ZERO;
      return cells.optionalNumber("line_item_net_unblended_cost") ?? unblended;
    default:
      return cells.optionalNumber("line_item_net_unblended_cost") ?? unblended;
  }
}

function hasContractedCost(type: string): boolean {
  return type === "Usage" || type === "SavingsPlanCoveredUsage";
}

function pricingCategory(cells: CellReader, type: string): CostRow["PricingCategory"] {
  if (type === "SavingsPlanCoveredUsage" || type === "DiscountedUsage") return "Committed";
  if (type !== "Usage") return null;
  const usageType = cells.text("line_item_usage_type") ?? "";
  if (usageType.includes("SpotUsage") || cells.text("pricing_term") === "Spot") return "Dynamic";
  return cells.text("pricing_term") === "OnDemand" ? "Standard" : null;
}

function commitment(
  cells: CellReader,
  type: string,
  effective: Decimal,
): Pick<CostRow, "CommitmentDiscountId" | "CommitmentDiscountStatus" | "CommitmentDiscountType"> {
  const savingsPlan = type.startsWith("SavingsPlan");
  const reservation =
    type === "DiscountedUsage" ||
    type === "RIFee" ||
    (type === "Fee" && cells.text("reservation_reservation_a_r_n") !== null);
  if (!savingsPlan && !reservation) {
    return { CommitmentDiscountId: null, CommitmentDiscountStatus: null, CommitmentDiscountType: null };
  }
  return {
    CommitmentDiscountId: cells.text(
      savingsPlan ? "savings_plan_savings_plan_a_r_n" : "reservation_reservation_a_r_n",
    ),
    CommitmentDiscountStatus: commitmentStatus(type, effective),
    CommitmentDiscountType: savingsPlan ? savingsPlanType(cells) : "Reserved Instance",
  };
}

/** As AWS's own FOCUS export words it; which plan it is decides what else it would cover. */
function savingsPlanType(cells: CellReader): string {
  const offering = cells
    .text("savings_plan_offering_type")
    ?.replaceAll(/[^A-Za-z0-9]/g, "")
    .toLowerCase();
  if (offering === "computesavingsplans") return "Compute Savings Plans";
  if (offering === "ec2instancesavingsplans") return "EC2 Instance Savings Plans";
  return "Savings Plan";
}

function commitmentStatus(type: string, effective: Decimal): "Used" | "Unused" | null {
  if (type === "SavingsPlanCoveredUsage" || type === "DiscountedUsage") return "Used";
  // What is left on a fee after amortisation is the part of the commitment that nothing used.
  const isFee = type === "RIFee" || type === "SavingsPlanRecurringFee";
  return isFee && compareDecimals(effective, ZERO) > 0 ? "Unused" : null;
}

function serviceName(cells: CellReader, product: Readonly<Record<string, string>>): string {
  const name =
    cells.text("product_product_name") ??
    product["product_name"] ??
    cells.text("product_servicename") ??
    product["servicename"] ??
    cells.text("line_item_product_code");
  if (name !== null) return name;
  cells.note("service-missing");
  return "Unknown";
}

/** The tags of a row, of the column of CUR 2.0 and of the legacy columns `names`. */
export function rowTags(cells: CellReader, names: readonly string[]): Readonly<Record<string, string>> {
  const tags: [string, string][] = Object.entries(cells.map("resource_tags")).map(([key, value]) => [
    key.replace(/^user[:_]/, ""),
    value,
  ]);
  for (const name of names) {
    const value = cells.text(tagColumn(name));
    if (value !== null) tags.push([name, value]);
  }
  return Object.fromEntries(tags);
}

/** The name under which a legacy tag column is handed to the {@link CellReader}. */
export function tagColumn(tag: string): string {
  return `tag ${tag}`;
}
