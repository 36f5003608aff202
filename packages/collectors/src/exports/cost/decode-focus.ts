import {
  type ChargeCategory,
  type CostRow,
  type Decimal,
  formatInstant,
  multiply,
  type PricingCategory,
} from "@apex/core";
import type { CellReader, RowInstant } from "./cell-reader.ts";
import type { CostRepairCode } from "./cost-repair.ts";
import type { FocusColumn } from "./layout.ts";

/** A row as decoded, or why it could not be. */
export type DecodedRow =
  | { readonly kind: "row"; readonly row: CostRow }
  | { readonly kind: "refused"; readonly reason: string };

/** Thrown inside a decoder to give up a row; never leaves it. */
class Refusal extends Error {}

/** Runs a decoder that may give its row up with {@link refuse}. */
export function decodeRow(decode: () => CostRow): DecodedRow {
  try {
    return { kind: "row", row: decode() };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "refused", reason: error.message };
    throw error;
  }
}

/** Gives up the row at hand, saying why. */
export function refuse(reason: string): never {
  throw new Refusal(reason);
}

/** The allowed values of a column by lower case, with the values of earlier drafts after them. */
interface Allowed<Value extends string> {
  readonly values: readonly Value[];
  readonly legacy?: Readonly<Record<string, Value | null>>;
}

const CHARGE_CATEGORIES: Allowed<ChargeCategory> = {
  values: ["Usage", "Purchase", "Tax", "Credit", "Adjustment"],
  legacy: { refund: "Adjustment" },
};
const PRICING_CATEGORIES: Allowed<PricingCategory> = {
  values: ["Standard", "Dynamic", "Committed", "Other"],
  legacy: { "on-demand": "Standard", "commitment-based": "Committed" },
};
const CHARGE_CLASSES: Allowed<"Correction"> = { values: ["Correction"] };
const DISCOUNT_STATUSES: Allowed<"Used" | "Unused"> = { values: ["Used", "Unused"] };
const CHARGE_FREQUENCIES: Allowed<string> = { values: ["One-Time", "Recurring", "Usage-Based", "Other"] };

/** One row of a FOCUS table as a {@link CostRow}; refused without a cost, a charge period, a currency or a category. */
export function decodeFocusRow(cells: CellReader): DecodedRow {
  return decodeRow(() => focusRow(cells));
}

function focusRow(cells: CellReader): CostRow {
  const category = allowed(cells, "ChargeCategory", CHARGE_CATEGORIES);
  if (category === null)
    return refuse(`ChargeCategory ${quoted(cells.text("ChargeCategory"))} is none of FOCUS's`);
  allowed(cells, "ChargeFrequency", CHARGE_FREQUENCIES);
  const charge = period(cells, "ChargePeriodStart", "ChargePeriodEnd");
  if (charge === null) return refuse("no charge period");
  const providerName = provider(cells);
  const billedCost = required(cells, "BilledCost");
  return {
    BilledCost: billedCost,
    EffectiveCost: effectiveCost(cells, billedCost),
    ...contractAndList(cells, category),
    BillingCurrency: currency(cells, "BillingCurrency"),
    BillingAccountId: billingAccount(cells, "BillingAccountId", "SubAccountId"),
    SubAccountId: cells.text("SubAccountId"),
    ...billingPeriod(cells, charge, ["BillingPeriodStart", "BillingPeriodEnd"]),
    ChargePeriodStart: charge.start.text,
    ChargePeriodEnd: charge.end.text,
    ChargeCategory: category,
    ChargeClass: allowed(cells, "ChargeClass", CHARGE_CLASSES),
    ChargeDescription: cells.text("ChargeDescription"),
    PricingCategory: allowed(cells, "PricingCategory", PRICING_CATEGORIES),
    PricingQuantity: cells.optionalNumber("PricingQuantity"),
    PricingUnit: cells.text("PricingUnit"),
    ConsumedQuantity: cells.optionalNumber("ConsumedQuantity"),
    ConsumedUnit: cells.text("ConsumedUnit"),
    CommitmentDiscountId: cells.text("CommitmentDiscountId"),
    CommitmentDiscountStatus: allowed(cells, "CommitmentDiscountStatus", DISCOUNT_STATUSES),
    CommitmentDiscountType: cells.text("CommitmentDiscountType"),
    ProviderName: providerName,
    PublisherName: cells.text("PublisherName"),
    InvoiceIssuerName: cells.text("InvoiceIssuerName"),
    InvoiceId: cells.text("InvoiceId"),
    RegionId: cells.text("RegionId"),
    AvailabilityZone: cells.text("AvailabilityZone"),
    ResourceId: cells.text("ResourceId"),
    ResourceName: cells.text("ResourceName"),
    ResourceType: cells.text("ResourceType"),
    ServiceCategory: cells.text("ServiceCategory"),
    ServiceName: cells.text("ServiceName") ?? substitute(cells, "service-missing", "Unknown"),
    SkuId: cells.text("SkuId"),
    SkuPriceId: cells.text("SkuPriceId"),
    Tags: cells.map("Tags"),
    x_UsageType: cells.text("x_UsageType"),
    x_Operation: cells.text("x_Operation"),
  };
}

