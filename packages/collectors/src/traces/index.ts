/** Recorded CPU in the layouts that traces are published in, for replaying sizing rules. */
export type { RecordedTrace } from "./recorded-trace.ts";
export { type RecordedTraces, readTraces } from "./read-traces.ts";
