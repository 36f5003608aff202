export { terraformStateCollector } from "./collector.ts";
export { underPresentId } from "./identity.ts";
