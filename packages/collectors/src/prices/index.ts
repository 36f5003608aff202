export { AWS_PRICE_LISTS, type AwsPriceService } from "./aws-price-lists.ts";
export { type PriceFolder, priceFolder } from "./price-folder.ts";
export { importAwsPrices, type SyncOutcome, type SyncProgress, syncAwsPrices } from "./sync-aws-prices.ts";
