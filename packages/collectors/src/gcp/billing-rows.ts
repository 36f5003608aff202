import {
  addDecimals,
  type ChargeCategory,
  compareDecimals,
  type CostRow,
  type Decimal,
  DAY_MS,
  decimal,
  divide,
  formatInstant,
  multiply,
  parseDecimal,
  parseInstant,
  parseJson,
  subtract,
} from "@apex/core";
import type { BigQueryRow } from "./bigquery.ts";

/** A month of the bill as text: "202610". */
export interface BilledMonth {
  readonly month: string;
  readonly start: string;
  readonly end: string;
}

/** The months that a window touches, as Google names them. Its months begin in California; ours in UTC, as all periods here. */
export function monthsOf(startMs: number, endMs: number): readonly BilledMonth[] {
  const months: BilledMonth[] = [];
  const first = new Date(startMs);
  for (let offset = 0; ; offset += 1) {
    const at = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + offset, 1);
    if (at >= endMs) return months;
    const next = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + offset + 1, 1);
    const start = formatInstant(at);
    months.push({ month: start.slice(0, 7).replace("-", ""), start, end: formatInstant(next) });
  }
}

const ZERO = decimal(0);

/** Source: Cloud Billing, `cost_type`. */
const CATEGORIES: Readonly<Record<string, ChargeCategory>> = {
  regular: "Usage",
  tax: "Tax",
  adjustment: "Adjustment",
  rounding_error: "Adjustment",
};

/**
 * A summed line of the export as FOCUS rows; nothing for one that lacks an amount, a day or an account.
 *
 * BilledCost is cost and credits together, which is what the invoice asks for. What a commitment offset becomes a row of its
 * own under CommitmentDiscountStatus "Used": nothing is billed for it, and its EffectiveCost is its share of the month's
 * commitment fees in proportion to the credits; the fees' own rows then have none. The sum of EffectiveCost stays that of
 * BilledCost. Where no fee was offset, fees keep their cost as "Unused".
 */
export function costRowsOf(row: BigQueryRow, period: BilledMonth): readonly CostRow[] | undefined {
  const cost = amountOf(row["cost"]);
  const committed = amountOf(row["committed_credit"]) ?? ZERO;
  const other = amountOf(row["other_credit"]) ?? ZERO;
  const dayMs = parseInstant(row["day"] ?? "");
  const account = row["billing_account_id"];
  const { currency } = row;
  if (cost === undefined || dayMs === undefined || account == null || currency == null) return undefined;
  const category = CATEGORIES[row["cost_type"] ?? ""] ?? "Adjustment";
  const isFee = row["is_fee"] === "true" && category === "Usage";
  const base = baseRow(row, { period, dayMs, account, currency });
  const billed = addDecimals(cost, committed, other);
  if (isFee) return [feeRow(base, row, billed)];
  if (compareDecimals(committed, ZERO) === 0) {
    return [
      {
        ...base,
        ...quantities(row),
        ChargeCategory: category,
        ...tells(row, category, null),
        BilledCost: billed,
        EffectiveCost: billed,
        ContractedCost: cost,
      },
    ];
  }
  const covered = subtract(ZERO, committed);
  const share = coveredShare(covered, cost);
  const open = addDecimals(subtract(cost, covered), other);
  return [
    {
      ...base,
      ...quantities(row, share),
      ChargeCategory: category,
      ...tells(row, category, "Used"),
      BilledCost: ZERO,
      EffectiveCost: feeShare(covered, row),
      ContractedCost: covered,
    },
    {
      ...base,
      ...quantities(row, subtract(decimal(1), share)),
      ChargeCategory: category,
      ...tells(row, category, null),
      BilledCost: open,
      EffectiveCost: open,
      ContractedCost: subtract(cost, covered),
    },
  ];
}

function coveredShare(covered: Decimal, cost: Decimal): Decimal {
  if (compareDecimals(cost, ZERO) <= 0) return ZERO;
  const share = divide(covered, cost);
  return compareDecimals(share, decimal(1)) > 0 ? decimal(1) : share;
}

/** What of the month's fees falls on an amount that they offset. */
function feeShare(covered: Decimal, row: BigQueryRow): Decimal {
  const fees = amountOf(row["fees"]) ?? ZERO;
  const offset = subtract(ZERO, amountOf(row["offset_by_fees"]) ?? ZERO);
  return compareDecimals(offset, ZERO) <= 0 ? ZERO : divide(multiply(fees, covered), offset);
}

