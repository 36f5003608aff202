import { type Decimal, decimal } from "@apex/core";

const RATES: Readonly<Record<string, string>> = {
  n1: "0.3",
  f1: "0.3",
  g1: "0.3",
  m1: "0.3",
  m2: "0.3",
  n2: "0.2",
  n2d: "0.2",
  c2: "0.2",
};

/**
 * The share of its list price that a Compute Engine machine gets off when it runs for a whole month, by family: zero for those without
 * the discount. Source: Compute Engine documentation, "Sustained use discounts".
 */
export function sustainedUseRate(family: string): Decimal {
  return decimal(Object.hasOwn(RATES, family) ? (RATES[family] ?? 0) : 0);
}
