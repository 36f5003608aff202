/**
 * Collects inventory, bills, opinions and metrics of AWS accounts over its APIs. Not for judging them, storing them or reading
 * exports. Apart from the package's other collectors, because the SDK's clients take a while to load.
 */
export { syncSpotPrices } from "../prices/sync-spot-prices.ts";
export { awsCollector, type AwsCollectorOptions } from "./aws-collector.ts";
export { DELIVERY_CODE as BILL_DELIVERY_CODE } from "./cur-s3/billing-export.ts";
export { awsPermissions } from "./permissions.ts";
