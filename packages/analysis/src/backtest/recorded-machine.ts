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
  return between(history, history.nowMs - days * DAY_MS, history.nowMs);
}

/** All finite samples of a machine that are not negative. */
export function usableSamples({ vcpu, series }: RecordedMachine): History {
  const { periodMs } = series;
  const isUsable = series.values.map((value) => (Number.isFinite(value) && value >= 0 ? 1 : 0));
  const timestampsMs = series.timestampsMs.filter((_, index) => isUsable[index] === 1);
  const values = series.values.filter((_, index) => isUsable[index] === 1);
  return { vcpu, periodMs, nowMs: (timestampsMs.at(-1) ?? 0) + periodMs, timestampsMs, values };
}

/** The samples from `startMs` up to but not including `endMs`, which is their now; nothing is copied. */
export function between(history: History, startMs: number, endMs: number): History {
  const from = firstAtOrAfter(history.timestampsMs, startMs);
  const to = Math.max(from, firstAtOrAfter(history.timestampsMs, endMs));
  return {
    ...history,
    nowMs: endMs,
    timestampsMs: history.timestampsMs.subarray(from, to),
    values: history.values.subarray(from, to),
  };
}
