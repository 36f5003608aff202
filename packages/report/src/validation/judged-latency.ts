import type { MetricComparison, Validation } from "@apex/core";

/** Highest first. */
const PERCENTILES = ["p99", "p95", "p90", "p50"] as const;

/** The percentile that a verdict rests on, and what each side had: medians over its faithful runs. */
export interface JudgedLatency {
  readonly percentile: (typeof PERCENTILES)[number];
  /** It was judged in place of p99, for which there were too few requests; a user may ask for it instead. */
  readonly isStandIn: boolean;
  readonly baselineMs: number | null;
  readonly candidateMs: number | null;
}

/** The highest percentile of latency that was judged, undecided ones included; `null` when none was. */
export function judgedLatency({ verdict }: Pick<Validation, "verdict">): JudgedLatency | null {
  const compared = new Map(verdict.comparisons.map((comparison) => [comparison.metric, comparison]));
  const percentile = PERCENTILES.find((name) => isJudged(compared.get(name)));
  const comparison = percentile === undefined ? undefined : compared.get(percentile);
  if (percentile === undefined || comparison === undefined) return null;
  return {
    percentile,
    // Bounds of our own always name p99.
    isStandIn: percentile !== "p99" && verdict.objectives.origin === "derived",
    baselineMs: comparison.baseline,
    candidateMs: comparison.candidate,
  };
}

function isJudged(comparison: MetricComparison | undefined): boolean {
  return comparison !== undefined && comparison.outcome !== "not-judged";
}
