/** What the lines of public price lists mean, and the files that their prices are kept in. Not for fetching them. */
export {
  type PriceFileHeader,
  readPriceFile,
  readPriceFileHeader,
  writePriceFile,
} from "./catalog-text.ts";
export {
  type CollectedPrices,
  collectPrices,
  type PriceCollection,
  type SavingsPlanRate,
} from "./collect-prices.ts";
export { type GcpPriceSku, gcpPriceBuilder } from "./gcp-skus.ts";
export { type SpotHistory, spotHistory } from "./spot-history.ts";
export { OFFER_ATTRIBUTES, OFFER_COLUMNS, type OfferRow } from "./offer-row.ts";
