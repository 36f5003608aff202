/** A price kept by hand, USD per the unit in its name, with where it was read and for which day. */
export interface UnitPrice {
  readonly usd: string;
  readonly date: string;
  readonly origin: string;
}

/**
 * Prices kept by hand by region and name. A region that is not a key has no known price: these differ by region, so none is
 * carried over.
 */
export type UnitPriceSheet = Readonly<Record<string, Readonly<Record<string, UnitPrice>>>>;
