import {
  assert,
  compareDecimals,
  type Decimal,
  decimal,
  multiply,
  roundDecimal,
  subtract,
  sumDecimals,
} from "@apex/core";

/** Amounts to a currency's digits, and what they sum up to. */
export interface Apportioned {
  /** In the order of what was given. */
  readonly amounts: readonly Decimal[];
  /** The rounded sum of the exact amounts; the amounts sum up to it to the last digit. */
  readonly total: Decimal;
}

/** The largest whole number that is not larger. */
function floor(value: Decimal): bigint {
  const [whole = "0", fraction = ""] = value.split(".");
  const isBelow = value.startsWith("-") && /[1-9]/.test(fraction);
  return BigInt(whole) - (isBelow ? 1n : 0n);
}

/**
 * Rounds amounts to `digits` places so that they add up to the rounded sum: the largest-remainder method (Hamilton's, after the
 * apportionment of seats). Everything is rounded down first; the units that are then missing go to the amounts that lost most, the
 * earlier one of two that lost the same. Negative amounts are rounded down too, so that the rule is one for charges and credits. No
 * amount moves by a whole unit.
 */
export function apportion(exact: readonly Decimal[], digits: number): Apportioned {
  assert(Number.isInteger(digits) && digits >= 0, `an amount with ${digits} digits`);
  const scale = decimal(10n ** BigInt(digits));
  const unit = decimal(`1e-${digits}`);
  const scaled = exact.map((amount) => multiply(amount, scale));
  const floors = scaled.map(floor);
  const total = roundDecimal(sumDecimals(exact), digits);
  const units = BigInt(multiply(total, scale));
  const missing = Number(units - floors.reduce((sum, value) => sum + value, 0n));
  const remainders = scaled.map((value, index) => ({
    index,
    lost: subtract(value, decimal(floors[index] ?? 0n)),
  }));
  const raised = new Set(
    remainders
      .toSorted((a, b) => compareDecimals(b.lost, a.lost) || a.index - b.index)
      .slice(0, missing)
      .map(({ index }) => index),
  );
  const amounts = floors.map((value, index) => {
    const cents = value + (raised.has(index) ? 1n : 0n);
    return roundDecimal(multiply(decimal(cents), unit), digits);
  });
  return { amounts, total };
}
