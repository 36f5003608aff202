/**
 * Collects bills, utilisation and Terraform state from files, as core's nouns. Not for judging them, storing them or
 * talking to a cloud's API.
 */
export { costExportCollector } from "./exports/cost/index.ts";
export { metricExportCollector } from "./exports/metrics/index.ts";
export { terraformStateCollector, underPresentId } from "./terraform/index.ts";
export { cpuSeriesOf, type RecordedTrace, readTraces } from "./traces/index.ts";
export {
  httpPrometheus,
  type PrometheusConnection,
  prometheusCollector,
} from "./prometheus/index.ts";
export {
  AWS_PRICE_LISTS,
  type AwsPriceService,
  importAwsPrices,
  priceFolder,
  type SyncOutcome,
  syncAwsPrices,
} from "./prices/index.ts";
