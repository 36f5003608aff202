import type { MetricComparison, Objectives, RunMeasurement } from "@apex/core";
import { clopperPearson } from "./clopper-pearson.ts";
import {
  CONFIDENCE,
  type Interval,
  medianInterval,
  medianOf,
  ratioInterval,
  shiftInterval,
} from "./intervals.ts";
import { DERIVED_CPU_SHARE_MAX, DIFFERENCE_MS_MIN } from "./objectives.ts";
import { formatFactor, formatMs, formatNumber, formatPercent } from "./wording.ts";

/** Highest over lowest of the baseline's runs beyond which "as good as the baseline" means nothing. */
const BASELINE_SPREAD_MAX = 2;
/** Error of one bound on the share of failed requests. */
export const ERROR_TAIL = 1 - CONFIDENCE;

/** Faithful runs of each side below which nothing is decided: the exact test cannot reach 95 % with fewer. */
export const FAITHFUL_RUNS_MIN = 4;

/** The percentiles that can be judged, highest first. */
export const PERCENTILES = ["p99", "p95", "p90", "p50"] as const;
export type Percentile = (typeof PERCENTILES)[number];

export function isPercentile(metric: MetricComparison["metric"]): metric is Percentile {
  return PERCENTILES.some((percentile) => percentile === metric);
}

/** The faithful runs of both sides. */
export interface Sides {
  readonly baseline: readonly RunMeasurement[];
  readonly candidate: readonly RunMeasurement[];
}

/** Every figure of the runs that is a finite number; a run that does not know it is not counted for it. */
export function figures(
  runs: readonly RunMeasurement[],
  pick: (run: RunMeasurement) => number | null,
): readonly number[] {
  return runs.flatMap((run) => {
    const value = pick(run);
    return value !== null && Number.isFinite(value) ? [value] : [];
  });
}

export function latencyOf(percentile: Percentile): (run: RunMeasurement) => number | null {
  return (run) => run.latency[`${percentile}Ms`];
}

/** Requests with a latency over the runs of the side that has fewer: what a percentile can be read from. */
export function requestsOf(sides: Sides): number {
  const count = (runs: readonly RunMeasurement[]) => runs.reduce((sum, run) => sum + run.latency.count, 0);
  return Math.min(count(sides.baseline), count(sides.candidate));
}

/** What a percentile is held to. Any one of the bounds is enough; it is violated only where all are. */
export interface LatencyRule {
  /** A user's own bound on the candidate; absent where none was given. */
  readonly objectiveMs: number | undefined;
  /** Whether a latency here is one of the service: else it lacks what the service waits for, and one within the bound proves nothing. */
  readonly isAbsolute: boolean;
  /** How much above the baseline is no worse: as a share of it, */
  readonly toleranceShare: number;
  /** and in milliseconds, with the origin of the figure as the end of "baseline + ". */
  readonly difference: { readonly valueMs: number; readonly origin: string };
}

/** Whether the baseline's own runs differ so much, by more than timers do, that it is no yardstick. */
export function isSpreadOut(valuesMs: readonly number[]): boolean {
  const lowest = Math.min(...valuesMs);
  const highest = Math.max(...valuesMs);
  return highest > BASELINE_SPREAD_MAX * lowest && highest - lowest > DIFFERENCE_MS_MIN;
}

/** Compares one percentile of latency over runs and judges it by `rule`; without a rule it is only shown. */
export function compareLatency(
  percentile: Percentile,
  sides: Sides,
  rule: LatencyRule | null,
): MetricComparison {
  const candidate = figures(sides.candidate, latencyOf(percentile));
  const baseline = figures(sides.baseline, latencyOf(percentile));
  const shown = describe(candidate, baseline);
  const outcome = rule === null ? "not-judged" : latencyOutcome(candidate, baseline, rule);
  const bound = rule === null ? null : latencyBound(shown.baseline, rule, outcome);
  return {
    metric: percentile,
    unit: "ms",
    ...shown,
    confidence: CONFIDENCE,
    bound,
    outcome,
    requests: requestsOf(sides),
  };
}

function describe(
  candidate: readonly number[],
  baseline: readonly number[],
): Pick<MetricComparison, "baseline" | "candidate" | "ratio" | "candidateInterval"> {
  const [of, to] = [medianOf(candidate), medianOf(baseline)];
  const interval = ratioInterval(candidate, baseline);
  const hasRatio = interval !== null && of !== null && to !== null;
  return {
    baseline: to,
    candidate: of,
    ratio: hasRatio ? { estimate: of / to, ...interval } : null,
    candidateInterval: medianInterval(candidate),
  };
}

/** The most lenient of the bounds that apply, with its origin in words. What lacks the waits can break an absolute one and not keep it. */
function latencyBound(
  baselineMs: number | null,
  rule: LatencyRule,
  outcome: MetricComparison["outcome"],
): MetricComparison["bound"] {
  const bounds: { value: number; origin: string }[] = [];
  const { objectiveMs, isAbsolute, toleranceShare, difference } = rule;
  if (objectiveMs !== undefined && (isAbsolute || outcome === "violated"))
    bounds.push({ value: objectiveMs, origin: `SLO ${formatMs(objectiveMs)}` });
  if (baselineMs !== null) {
    const factor = 1 + toleranceShare;
    bounds.push({ value: factor * baselineMs, origin: `${formatFactor(factor)} × baseline` });
    bounds.push({ value: baselineMs + difference.valueMs, origin: `baseline + ${difference.origin}` });
  }
  return bounds.toSorted((a, b) => b.value - a.value)[0] ?? null;
}

