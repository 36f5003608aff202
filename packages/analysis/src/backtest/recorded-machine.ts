import { DAY_MS, type MetricSeries } from "@apex/core";

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
  const fromMs = history.nowMs - days * DAY_MS;
  const first = history.timestampsMs.findIndex((at) => at >= fromMs);
  const from = first === -1 ? history.timestampsMs.length : first;
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
  for (let index = firstAt(timestampsMs, startMs); index < timestampsMs.length; index += 1) {
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

/** Index of the first timestamp that is not before `atMs`. */
function firstAt(timestampsMs: Float64Array, atMs: number): number {
  let low = 0;
  let high = timestampsMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestampsMs[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
