/**
 * Whole numbers of 10⁻¹⁸, and one rule of rounding: half away from zero. The customer's database reckons with the same, so that it
 * comes to the same last digit; decimals with more places, and division in floats, would not.
 */
import { type Decimal, decimal } from "@apex/core";
import { AMOUNT_DIGITS } from "../amount-digits.ts";

/** Unit prices are kept to 12 places: a price times a quantity then fits into the 38 digits of a database. */
export const PRICE_PLACES = 12;

/** One, in units of {@link PRICE_PLACES}. */
export const PRICE_SCALE = 10n ** BigInt(PRICE_PLACES);

/** Units of 10⁻¹⁸ in one of {@link PRICE_PLACES}. */
const PRICE_UNIT = 10n ** BigInt(AMOUNT_DIGITS - PRICE_PLACES);

const BASE = 10;
const HALF = 5;

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** A decimal in 10⁻¹⁸. */
export function scaled(value: Decimal): bigint {
  const isNegative = value.startsWith("-");
  const [whole = "0", fraction = ""] = (isNegative ? value.slice(1) : value).split(".");
  const kept = BigInt(whole + fraction.slice(0, AMOUNT_DIGITS).padEnd(AMOUNT_DIGITS, "0"));
  const isRaised = Number(fraction[AMOUNT_DIGITS] ?? "0") >= HALF;
  const rounded = isRaised ? kept + 1n : kept;
  return isNegative ? -rounded : rounded;
}

/** A whole number of 10⁻ᵖˡᵃᶜᵉˢ as a decimal. */
export function unscaled(value: bigint, places = AMOUNT_DIGITS): Decimal {
  const digits = magnitude(value)
    .toString(BASE)
    .padStart(places + 1, "0");
  return decimal(`${value < 0n ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`);
}

/** a × b ÷ c, rounded once; c is above 0. */
export function mulDiv(a: bigint, b: bigint, c: bigint): bigint {
  const product = a * b;
  const rounded = (2n * magnitude(product) + c) / (2n * c);
  return product < 0n ? -rounded : rounded;
}

/** A whole number of 10⁻¹⁸ in units of {@link PRICE_PLACES}. */
export function toPricePlaces(value: bigint): bigint {
  return mulDiv(value, 1n, PRICE_UNIT);
}
