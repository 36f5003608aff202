export { gcpAuth } from "./auth.ts";
export { gcpCollector } from "./collector.ts";
export {
  CLOUD_SQL_SERVICE_ID,
  COMPUTE_ENGINE_SERVICE_ID,
  type GcpPriceCatalogue,
  gcpPriceCatalogue,
  type GcpSku,
} from "./price-catalogue.ts";
