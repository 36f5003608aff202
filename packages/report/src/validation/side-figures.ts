import type { FittedService, RunMeasurement, Side, Validation } from "@apex/core";

/** What one side's containers were and did at the recorded load: medians over its faithful runs, sums of what counts. */
export interface SideFigures extends FittedService {
  /** Faithful runs at the recorded load. */
  readonly runs: number;
  /** Requests of these runs together. */
  readonly requests: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly errorShare: number | null;
  readonly cpuShare: number | null;
  readonly cpuSecondsPerRequest: number | null;
  readonly throttledPeriodShare: number | null;
  readonly memoryPeakShare: number | null;
  readonly majorFaults: number | null;
  readonly oomKills: number;
  readonly exitedContainers: number;
}

/** The runs of a side that can be compared: faithful, at the recorded load. */
export function comparableRuns(validation: Validation, side: Side): readonly RunMeasurement[] {
  return validation.runs.filter((run) => run.side === side && run.loadFactor === 1 && run.unfit.length === 0);
}

/** The middle value, of two the mean; `null` of nothing. */
export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** A side's figures out of its runs. */
export function sideFigures(validation: Validation, side: Side): SideFigures {
  const runs = comparableRuns(validation, side);
  const middle = (of: (run: RunMeasurement) => number | null) => median(runs.map(of));
  const total = (of: (run: RunMeasurement) => number) => runs.reduce((sum, run) => sum + of(run), 0);
  return {
    ...validation.fit[side],
    runs: runs.length,
    requests: total(({ scheduled }) => scheduled),
    p50Ms: middle(({ latency }) => latency.p50Ms),
    p90Ms: middle(({ latency }) => latency.p90Ms),
    p95Ms: middle(({ latency }) => latency.p95Ms),
    p99Ms: middle(({ latency }) => latency.p99Ms),
    errorShare: middle(({ errorShare }) => errorShare),
    cpuShare: middle(({ cpuShare }) => cpuShare),
    cpuSecondsPerRequest: middle(({ cpuSecondsPerRequest }) => cpuSecondsPerRequest),
    throttledPeriodShare: middle(({ throttledPeriodShare }) => throttledPeriodShare),
    memoryPeakShare: middle(({ memoryPeakShare }) => memoryPeakShare),
    majorFaults: middle(({ majorFaults }) => majorFaults),
    oomKills: total(({ oomKills }) => oomKills),
    exitedContainers: total(({ exitedContainers }) => exitedContainers),
  };
}
