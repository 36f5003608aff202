/**
 * Google Cloud, asked over the network: what there is, how it is used, what it is billed and what it costs at list. Reads
 * alone. Compute Engine, Cloud SQL, GKE, Monitoring, BigQuery and Recommender are asked by their published REST shapes through
 * google-auth-library: their client packages weigh 117 MB for Compute Engine alone, and most of them would carry gRPC to send
 * the same JSON. The price list is read by @google-cloud/billing, which is small.
 */
export { syncGcpPrices } from "../prices/sync-gcp-prices.ts";
export { gcpAuth } from "./auth.ts";
export { parseBillingTable } from "./billing-query.ts";
export { gcpCollector } from "./collector.ts";
export { gcpPermissions } from "./permissions.ts";
export {
  CLOUD_SQL_SERVICE_ID,
  COMPUTE_ENGINE_SERVICE_ID,
  type GcpPriceCatalogue,
  gcpPriceCatalogue,
  type GcpSku,
} from "./price-catalogue.ts";
