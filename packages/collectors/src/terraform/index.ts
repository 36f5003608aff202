export { terraformStateCollector } from "./collector.ts";