function latencyOutcome(
  candidate: readonly number[],
  baseline: readonly number[],
  rule: LatencyRule,
): MetricComparison["outcome"] {
  const ratio = ratioInterval(candidate, baseline);
  const shift = shiftInterval(candidate, baseline);
  const own = medianInterval(candidate);
  const isYardstick = !isSpreadOut(baseline);
  const relative = shift === null ? "undecided" : side(shift, rule.difference.valueMs);
  const factor = ratio === null ? relative : side(ratio, 1 + rule.toleranceShare);
  const absolute =
    rule.objectiveMs === undefined ? "violated" : own === null ? "undecided" : side(own, rule.objectiveMs);
  const isKept = absolute === "holds" && rule.isAbsolute;
  if (isKept || (isYardstick && (relative === "holds" || factor === "holds"))) return "holds";
  return [relative, factor, absolute].every((outcome) => outcome === "violated") ? "violated" : "undecided";
}

/** On which side of the bound an interval lies as a whole. */
function side(interval: Interval, bound: number): "holds" | "violated" | "undecided" {
  if (interval.high <= bound) return "holds";
  return interval.low > bound ? "violated" : "undecided";
}

/** CPU over the limit, held to an absolute share; where a user's bound is below what the baseline has already, to the baseline. */
export function compareCpu(sides: Sides, objectives: Objectives): MetricComparison {
  const candidate = figures(sides.candidate, (run) => run.cpuShare);
  const baseline = figures(sides.baseline, (run) => run.cpuShare);
  const shown = describe(candidate, baseline);
  const isBaselineOver = (shown.baseline ?? 0) > objectives.cpuShareMax;
  const relativeMax = (shown.baseline ?? 0) * (1 + objectives.relativeToleranceShare);
  const isRelative = isBaselineOver && relativeMax < DERIVED_CPU_SHARE_MAX;
  const bound = isRelative ? relativeMax : objectives.cpuShareMax;
  const own = shown.candidateInterval;
  return {
    metric: "cpu-share",
    unit: "share",
    ...shown,
    confidence: CONFIDENCE,
    bound: {
      value: bound,
      origin: isRelative
        ? `${formatFactor(1 + objectives.relativeToleranceShare)} × baseline`
        : `${formatPercent(bound)} of the limit`,
    },
    outcome: own === null ? "undecided" : side(own, bound),
    requests: requestsOf(sides),
  };
}

/**
 * Failed requests over all of a side, by Clopper and Pearson; because failures come in bursts and are not independent, more
 * than half of the runs must be over the bound as well before it is violated. A bound of our own is never tighter than
 * what the number of requests can show; a user's is. Without a request nothing is decided.
 */
export function compareErrors(sides: Sides, objectives: Objectives): MetricComparison {
  const pooled = pool(sides.candidate);
  const own = clopperPearson(pooled.errors, pooled.scheduled, ERROR_TAIL);
  const visible = clopperPearson(0, pooled.scheduled, ERROR_TAIL).high;
  const isEmpty = pooled.scheduled === 0;
  const isWidened = !isEmpty && objectives.origin === "derived" && visible > objectives.errorShareMax;
  const bound = isWidened ? visible : objectives.errorShareMax;
  const over = sides.candidate.filter((run) => run.errorShare > objectives.errorShareMax).length;
  const isProven = sides.candidate.length >= FAITHFUL_RUNS_MIN && over > sides.candidate.length / 2;
  const isViolated = isProven && own.low > objectives.errorShareMax;
  const shares = describe(
    figures(sides.candidate, (run) => run.errorShare),
    figures(sides.baseline, (run) => run.errorShare),
  );
  const allowed = `${formatPercent(objectives.errorShareMax)} allowed`;
  const seen = `fewer than ${formatPercent(visible)} cannot be seen in ${formatNumber(pooled.scheduled)} requests`;
  return {
    metric: "error-share",
    unit: "share",
    ...shares,
    baseline: share(pool(sides.baseline)),
    candidate: share(pooled),
    candidateInterval: isEmpty ? null : own,
    confidence: CONFIDENCE,
    bound: { value: bound, origin: isWidened ? `${seen}, ${allowed}` : allowed },
    outcome: isViolated ? "violated" : !isEmpty && own.high <= bound ? "holds" : "undecided",
    requests: Math.min(pooled.scheduled, pool(sides.baseline).scheduled),
  };
}

function pool(runs: readonly RunMeasurement[]): { readonly errors: number; readonly scheduled: number } {
  return {
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
    scheduled: runs.reduce((sum, run) => sum + run.scheduled, 0),
  };
}

function share(pooled: { readonly errors: number; readonly scheduled: number }): number | null {
  return pooled.scheduled > 0 ? pooled.errors / pooled.scheduled : null;
}

/** A share that is shown and not judged. */
export function showShare(metric: "throttled-share" | "memory-peak-share", sides: Sides): MetricComparison {
  const pick = (run: RunMeasurement) =>
    metric === "throttled-share" ? run.throttledPeriodShare : run.memoryPeakShare;
  return {
    metric,
    unit: "share",
    ...describe(figures(sides.candidate, pick), figures(sides.baseline, pick)),
    confidence: CONFIDENCE,
    bound: null,
    outcome: "not-judged",
    requests: requestsOf(sides),
  };
}
