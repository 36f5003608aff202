import { type MachineType, sustainedUseRate } from "@apex/catalog";
import { compareDecimals, type Decimal, decimal, type MonthlySavings, multiply, subtract } from "@apex/core";
import { monthlyDifference, savingsOf } from "./draft.ts";

/** A list price after the discount of a month of uninterrupted use. */
export function afterSustainedUse(hourly: Decimal, family: string): Decimal {
  return multiply(hourly, subtract(decimal(1), sustainedUseRate(family)));
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

/** What is left of a move's savings at list prices, from a machine that runs all the time to one that does. */
export function netOfSustainedUse(
  now: { readonly machine: MachineType; readonly hourly: Decimal },
  coverage: number | null | undefined,
) {
  const month = ({ machine, hourly }: typeof now): Decimal => afterSustainedUse(hourly, machine.family);
  return (savings: MonthlySavings, after: typeof now): MonthlySavings =>
    withSustainedUse(savings, monthlyDifference(month(now), month(after)), coverage);
}
