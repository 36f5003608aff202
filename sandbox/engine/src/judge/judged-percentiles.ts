import type { MetricComparison, Objectives, VerdictReason } from "@apex/core";
import {
  compareLatency,
  type LatencyRule,
  type Percentile,
  PERCENTILES,
  requestsOf,
  type Sides,
} from "./compare.ts";
import { DIFFERENCE_MS_MIN } from "./objectives.ts";
import { formatMs, formatNumber, formatPercent } from "./wording.ts";

/** Requests that must lie beyond a percentile over all faithful runs of a side: then it moves by about 10 % by chance. */
const TAIL_REQUESTS_MIN = 100;

/** What to do about too few of them. */
const MORE_REQUESTS =
  "let replays take longer (--minutes), or send from a busier or longer part of the log (--busiest, --window)";

/** Share of the requests that lie beyond a percentile. */
export const SHARE_BEYOND: Readonly<Record<Percentile, number>> = {
  p50: 0.5,
  p90: 0.1,
  p95: 0.05,
  p99: 0.01,
};

/** The percentiles as they were compared, and what is to be said about those that were not judged. */
export interface JudgedPercentiles {
  readonly comparisons: readonly MetricComparison[];
  readonly reasons: readonly VerdictReason[];
}

/**
 * Judges the percentiles that the objectives name (p95 and p99 where the user named none). One with too few requests beyond it
 * is not judged; the highest that the requests support takes its place, so that something gross still shows. Without a
 * percentile that a user named there is no pass, nor by p50 alone where nobody asked for it. Where what ran does not wait as the
 * service does (`hasWaits`), a user's bound cannot be kept by it, and only the comparison with the baseline counts.
 */
export function judgePercentiles(
  sides: Sides,
  objectives: Objectives,
  { hasWaits = true }: { readonly hasWaits?: boolean } = {},
): JudgedPercentiles {
  const requests = requestsOf(sides);
  const wanted = wantedPercentiles(objectives);
  const isHonest = (percentile: Percentile) => requests >= requestsFor(percentile);
  const missed = wanted.filter((percentile) => !isHonest(percentile));
  const judged = wanted.filter(isHonest);
  const substitute = missed.length > 0 ? PERCENTILES.find(isHonest) : undefined;
  if (substitute !== undefined && !judged.includes(substitute)) judged.push(substitute);

  const comparisons = PERCENTILES.toReversed().map((percentile) => {
    if (judged.includes(percentile)) {
      return compareLatency(percentile, sides, ruleFor(percentile, objectives, hasWaits));
    }
    const shown = compareLatency(percentile, sides, null);
    const isOwed = missed.includes(percentile) && (objectives.origin === "user" || substitute === undefined);
    return isOwed ? { ...shown, outcome: "undecided" as const } : shown;
  });
  return {
    comparisons,
    reasons: [
      ...(missed.length === 0 ? [] : [fewRequests(missed, { requests, substitute, objectives })]),
      ...(hasWaits || objectives.origin === "derived" ? [] : incomparable(comparisons, objectives)),
    ],
  };
}

/** Requests a side needs over its faithful runs for a percentile to be judged. */
function requestsFor(percentile: Percentile): number {
  return Math.round(TAIL_REQUESTS_MIN / SHARE_BEYOND[percentile]);
}

/** The percentiles that a verdict is about, highest first. */
function wantedPercentiles(objectives: Objectives): readonly Percentile[] {
  if (objectives.origin === "derived") return ["p99", "p95"];
  return PERCENTILES.filter((percentile) => objectives[`${percentile}Ms`] !== undefined);
}

function ruleFor(percentile: Percentile, objectives: Objectives, isAbsolute: boolean): LatencyRule {
  const { origin, relativeToleranceShare: toleranceShare } = objectives;
  const own = objectives[`${percentile}Ms`];
  if (origin === "derived") {
    const difference = allowedDifference(own, toleranceShare);
    return { objectiveMs: undefined, isAbsolute, toleranceShare, difference };
  }
  // One that stands in for a higher one: where it already exceeds that one's bound, so does the higher one.
  const higher = PERCENTILES.slice(0, PERCENTILES.indexOf(percentile)).flatMap(
    (name) => objectives[`${name}Ms`] ?? [],
  );
  const objectiveMs = own ?? Math.min(...higher);
  return { objectiveMs, isAbsolute, toleranceShare, difference: { valueMs: 0, origin: "nothing" } };
}

/**
 * What the recorded service waits for (a database, another service) is not there in the sandbox, on neither side. So the bound of
 * 1.25 × recorded is kept by what the smaller machine adds: candidate − baseline ≤ 0.25 × recorded.
 */
function allowedDifference(boundMs: number | undefined, toleranceShare: number): LatencyRule["difference"] {
  const recordedMs = (boundMs ?? 0) / (1 + toleranceShare);
  const valueMs = toleranceShare * recordedMs;
  return valueMs > DIFFERENCE_MS_MIN
    ? { valueMs, origin: `${formatPercent(toleranceShare)} of ${formatMs(recordedMs)} recorded` }
    : { valueMs: DIFFERENCE_MS_MIN, origin: formatMs(DIFFERENCE_MS_MIN) };
}

/**
 * Why the user's bounds did not count. Open for good where a percentile is proven to be worse than the baseline's: whether the
 * bound leaves room for that depends on the waits.
 */
function incomparable(
  comparisons: readonly MetricComparison[],
  { relativeToleranceShare }: Objectives,
): readonly VerdictReason[] {
  const judged = comparisons.filter(({ outcome }) => outcome === "holds" || outcome === "undecided");
  if (judged.length === 0) return [];
  const worse = judged.filter(
    ({ outcome, ratio }) =>
      outcome === "undecided" && ratio !== null && ratio.low > 1 + relativeToleranceShare,
  );
  const why =
    "The twin does not wait for what the service waits for, so that its latencies being within the SLO proves nothing";
  const [first] = worse;
  return [
    {
      code: "slo-not-comparable",
      kind: first === undefined ? "pass" : "inconclusive",
      summary:
        first === undefined
          ? `${why}: only the comparison with the baseline counts.`
          : `${why}, and beside the baseline ${first.metric} is worse: give a log with durations, or an image of the service.`,
    },
  ];
}

function fewRequests(
  missed: readonly Percentile[],
  found: {
    readonly requests: number;
    readonly substitute: Percentile | undefined;
    readonly objectives: Objectives;
  },
): VerdictReason {
  const [highest = "p99"] = missed;
  // Half of the requests say nothing of the slow ones, which a smaller machine makes more of.
  const isMedian = found.substitute === "p50";
  const isPass = found.objectives.origin === "derived" && found.substitute !== undefined && !isMedian;
  const needed = `${highest} needs ${formatNumber(requestsFor(highest))} answered requests a side over all replays and had ${formatNumber(found.requests)}`;
  const instead =
    found.substitute === undefined
      ? "no percentile can be judged"
      : `${found.substitute} is judged in its place${isMedian ? ", which says nothing of the slow requests" : ""}`;
  return {
    code: "few-requests",
    kind: isPass ? "pass" : "inconclusive",
    summary: isPass ? `${needed}; ${instead}.` : `${needed}; ${instead}: ${MORE_REQUESTS}.`,
  };
}
