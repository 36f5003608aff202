import { DAY_MS, type MetricSeries } from "@apex/core";
import { firstAtOrAfter } from "../utilization/series.ts";

/** The recorded CPU of one machine: a `cpu_percent` series, percent of all its vCPU. */
export interface RecordedMachine {
  readonly id: string;
  readonly vcpu: number;
  readonly series: MetricSeries;
}

/** What a rule may see of a machine when it decides: the samples before `nowMs`, ascending, in percent of the machine. */
export interface History {
  readonly vcpu: number;
  readonly periodMs: number;
  readonly nowMs: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** The samples of the last `days` before the decision. */
export function lastDays(history: History, days: number): History {
  const from = firstAtOrAfter(history.timestampsMs, history.nowMs - days * DAY_MS);
  return {
    ...history,
    timestampsMs: history.timestampsMs.subarray(from),
    values: history.values.subarray(from),
  };
}

/** The finite samples of a machine from `startMs` up to but not including `endMs`. */
export function historyOf({ vcpu, series }: RecordedMachine, startMs: number, endMs: number): History {
  const times: number[] = [];
  const values: number[] = [];
  const { timestampsMs } = series;
  for (let index = firstAtOrAfter(timestampsMs, startMs); index < timestampsMs.length; index += 1) {
    const at = timestampsMs[index] ?? Number.NaN;
    const value = series.values[index] ?? Number.NaN;
    if (!(at < endMs)) break;
    if (!Number.isFinite(value) || value < 0) continue;
    times.push(at);
    values.push(value);
  }
  return {
    vcpu,
    periodMs: series.periodMs,
    nowMs: endMs,
    timestampsMs: Float64Array.from(times),
    values: Float64Array.from(values),
  };
}
