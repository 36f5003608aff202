import { type Decimal, decimal, roundDecimal } from "@apex/core";

/** Places of an amount before it is on an invoice: NUMERIC(38, 18) in the database. */
export const AMOUNT_DIGITS = 18;

/** A value to those places, half-even; without the zeros that rounding prints, so that equal amounts are equal texts. */
export function toAmountDigits(value: Decimal): Decimal {
  return decimal(roundDecimal(value, AMOUNT_DIGITS));
}
