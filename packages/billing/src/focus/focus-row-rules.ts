import { compareDecimals, type Decimal, decimal, multiply, parseInstant, roundDecimal } from "@apex/core";
import {
  FOCUS_COLUMNS,
  FOCUS_DECIMAL,
  type FocusColumn,
  type FocusColumnType,
  type FocusRow,
} from "./focus-row.ts";
import { ALLOWED, NOT_NULL, PRICED, SUBCATEGORIES, TOGETHER } from "./focus-rule-tables.ts";
import { isFocusUnit } from "./focus-unit.ts";

/** A rule on one row. */
export interface RowRule {
  readonly rule: string;
  /** What is wrong with a row, as a whole sentence; `undefined` when it keeps the rule. */
  readonly problem: (row: FocusRow) => string | undefined;
}

const ZERO = decimal(0);
/** Digits as FOCUS's NumericFormat has them, without a plus. */
const NUMERIC = /^-?\d+(\.\d+)?$/;
const CURRENCY = /^[A-Z]{3}$/;

function when(condition: boolean, what: string): string | undefined {
  return condition ? what : undefined;
}

function isZero(amount: Decimal | null): boolean {
  return amount === null || compareDecimals(amount, ZERO) === 0;
}

function isSold({ ChargeCategory }: FocusRow): boolean {
  return ChargeCategory === "Usage" || ChargeCategory === "Purchase";
}

function fits(digits: string): boolean {
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  return (
    whole.length <= FOCUS_DECIMAL.precision - FOCUS_DECIMAL.scale && fraction.length <= FOCUS_DECIMAL.scale
  );
}

function isDecimal(value: string): boolean {
  return NUMERIC.test(value) && fits(value);
}

function isWholeInstant(value: string): boolean {
  return parseInstant(value) !== undefined && !value.includes(".");
}

/** By the type of a column: under which rule it is, what is right, and what is said of what is not. */
const FORMATS: Readonly<
  Record<FocusColumnType, readonly [(column: FocusColumn) => string, (value: string) => boolean, string]>
> = {
  decimal: [
    // The one column whose format is the third of its rules.
    (column) => (column === "ContractedUnitPrice" ? `${column}-C-003-M` : `${column}-C-002-M`),
    isDecimal,
    "is no decimal number of 38 digits, 18 of them after the point.",
  ],
  instant: [(column) => `${column}-C-002-M`, isWholeInstant, "is not written as 2026-11-21T07:00:00Z."],
  text: [() => "NullHandling", (value) => value.trim() !== "", "is empty: what has no value is null."],
  json: [() => "NullHandling", (value) => value.trim() !== "", "is empty: what has no value is null."],
};

/** Rules on what the values of a row look like. A row that breaks one cannot be reckoned with. */
export const FORMAT_RULES: readonly RowRule[] = (
  Object.entries(FOCUS_COLUMNS) as (readonly [FocusColumn, FocusColumnType])[]
).map(([column, type]) => {
  const [ruleOf, isRight, what] = FORMATS[type];
  return {
    rule: ruleOf(column),
    problem: (row) => {
      const value = row[column];
      return when(value !== null && !isRight(value), `${column} "${value}" ${what}`);
    },
  };
});

function notNullRules(): readonly RowRule[] {
  return (Object.entries(NOT_NULL) as (readonly [FocusColumn, string])[]).map(([column, rule]) => ({
    rule,
    problem: (row) => when(row[column] === null, `${column} is null.`),
  }));
}

function allowedRules(): readonly RowRule[] {
  return ALLOWED.map(([rule, column, values]) => ({
    rule,
    problem: (row) => {
      const value = row[column];
      return when(
        value !== null && !values.includes(value),
        `${column} ${value} is not one of ${values.join(", ")}.`,
      );
    },
  }));
}

function onlyWithRule(rule: string, column: FocusColumn, other: FocusColumn): RowRule {
  return {
    rule,
    problem: (row) =>
      when(row[other] === null && row[column] !== null, `${column} is given and ${other} is not.`),
  };
}

function togetherRules(): readonly RowRule[] {
  return TOGETHER.flatMap(([without, withOther, column, other]) => [
    onlyWithRule(without, column, other),
    onlyWithRule(withOther, other, column),
  ]);
}

function pricedRules(): readonly RowRule[] {
  return PRICED.flatMap(([ofTax, ofSold, column]) => [
    {
      rule: ofTax,
      problem: (row: FocusRow) =>
        when(row.ChargeCategory === "Tax" && row[column] !== null, `${column} is given for a tax.`),
    },
    {
      rule: ofSold,
      problem: (row: FocusRow) =>
        when(
          isSold(row) && row.ChargeClass === null && row[column] === null,
          `${column} is null for ${row.ChargeCategory}.`,
        ),
    },
  ]);
}

/** Costs are a unit price times a quantity, to the last digit that is kept. */
function productRule(
  rule: string,
  price: "ListUnitPrice" | "ContractedUnitPrice",
  cost: "ListCost" | "ContractedCost",
): RowRule {
  return {
    rule,
    problem: (row) => {
      const [unitPrice, quantity, amount] = [row[price], row.PricingQuantity, row[cost]];
      if (unitPrice === null || quantity === null || amount === null || row.ChargeClass !== null)
        return undefined;
      const product = roundDecimal(multiply(unitPrice, quantity), FOCUS_DECIMAL.scale);
      return when(
        compareDecimals(product, amount) !== 0,
        `${cost} ${amount} is not ${price} ${unitPrice} × PricingQuantity ${quantity}.`,
      );
    },
  };
}

