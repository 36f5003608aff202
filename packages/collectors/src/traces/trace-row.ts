import { TRACE_PERIOD_MS } from "./trace-layout.ts";

/** A row of a trace. */
export interface TraceRow {
  /** `undefined` where the file is the machine. */
  readonly machine: string | undefined;
  /** Not finite in a row that tells a machine's capacity alone. */
  readonly startMs: number;
  /** `null` where the layout has the step of its timestamps. */
  readonly lengthMs: number | null;
  readonly percent: number | null;
  readonly mhz: number | null;
  readonly vcpu: number | null;
  readonly capacityMhz: number | null;
}

/** How many samples a row makes: neighbours of the same load may be one. */
export function samplesOf({ lengthMs }: Pick<TraceRow, "lengthMs">): number {
  return lengthMs === null ? 1 : Math.max(1, Math.round(lengthMs / TRACE_PERIOD_MS));
}
