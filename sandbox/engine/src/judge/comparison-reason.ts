import { type MetricComparison, unreachable, type VerdictReason } from "@apex/core";
import { CONFIDENCE } from "./intervals.ts";
import { formatFactor, formatMs, formatPercent } from "./wording.ts";

/** Differences that a reader would not see in the rounded figures. */
const SAME_SHARE = 0.02;

/** What to do about a metric that could not be decided. */
const NEXT_STEP = "more or longer replays are needed, or a quieter host";

/** The reason that a judged comparison gives, as a sentence; `null` for one that was only shown. `beside` are all of them. */
export function comparisonReason(
  comparison: MetricComparison,
  beside: readonly MetricComparison[],
): VerdictReason | null {
  switch (comparison.outcome) {
    case "not-judged":
      return null;
    case "holds":
      return {
        code: codeOf(comparison),
        kind: "pass",
        summary: `${told(comparison)}; ${boundOf(comparison)}.`,
      };
    case "violated":
      return {
        code: codeOf(comparison),
        kind: "fail",
        summary: `${told(comparison)}${throttling(comparison, beside)}; ${boundOf(comparison)}.`,
      };
    case "undecided":
      return {
        code: codeOf(comparison),
        kind: "inconclusive",
        summary: `${told(comparison)}; ${boundOf(comparison)}, which this does not decide: ${NEXT_STEP}.`,
      };
    default:
      return unreachable(comparison.outcome);
  }
}

/** CPU at its limit is waited for; how long says the quota, where there is one. */
function throttling({ metric }: MetricComparison, beside: readonly MetricComparison[]): string {
  const share = beside.find((comparison) => comparison.metric === "throttled-share")?.candidate ?? 0;
  return metric === "cpu-share" && share > 0 ? `, throttled in ${formatPercent(share)} of the periods` : "";
}

function codeOf({ metric, unit }: MetricComparison): string {
  return unit === "ms" ? `latency-${metric}` : metric;
}

function told(comparison: MetricComparison): string {
  return comparison.unit === "ms" ? toldLatency(comparison) : toldShare(comparison);
}

function toldLatency({ metric, baseline, candidate, ratio }: MetricComparison): string {
  if (baseline === null || candidate === null) return `${metric} is unknown on at least one side`;
  if (ratio === null) return `${metric} went from ${formatMs(baseline)} to ${formatMs(candidate)}`;
  const [low, high] = [formatFactor(ratio.low), formatFactor(ratio.high)];
  const interval = `×${formatFactor(ratio.estimate)}, ${CONFIDENCE * 100} % interval ${low}–${high}`;
  return `${metric} ${moved(baseline, candidate, formatMs)} (${interval})`;
}

function moved(baseline: number, candidate: number, format: (value: number) => string): string {
  const [from, to] = [format(baseline), format(candidate)];
  if (from === to || Math.abs(candidate - baseline) <= SAME_SHARE * baseline) return `stayed at ${to}`;
  return `${candidate > baseline ? "rose" : "fell"} from ${from} to ${to}`;
}

function toldShare(comparison: MetricComparison): string {
  const { metric, baseline, candidate, candidateInterval } = comparison;
  const [from, to] = [baseline, candidate].map((value) =>
    value === null ? "an unknown share" : formatPercent(value),
  );
  const upTo = candidateInterval === null ? "" : ` (at most ${formatPercent(candidateInterval.high)})`;
  const atLeast = candidateInterval === null ? "" : ` (at least ${formatPercent(candidateInterval.low)})`;
  const range = comparison.outcome === "violated" ? atLeast : upTo;
  return metric === "error-share"
    ? `${to}${range} of the requests failed, ${from} with the baseline`
    : `The CPU was used to ${to}${range} of its limit, to ${from} with the baseline`;
}

function boundOf({ unit, bound }: MetricComparison): string {
  if (bound === null) return "there is no bound";
  const value = unit === "ms" ? formatMs(bound.value) : formatPercent(bound.value);
  if (bound.origin === `SLO ${value}`) return `the bound is ${value}, the SLO`;
  return bound.origin.startsWith(value) ? `the bound is ${value}` : `the bound is ${value} (${bound.origin})`;
}