function feeRow(base: BaseRow, row: BigQueryRow, billed: Decimal): CostRow {
  const isSpread = compareDecimals(amountOf(row["offset_by_fees"]) ?? ZERO, ZERO) < 0;
  return {
    ...base,
    ...quantities(row),
    ChargeCategory: isSpread ? "Purchase" : "Usage",
    PricingCategory: "Committed",
    CommitmentDiscountStatus: isSpread ? null : "Unused",
    CommitmentDiscountType: "CUD",
    CommitmentDiscountId: row["sku_id"] ?? null,
    BilledCost: billed,
    EffectiveCost: isSpread ? ZERO : billed,
    ContractedCost: billed,
  };
}

/** Whether the line is under a commitment: not told where the newer model of commitments prices the usage itself. */
function tells(
  row: BigQueryRow,
  category: ChargeCategory,
  status: "Used" | null,
): Pick<
  CostRow,
  "PricingCategory" | "CommitmentDiscountStatus" | "CommitmentDiscountType" | "CommitmentDiscountId"
> {
  const isTold = category === "Usage" && (row["new_model_lines"] ?? "0") === "0";
  return {
    PricingCategory: !isTold ? null : status === null ? "Standard" : "Committed",
    CommitmentDiscountStatus: status,
    CommitmentDiscountType: status === null ? null : "CUD",
    CommitmentDiscountId: null,
  };
}

type Told =
  | "BilledCost"
  | "EffectiveCost"
  | "ContractedCost"
  | "ListCost"
  | "ChargeCategory"
  | "PricingCategory"
  | "CommitmentDiscountStatus"
  | "CommitmentDiscountType"
  | "CommitmentDiscountId"
  | "PricingQuantity"
  | "ConsumedQuantity";
type BaseRow = Omit<CostRow, Told>;

function quantities(
  row: BigQueryRow,
  share: Decimal = decimal(1),
): Pick<CostRow, "ListCost" | "PricingQuantity" | "ConsumedQuantity"> {
  const part = (value: string | null | undefined): Decimal | null => {
    const amount = amountOf(value);
    return amount === undefined ? null : multiply(amount, share);
  };
  return {
    ListCost: part(row["list_cost"]),
    PricingQuantity: part(row["pricing_amount"]),
    ConsumedQuantity: part(row["amount"]),
  };
}

interface RowFrame {
  readonly period: BilledMonth;
  readonly dayMs: number;
  readonly account: string;
  readonly currency: string;
}

function baseRow(row: BigQueryRow, { period, dayMs, account, currency }: RowFrame): BaseRow {
  const text = (name: string): string | null => (row[name] === "" ? null : (row[name] ?? null));
  return {
    BillingCurrency: currency,
    BillingAccountId: account,
    SubAccountId: text("project_id"),
    BillingPeriodStart: period.start,
    BillingPeriodEnd: period.end,
    ChargePeriodStart: formatInstant(dayMs),
    ChargePeriodEnd: formatInstant(dayMs + DAY_MS),
    ChargeClass: null,
    ChargeDescription: text("sku"),
    PricingUnit: text("pricing_unit"),
    ConsumedUnit: text("unit"),
    ListUnitPrice: null,
    ContractedUnitPrice: null,
    ProviderName: "Google Cloud",
    PublisherName: null,
    InvoiceIssuerName: null,
    InvoiceId: null,
    RegionId: text("region"),
    AvailabilityZone: text("zone"),
    ResourceId: text("resource_global_name") ?? text("resource_name"),
    ResourceName: text("resource_name"),
    ResourceType: null,
    ServiceCategory: null,
    ServiceName: text("service") ?? "Unknown",
    SkuId: text("sku_id"),
    SkuPriceId: null,
    Tags: labelsOf(row["labels"]),
    x_UsageType: null,
    x_Operation: null,
  };
}

function amountOf(text: string | null | undefined): Decimal | undefined {
  return text == null ? undefined : parseDecimal(text);
}

/** `[{"key":"team","value":"shop"}]`. */
function labelsOf(text: string | null | undefined): Readonly<Record<string, string>> {
  const list = text == null ? undefined : parseJson(text);
  if (!Array.isArray(list)) return {};
  const pairs = list.flatMap((entry): readonly (readonly [string, string])[] => {
    if (typeof entry !== "object" || entry === null || !("key" in entry) || !("value" in entry)) return [];
    return typeof entry["key"] === "string" && typeof entry["value"] === "string"
      ? [[entry["key"], entry["value"]]]
      : [];
  });
  return Object.fromEntries(pairs);
}
