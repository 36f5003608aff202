import { compareDecimals, type Decimal, decimal, type MonthlySavings, multiply } from "@apex/core";
import { savingsOf } from "./draft.ts";

/**
 * What a month of uninterrupted use costs of its list price, by family; the others have no such discount. Source:
 * Compute Engine docs, "Sustained use discounts".
 */
const SUSTAINED_USE_FACTOR: Readonly<Record<string, string>> = {
  f1: "0.7",
  g1: "0.7",
  n1: "0.7",
  n2: "0.8",
  n2d: "0.8",
  c2: "0.8",
  m1: "0.7",
  m2: "0.7",
};

/** A list price after the discount of a month of uninterrupted use. */
export function afterSustainedUse(hourly: Decimal, family: string): Decimal {
  return multiply(hourly, decimal(SUSTAINED_USE_FACTOR[family] ?? "1"));
}

/**
 * Savings as the bill will show them, and as an estimate has them, whose machines have the discount, too: the discounted
 * difference, and less what commitments pay for. A present machine with the discount saves less than its list price, one that
 * gains it may save more, which is not promised.
 */
export function withSustainedUse(
  savings: MonthlySavings,
  discounted: Decimal,
  coverage: number | null | undefined,
): MonthlySavings {
  const isLess = compareDecimals(discounted, savings.list) < 0;
  return isLess ? savingsOf(discounted, coverage, savings.realised) : savings;
}
