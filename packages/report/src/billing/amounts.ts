import { AMOUNT_DIGITS } from "@apex/billing";
import type { Currency, Decimal } from "@apex/core";
import { amountText } from "../wording.ts";

const DIGITS_MIN = 2;

/** How many digits a number has after its point. */
export function places(value: Decimal): number {
  return value.split(".")[1]?.length ?? 0;
}

/** An amount with all of its digits, two at least and `digitsMax` at most. */
export function exactText(amount: Decimal, currency: Currency, digitsMax = AMOUNT_DIGITS): string {
  return amountText(amount, currency, Math.min(digitsMax, Math.max(DIGITS_MIN, places(amount))));
}

/** An amount that was rounded to its currency's digits, as it was rounded. */
export function roundedText(amount: Decimal, currency: Currency): string {
  return amountText(amount, currency, places(amount));
}

/** A quantity with all of its digits. */
export function quantityText(quantity: Decimal): string {
  return quantity.replace("-", "−");
}