/** What has no unit price of its own costs the same by every measure. */
function unrelatedRule(rule: string, cost: "ListCost" | "ContractedCost" | "EffectiveCost"): RowRule {
  return {
    rule,
    problem: (row) => {
      const [amount, billed] = [row[cost], row.BilledCost];
      const isUnrelated = row.ChargeCategory === "Credit" || row.ChargeCategory === "Adjustment";
      if (!isUnrelated || amount === null || billed === null) return undefined;
      return when(compareDecimals(amount, billed) !== 0, `${cost} ${amount} is not BilledCost ${billed}.`);
    },
  };
}

function notNegativeRule(rule: string, column: "ListUnitPrice" | "ContractedUnitPrice"): RowRule {
  return {
    rule,
    problem: (row) => {
      const value = row[column];
      return when(value !== null && compareDecimals(value, ZERO) < 0, `${column} ${value} is below 0.`);
    },
  };
}

function periodRule(rule: string, start: FocusColumn, end: FocusColumn): RowRule {
  return {
    rule,
    problem: (row) => {
      const [from, to] = [row[start], row[end]];
      return when(from !== null && to !== null && from >= to, `${start} ${from} is not before ${end} ${to}.`);
    },
  };
}

function currencyRule(rule: string, column: FocusColumn): RowRule {
  return {
    rule,
    problem: (row) =>
      when(
        row[column] !== null && !CURRENCY.test(row[column]),
        `${column} ${row[column]} is no ISO 4217 code.`,
      ),
  };
}

function unitRule(rule: string, column: "ConsumedUnit" | "PricingUnit"): RowRule {
  return {
    rule,
    problem: (row) =>
      when(
        row[column] !== null && !isFocusUnit(row[column]),
        `${column} ${row[column]} is no unit as FOCUS spells them.`,
      ),
  };
}

/** Rules that no table above holds. */
const SINGLE: readonly RowRule[] = [
  {
    rule: "BilledCost-C-005-C",
    problem: (row) =>
      when(
        row.ProviderName !== row.InvoiceIssuerName && !isZero(row.BilledCost),
        `BilledCost is ${row.BilledCost} where ${row.InvoiceIssuerName} invoices for ${row.ProviderName}.`,
      ),
  },
  {
    rule: "ChargeFrequency-C-004-C",
    problem: (row) =>
      when(
        row.ChargeCategory === "Purchase" && row.ChargeFrequency === "Usage-Based",
        "ChargeFrequency is Usage-Based for a purchase.",
      ),
  },
  {
    rule: "ConsumedQuantity-C-004-C",
    problem: (row) =>
      when(
        row.ChargeCategory !== "Usage" && row.ConsumedQuantity !== null,
        `ConsumedQuantity is ${row.ConsumedQuantity} for ${row.ChargeCategory}.`,
      ),
  },
  {
    rule: "ConsumedQuantity-C-006-C",
    problem: (row) =>
      when(
        row.ChargeCategory === "Usage" && row.ChargeClass === null && row.ConsumedQuantity === null,
        "ConsumedQuantity is null for Usage.",
      ),
  },
  {
    rule: "EffectiveCost-C-005-C",
    problem: (row) =>
      when(
        row.ChargeCategory === "Purchase" && !isZero(row.EffectiveCost),
        `EffectiveCost of a purchase is ${row.EffectiveCost}.`,
      ),
  },
  onlyWithRule("ResourceName-C-004-C", "ResourceName", "ResourceId"),
  onlyWithRule("SkuPriceDetails-C-004-C", "SkuPriceDetails", "SkuPriceId"),
  {
    rule: "ServiceSubcategory-C-004-M",
    problem: (row) =>
      when(
        !(SUBCATEGORIES[row.ServiceCategory ?? ""] ?? []).includes(row.ServiceSubcategory ?? ""),
        `${row.ServiceSubcategory} is no subcategory of ${row.ServiceCategory} that Apex has services in.`,
      ),
  },
];

/** Rules on what the values of a row say. */
export const VALUE_RULES: readonly RowRule[] = [
  ...notNullRules(),
  ...allowedRules(),
  ...togetherRules(),
  ...pricedRules(),
  productRule("ListCost-C-009-C", "ListUnitPrice", "ListCost"),
  productRule("ContractedCost-C-009-C", "ContractedUnitPrice", "ContractedCost"),
  unrelatedRule("ListCost-C-008-C", "ListCost"),
  unrelatedRule("ContractedCost-C-008-C", "ContractedCost"),
  unrelatedRule("EffectiveCost-C-010-C", "EffectiveCost"),
  notNegativeRule("ListUnitPrice-C-008-M", "ListUnitPrice"),
  notNegativeRule("ContractedUnitPrice-C-009-C", "ContractedUnitPrice"),
  periodRule("BillingPeriodEnd-C-004-M", "BillingPeriodStart", "BillingPeriodEnd"),
  periodRule("ChargePeriodEnd-C-004-M", "ChargePeriodStart", "ChargePeriodEnd"),
  currencyRule("BillingCurrency-C-006-M", "BillingCurrency"),
  currencyRule("PricingCurrency-C-003-M", "PricingCurrency"),
  unitRule("ConsumedUnit-C-003-O", "ConsumedUnit"),
  unitRule("PricingUnit-C-003-O", "PricingUnit"),
  ...SINGLE,
];
