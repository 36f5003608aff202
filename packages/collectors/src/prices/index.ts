export { AWS_PRICE_LISTS, type AwsPriceService } from "./aws-price-lists.ts";
export { priceFolder } from "./price-folder.ts";
export { importAwsPrices, syncAwsPrices } from "./sync-aws-prices.ts";
export type { SyncOutcome } from "./sync-outcome.ts";
