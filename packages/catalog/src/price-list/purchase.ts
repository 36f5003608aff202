/** How a machine is bought: on demand, or under what kind of commitment, or on the spot market. */
export type PurchaseOption =
  | "on-demand"
  | `reserved-${string}`
  | `${string}-savings-plan-${string}`
  | `spot-${string}`;

/** Puts a purchase option behind the variant that it is a price of: "linux/reserved-1yr-no-upfront". */
export function variantOf(base: string, option: PurchaseOption): string {
  return option === "on-demand" ? base : `${base}/${option}`;
}

/** The two halves of {@link variantOf}. */
export function purchaseOf(variant: string): { readonly base: string; readonly option: string } {
  const slash = variant.indexOf("/");
  return slash < 0
    ? { base: variant, option: "on-demand" }
    : { base: variant.slice(0, slash), option: variant.slice(slash + 1) };
}

/** "No Upfront" → "no-upfront". */
export function hyphenated(words: string): string {
  return words.trim().toLowerCase().replaceAll(/\s+/g, "-");
}
