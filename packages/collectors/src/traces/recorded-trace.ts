import type { MetricSeries } from "@apex/core";

/** The recorded CPU of one machine: percent of all its vCPU, averages over the trace's step, five minutes at least. */
export interface RecordedTrace {
  readonly id: string;
  /** `undefined` where the trace does not tell. */
  readonly vcpu: number | undefined;
  readonly series: MetricSeries;
}

/** What was recorded and cannot be replayed: a machine, and why. */
export interface UnusedTrace {
  readonly machine: string;
  readonly reason: string;
}
