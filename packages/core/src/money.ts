import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  multiply,
  roundDecimal,
  subtract,
} from "./decimal.ts";
import { InvariantError } from "./invariant.ts";

/** ISO 4217 code in capitals: "USD". */
export type Currency = string;

/** An exact amount in one currency. A plain value: JSON-serialisable, never rounded until it is shown. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: Currency;
}

/** Makes money from exact text or a short number: `money("0.0416")`. Throws a RangeError when it is no decimal. */
export function money(amount: string | number, currency: Currency = "USD"): Money {
  return { amount: decimal(amount), currency };
}

/** Zero in a currency: for sums that start empty, never in place of a price that is not known. */
export function zero(currency: Currency = "USD"): Money {
  return money("0", currency);
}

function sameCurrency(a: Money, b: Money): Currency {
  if (a.currency !== b.currency) {
    throw new InvariantError(`amounts in ${a.currency} and ${b.currency} cannot be combined`);
  }
  return a.currency;
}

/** a + b. Throws an InvariantError when the currencies differ: conversion is a decision, not an accident. */
export function add(a: Money, b: Money): Money {
  return { amount: addDecimals(a.amount, b.amount), currency: sameCurrency(a, b) };
}

/** a − b, under the same rule as {@link add}. */
export function minus(a: Money, b: Money): Money {
  return { amount: subtract(a.amount, b.amount), currency: sameCurrency(a, b) };
}

/** An amount times a quantity, exactly: `times(hourly, decimal(730))`. */
export function times(a: Money, factor: Decimal): Money {
  return { amount: multiply(a.amount, factor), currency: a.currency };
}

/** The sum of amounts in one currency; zero of `currency` when there are none. */
export function sum(amounts: Iterable<Money>, currency: Currency = "USD"): Money {
  let total = zero(currency);
  for (const amount of amounts) total = add(total, amount);
  return total;
}

/** Orders by amount: −1, 0, 1. The currencies must be equal. */
export function compareMoney(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b);
  return compareDecimals(a.amount, b.amount);
}

/**
 * For people: "$1,234.50", "−$0.40", "12.00 EUR". Two digits, or four below a cent, so that a
 * small amount is never shown as nothing.
 */
export function formatMoney(value: Money, digits?: number): string {
  const negative = compareDecimals(value.amount, decimal(0)) < 0;
  const magnitude = negative ? subtract(decimal(0), value.amount) : value.amount;
  const isTiny =
    compareDecimals(magnitude, decimal("0.01")) < 0 && compareDecimals(magnitude, decimal(0)) > 0;
  const [whole = "0", fraction] = roundDecimal(magnitude, digits ?? (isTiny ? 4 : 2)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  const sign = negative ? "−" : "";
  return value.currency === "USD" ? `${sign}$${text}` : `${sign}${text} ${value.currency}`;
}
