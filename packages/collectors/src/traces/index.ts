/** Recorded CPU in the layouts that traces are published in, for replaying sizing rules. */
export { cpuSeriesOf } from "./cpu-exports.ts";
export type { RecordedTrace } from "./recorded-trace.ts";
export { readTraces } from "./read-traces.ts";
