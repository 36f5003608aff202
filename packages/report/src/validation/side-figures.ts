import {
  type AnswerCounts,
  answerCounts,
  type FittedService,
  type RunMeasurement,
  type Side,
  type Validation,
} from "@apex/core";

/**
 * What one side's containers were and did at the recorded load, as the judge sees it: medians over its faithful runs, failures
 * over all requests of these, and kills and exits in all runs: they are facts on a noisy host too.
 */
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
  /** Answers of these runs together, by class; empty where no run kept them. */
  readonly answers: AnswerCounts;
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
  return runsAtLoad(validation, side).filter((run) => run.unfit.length === 0);
}

/** The runs of a side at the recorded load, those that cannot be compared included. */
function runsAtLoad(validation: Validation, side: Side): readonly RunMeasurement[] {
  return validation.runs.filter((run) => run.side === side && run.loadFactor === 1);
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
  const all = runsAtLoad(validation, side);
  const middle = (of: (run: RunMeasurement) => number | null) => median(runs.map(of));
  const total = (over: readonly RunMeasurement[], of: (run: RunMeasurement) => number) =>
    over.reduce((sum, run) => sum + of(run), 0);
  const requests = total(runs, ({ scheduled }) => scheduled);
  return {
    ...validation.fit[side],
    runs: runs.length,
    requests,
    p50Ms: middle(({ latency }) => latency.p50Ms),
    p90Ms: middle(({ latency }) => latency.p90Ms),
    p95Ms: middle(({ latency }) => latency.p95Ms),
    p99Ms: middle(({ latency }) => latency.p99Ms),
    errorShare: requests === 0 ? null : total(runs, ({ errors }) => errors) / requests,
    answers: answerCounts(runs.flatMap(({ statuses = {} }) => Object.entries(statuses))),
    cpuShare: middle(({ cpuShare }) => cpuShare),
    cpuSecondsPerRequest: middle(({ cpuSecondsPerRequest }) => cpuSecondsPerRequest),
    throttledPeriodShare: middle(({ throttledPeriodShare }) => throttledPeriodShare),
    memoryPeakShare: middle(({ memoryPeakShare }) => memoryPeakShare),
    majorFaults: middle(({ majorFaults }) => majorFaults),
    oomKills: total(all, ({ oomKills }) => oomKills),
    exitedContainers: total(all, ({ exitedContainers }) => exitedContainers),
  };
}