/** A cost that a row cannot do without. */
export function required(cells: CellReader, column: string): Decimal {
  const value = cells.number(column);
  if (value === "unreadable") return refuse(`${column} ${quoted(cells.text(column))} is not a number`);
  return value ?? refuse(`no ${column}`);
}

/** A currency code in capitals. */
export function currency(cells: CellReader, column: string): string {
  const text = cells.text(column)?.trim();
  if (text === undefined || !/^[A-Za-z]{3}$/.test(text))
    return refuse(`${column} ${quoted(text ?? null)} is no currency`);
  const upper = text.toUpperCase();
  return upper === text ? text : substitute(cells, "currency-casing", upper);
}

/** The account that is billed, which is what a delivery of bills replaces as a whole. */
export function billingAccount(cells: CellReader, column: string, standIn: string): string {
  const account = cells.text(column);
  if (account !== null) return account;
  const other = cells.text(standIn);
  return other === null ? refuse(`no ${column}`) : substitute(cells, "billing-account-missing", other);
}

interface Period {
  readonly start: RowInstant;
  readonly end: RowInstant;
}

/** A period from two columns; `null` when one is missing or no instant. A period that ends before it starts refuses the row. */
export function period(cells: CellReader, startColumn: string, endColumn: string): Period | null {
  const start = cells.instant(startColumn);
  const end = cells.instant(endColumn);
  if (start === null || end === null) return null;
  if (end.epochMs < start.epochMs)
    return refuse(`${endColumn} ${end.text} is before ${startColumn} ${start.text}`);
  return { start, end };
}

/** The billing period, or the month of the charge when the row does not say. */
export function billingPeriod(
  cells: CellReader,
  charge: Period,
  [startColumn, endColumn]: readonly [string, string],
): Pick<CostRow, "BillingPeriodStart" | "BillingPeriodEnd"> {
  const given = period(cells, startColumn, endColumn);
  if (given !== null) return { BillingPeriodStart: given.start.text, BillingPeriodEnd: given.end.text };
  cells.note("billing-period-missing");
  const day = new Date(charge.start.epochMs);
  const month = (offset: number) => Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + offset, 1);
  return { BillingPeriodStart: formatInstant(month(0)), BillingPeriodEnd: formatInstant(month(1)) };
}

function allowed<Value extends string>(
  cells: CellReader,
  column: FocusColumn,
  values: Allowed<Value>,
): Value | null {
  const text = cells.text(column);
  if (text === null) return null;
  const exact = values.values.find((value) => value === text);
  if (exact !== undefined) return exact;
  const lower = text.trim().toLowerCase();
  const recased = values.values.find((value) => value.toLowerCase() === lower);
  if (recased !== undefined) return substitute(cells, "value-casing", recased);
  const modern =
    values.legacy === undefined || !Object.hasOwn(values.legacy, lower) ? undefined : values.legacy[lower];
  if (modern !== undefined) return substitute(cells, "legacy-value", modern);
  return substitute(cells, "unknown-value", null);
}

function effectiveCost(cells: CellReader, billedCost: Decimal): Decimal {
  const value = cells.number("EffectiveCost");
  if (value === "unreadable")
    return refuse(`EffectiveCost ${quoted(cells.text("EffectiveCost"))} is not a number`);
  if (value !== null) return value;
  // Under a commitment the two differ by design, and only the provider knows the amortised figure.
  if (cells.text("CommitmentDiscountId") !== null)
    return refuse("no EffectiveCost on a row under a commitment");
  return substitute(cells, "effective-cost-missing", billedCost);
}

function contractAndList(
  cells: CellReader,
  category: ChargeCategory,
): Pick<CostRow, "ContractedCost" | "ContractedUnitPrice" | "ListCost" | "ListUnitPrice"> {
  const quantity = cells.optionalNumber("PricingQuantity");
  const contractedUnitPrice = cells.optionalNumber("ContractedUnitPrice");
  const listUnitPrice = cells.optionalNumber("ListUnitPrice");
  const derived = (column: "ContractedCost" | "ListCost", price: Decimal | null): Decimal | null => {
    const cost = cells.optionalNumber(column);
    if (cost !== null) return cost;
    const name = column === "ListCost" ? "list-cost" : "contracted-cost";
    // FOCUS defines the cost of usage as unit price × pricing quantity; for other categories the two need not agree.
    if (category === "Usage" && quantity !== null && price !== null) {
      return substitute(cells, `${name}-computed`, multiply(price, quantity));
    }
    return substitute(cells, `${name}-missing`, null);
  };
  return {
    ContractedCost: derived("ContractedCost", contractedUnitPrice),
    ContractedUnitPrice: contractedUnitPrice,
    ListCost: derived("ListCost", listUnitPrice),
    ListUnitPrice: listUnitPrice,
  };
}

function provider(cells: CellReader): string {
  const name = cells.text("ProviderName");
  if (name !== null) return name;
  const other = cells.text("PublisherName") ?? cells.text("InvoiceIssuerName");
  return other === null ? refuse("no ProviderName") : substitute(cells, "provider-missing", other);
}

function substitute<Value>(cells: CellReader, code: CostRepairCode, value: Value): Value {
  cells.note(code);
  return value;
}

function quoted(text: string | null): string {
  return text === null ? "(empty)" : JSON.stringify(text.slice(0, 60));
}
