export { httpPrometheus, type PrometheusConnection } from "./http-api.ts";
export { prometheusCollector } from "./collector.ts";
