import {
  compareDecimals,
  type Currency,
  type Decimal,
  decimal,
  type LineItem,
  multiply,
  roundDecimal,
  subtract,
} from "@apex/core";
import { amountPair, amountText } from "../wording.ts";
import { magnitude } from "./estimate-totals.ts";

const ZERO = decimal(0);
const MONTHS_A_YEAR = decimal(12);

/** From here on nobody minds cents in a table, where they make no difference. */
const WHOLE_FROM = decimal(10);

/** From here on nobody minds them in a sentence. */
const WHOLE_IN_SENTENCE_FROM = decimal(1000);

/** What something costs on both sides; `null` is not known or not there. */
export interface AmountRow {
  readonly before: Decimal | null;
  readonly after: Decimal | null;
  readonly delta: Decimal | null;
}

/** The texts of an {@link AmountRow}; the delta without a sign. */
export interface AmountTexts {
  readonly before: string;
  readonly after: string;
  readonly delta: string;
}

/**
 * The amounts of one row, cents where one of them is below $10 or where whole dollars would make two sides look equal or the
 * difference look wrong: "$41" and "$82" differ by "$41", or are "$41.20" and "$82.90".
 */
export function amountTexts({ before, after, delta }: AmountRow, currency: Currency): AmountTexts {
  const change = delta === null ? null : magnitude(delta);
  if (isWhole({ before, after, delta })) {
    const text = (amount: Decimal | null) => amountText(amount, currency, 0);
    return { before: text(before), after: text(after), delta: text(change) };
  }
  const [left, right] = amountPair(before, after, currency);
  return { before: left, after: right, delta: amountText(change, currency) };
}

function isWhole({ before, after, delta }: AmountRow): boolean {
  const known = [before, after, delta].filter((amount) => amount !== null);
  const isLarge = known.every(
    (amount) => compareDecimals(amount, ZERO) === 0 || compareDecimals(magnitude(amount), WHOLE_FROM) >= 0,
  );
  if (!isLarge) return false;
  if (before === null || after === null) return true;
  const rounded = subtract(roundDecimal(after, 0), roundDecimal(before, 0));
  const exact = subtract(after, before);
  // Where a side lacks a price its sum and the difference are of different resources: nobody subtracts them.
  if (delta !== null && compareDecimals(exact, delta) === 0) {
    return compareDecimals(rounded, roundDecimal(delta, 0)) === 0;
  }
  return compareDecimals(exact, ZERO) === 0 || compareDecimals(rounded, ZERO) !== 0;
}

/** An amount in a sentence, by month and year, without its sign: "$41.20 a month ($494 a year)". */
export function monthAndYear(amount: Decimal, currency: Currency): string {
  const month = magnitude(amount);
  const year = multiply(month, MONTHS_A_YEAR);
  const digits = compareDecimals(month, WHOLE_IN_SENTENCE_FROM) >= 0 ? 0 : undefined;
  const yearDigits = compareDecimals(year, WHOLE_FROM) >= 0 ? 0 : undefined;
  return `${amountText(month, currency, digits)} a month (${amountText(year, currency, yearDigits)} a year)`;
}

/** Digits of a unit price or a quantity that anybody reads; a price per request has nine. */
const EXACT_DIGITS = 12;

/** A quantity or price to its last digit: "730", "0.0416", "1,000,000". */
export function exactText(value: Decimal): string {
  const [whole = "0", fraction = ""] = roundDecimal(value, EXACT_DIGITS).split(".");
  const digits = fraction.replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return digits === "" ? grouped : `${grouped}.${digits}`;
}

/** A unit price with all its digits, two at least: "$0.0416", "$12.00". */
export function unitPriceText(price: Decimal, currency: Currency): string {
  const fraction = exactText(price).split(".")[1] ?? "";
  return amountText(price, currency, Math.max(2, fraction.length));
}

/** What one unit of a line item costs: "$0.045 per GB", "$0.20 per 1M requests". */
export function pricePerUnit(
  { unitPrice, unit }: Pick<LineItem, "unitPrice" | "unit">,
  currency: Currency,
): string {
  // "1M requests" is one unit already.
  const one = /^\d/.test(unit) ? unit : unit.replace(/(?<=\p{L})s$/u, "");
  return `${unitPriceText(unitPrice, currency)} per ${one}`;
}
