export { metricExportCollector } from "./collector.ts";
