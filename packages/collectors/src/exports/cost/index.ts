export { costExportCollector } from "./collector.ts";
