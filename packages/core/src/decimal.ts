import Big from "big.js";

declare const decimalBrand: unique symbol;

/**
 * An exact decimal number as text, without exponent or leading plus: "0.0416", "-3", "20.52022672899".
 * The form money and billed quantities travel in: JSON keeps every digit, and no float ever touches it.
 */
export type Decimal = string & { readonly [decimalBrand]: true };

const DECIMAL_PATTERN = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?$/;

/** Digits kept by {@link divide}: far below a nano-dollar, so the one rounding at display decides alone. */
const DIVISION_DIGITS = 30;

function fromBig(value: Big): Decimal {
  // toFixed on -0 prints "-0"; a zero has no sign in our files.
  return (value.eq(0) ? "0" : value.toFixed()) as Decimal;
}

/**
 * Reads a decimal from text or from a number that is exact in its shortest notation.
 * Throws a RangeError for anything else (NaN, Infinity, "1,000", ""): outside data is checked first with {@link parseDecimal}.
 */
export function decimal(value: string | number | bigint): Decimal {
  const parsed = parseDecimal(value);
  if (parsed === undefined) {
    throw new RangeError(`not a decimal number: ${JSON.stringify(String(value)).slice(0, 80)}`);
  }
  return parsed;
}

/** Like {@link decimal}, but `undefined` for text that is no decimal number. */
export function parseDecimal(value: string | number | bigint): Decimal | undefined {
  const text = String(value).trim();
  // big.js takes no leading plus, which exports do write.
  return DECIMAL_PATTERN.test(text) ? fromBig(new Big(text.replace(/^\+/, ""))) : undefined;
}

/** The sum of a few, exactly; "0" for no values. Of a list of any length: {@link sumDecimals}. */
export function addDecimals(...values: readonly Decimal[]): Decimal {
  return sumDecimals(values);
}

/** The sum, exactly; "0" for no values. A function takes some 100,000 arguments at most: a month's charges are more. */
export function sumDecimals(values: Iterable<Decimal>): Decimal {
  let sum = new Big(0);
  for (const value of values) sum = sum.plus(value);
  return fromBig(sum);
}

/** a − b, exactly. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  return fromBig(new Big(a).minus(b));
}

/** a × b, exactly. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return fromBig(new Big(a).times(b));
}

/** a ÷ b to 30 decimal places, half-even. Throws a RangeError when b is zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (new Big(b).eq(0)) throw new RangeError(`division of ${a} by zero`);
  const divider = Big();
  divider.DP = DIVISION_DIGITS;
  divider.RM = divider.roundHalfEven;
  return fromBig(divider(a).div(b));
}

/** −1 when a < b, 0 when equal, 1 when a > b. */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  // Rounding to a double keeps the order of two numbers, so only those that become the same one are looked at closely.
  const [left, right] = [Number(a), Number(b)];
  if (left < right) return -1;
  if (left > right) return 1;
  return new Big(a).cmp(b);
}

/** Rounded half-even to `digits` places, with exactly that many printed: for display and invoice lines only. */
export function roundDecimal(value: Decimal, digits: number): Decimal {
  const rounded = new Big(value).round(digits, Big.roundHalfEven);
  return (rounded.eq(0) ? new Big(0) : rounded).toFixed(digits) as Decimal;
}

/** The nearest double: for ratios, charts and sorting, never for arithmetic that becomes money again. */
export function toNumber(value: Decimal): number {
  return new Big(value).toNumber();
}
