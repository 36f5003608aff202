/**
 * Machine types, list prices, and the price of a Terraform plan, from dated tables; what a contract or a bill makes of them.
 * Not for fetching price lists (collectors), nor for deciding which machine fits (analysis). What is not known is said to be unknown.
 */
export {
  type ComparedPlans,
  type DifferenceOptions,
  priceDifference,
} from "./difference/price-difference.ts";
export { elasticacheHourlyPrice, elasticacheNodeTypes } from "./elasticache-price.ts";
export { machinesWithGpus, machineWithGpus, machineWithGpusNamed } from "./gcp-attached-gpu.ts";
export { platformOfGoogleImage } from "./google-image.ts";
export { attachedGpuHourlyPrice, machineWithGpusHourlyPrice } from "./gpu-price.ts";
export { type MachinePriceQuery, machineHourlyPrice, type OperatingSystem } from "./machine-price.ts";
export type { MachineGpu, MachineType } from "./machine-type.ts";
export { isMachineTypeName, machineType, machineTypeNames, machineTypes } from "./machine-types.ts";
export { machineTypesByAttribute } from "./machine-types-by-attribute.ts";
export { nearestMachineTypes } from "./nearest-machine-types.ts";
export { pricePlan, priceResource } from "./price-plan.ts";
export {
  COMMITTED_PRICES,
  type PaidSources,
  type PriceBook,
  priceBook,
  type ServicePriceTable,
  withPaidPrices,
} from "./price-book.ts";
export type { PriceService } from "./price-service.ts";
export { type LearntRate, type RateLearner, rateLearner } from "./private-prices/learnt-rates.ts";
export { parsePrivatePrices, type PrivatePrices } from "./private-prices/private-prices.ts";
export type { DatedPrice } from "./price-table.ts";
export { type EbsVolume, volumeMonthlyPrice } from "./pricing/ebs-volume.ts";
export { rdsExtendedSupport, rdsExtendedSupportHourly } from "./pricing/rds-extended-support.ts";
export { sustainedUseRate } from "./pricing/gcp-sustained-use.ts";
export { cloudSqlComputePrice } from "./pricing/cloud-sql.ts";
export { type GcpDisk, gcpDiskMonthlyPrice } from "./pricing/gcp-disk.ts";
export { type MissingPart, type PricedParts, toEstimate } from "./pricing/priced-parts.ts";
export { type RdsStorage, rdsStorageMonthlyPrice } from "./pricing/rds-database.ts";
export { type PurchasePrice, purchasePrices } from "./purchase-options.ts";
export {
  rdsHourlyPrice,
  rdsInstanceClass,
  rdsInstanceClasses,
  type RdsPriceQuery,
  rdsVariant,
} from "./rds-price.ts";
export { blocksAt, flagAt, isCount, numberAt, textAt } from "./terraform/attributes.ts";
export { nodePoolZones } from "./terraform/google-gke-nodes.ts";
export type { PlanSide, PricePlanOptions } from "./terraform/plan-view.ts";
export {
  type ParsedUsageFile,
  parseUsageFile,
  type UsageFile,
  type UsagePlace,
} from "./usage-file/parse-usage-file.ts";
export { type RecordedUsage, usageQuantities, type UsageReport } from "./usage-file/usage-quantities.ts";
export { usageWarnings } from "./usage-file/usage-warnings.ts";
export type { UnitPriceName } from "./unit-price-table.ts";
export { unitPrice } from "./unit-prices.ts";
