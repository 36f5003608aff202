import { formatMoney, type LineItem } from "@apex/core";

/** "$0.045 per GB": a price to its last digit, two at least. */
export function unitPriceText({ unitPrice, unit }: LineItem, currency: string): string {
  const [, fraction = ""] = unitPrice.split(".");
  const price = formatMoney({ amount: unitPrice, currency }, Math.max(2, fraction.length));
  // "1M requests" is one unit already.
  return `${price} per ${/^\d/.test(unit) ? unit : unit.replace(/s$/, "")}`;
}
