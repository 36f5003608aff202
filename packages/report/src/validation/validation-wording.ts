import {
  type AnswerCounts,
  type FittedService,
  type MetricComparison,
  type PeakProbe,
  type RunMeasurement,
  unreachable,
  type Validation,
  type VerdictKind,
} from "@apex/core";
import { plural, UNKNOWN } from "../wording.ts";
import { type JudgedLatency, judgedLatency } from "./judged-latency.ts";
import { sideFigures } from "./side-figures.ts";

/** Digits that are shown, and how many more it may take until two different figures look different. */
const DIGITS = 3;
const DIGITS_MAX = 6;

const METRIC_NAMES: Readonly<Record<MetricComparison["metric"], string>> = {
  p50: "latency p50",
  p90: "latency p90",
  p95: "latency p95",
  p99: "latency p99",
  "error-share": "failed",
  "cpu-share": "CPU",
  "throttled-share": "throttled",
  "memory-peak-share": "memory peak",
};

const OUTCOME_WORDS: Readonly<Record<MetricComparison["outcome"], string>> = {
  holds: "holds",
  violated: "violated",
  undecided: "undecided",
  "not-judged": "not judged",
};

/** Rounding errors of a share times 100 are below this many digits. */
const EXACT_DIGITS = 12;

/**
 * A number with so many significant digits, thousands separated. Zeros at the end are kept where they were measured, 45.02
 * being 45.0, and not where the number has no more digits, 0.5 being 0.5.
 */
export function figure(value: number, digits: number = DIGITS): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (Math.abs(value) >= 10 ** (digits - 1)) return Math.round(value).toLocaleString("en-US");
  const isExact = Number(value.toPrecision(digits)) === Number(value.toPrecision(EXACT_DIGITS));
  return value.toLocaleString("en-US", {
    minimumSignificantDigits: isExact ? 1 : digits,
    maximumSignificantDigits: digits,
  });
}

/** From here on people count in seconds. */
const SECONDS_FROM_MS = 10_000;

/** A duration: "4.21 ms", "12.5 s"; "unknown" for `null`. */
export function msText(value: number | null, digits?: number): string {
  if (value === null) return UNKNOWN;
  return value < SECONDS_FROM_MS ? `${figure(value, digits)} ms` : `${figure(value / 1000, digits)} s`;
}

/** A share of one as percent: "37.4 %"; "unknown" for `null`. */
export function shareText(value: number | null, digits?: number): string {
  return value === null ? UNKNOWN : `${figure(value * 100, digits)} %`;
}

/** A comparison as a row of text. */
export interface ComparisonRow {
  readonly metric: string;
  readonly baseline: string;
  readonly candidate: string;
  /** "× 1.08 (1.02–1.15)", or "" where there is none. */
  readonly ratio: string;
  /** "≤ 250 ms", or "" where there is none. */
  readonly bound: string;
  /** Where the bound comes from; may quote what a user wrote. */
  readonly origin: string;
  readonly outcome: string;
  readonly kind: MetricComparison["outcome"];
}

/** The comparisons of which anything was measured, in words. The JSON form has all. */
export function comparisonRows({ verdict }: Validation): readonly ComparisonRow[] {
  return verdict.comparisons
    .filter(({ baseline, candidate }) => baseline !== null || candidate !== null)
    .map(comparisonRow);
}

/** A bound with where it comes from: "≤ 250 ms, SLO". */
export function boundText({ bound, origin }: ComparisonRow): string {
  return origin === "" ? bound : `${bound}, ${origin}`;
}

/** A comparison in words. Baseline, candidate and bound that differ never print alike. */
function comparisonRow(comparison: MetricComparison): ComparisonRow {
  const { baseline, candidate, bound, ratio, unit } = comparison;
  const digits = digitsToTell([baseline, candidate, bound?.value ?? null], unit);
  const text = (value: number | null) => (unit === "ms" ? msText(value, digits) : shareText(value, digits));
  return {
    metric: METRIC_NAMES[comparison.metric],
    baseline: text(baseline),
    candidate: text(candidate),
    ratio: ratio === null ? "" : `× ${figure(ratio.estimate)} (${figure(ratio.low)}–${figure(ratio.high)})`,
    bound: bound === null ? "" : `≤ ${text(bound.value)}`,
    origin: bound?.origin ?? "",
    outcome: OUTCOME_WORDS[comparison.outcome],
    kind: comparison.outcome,
  };
}

/** How many digits it takes until no two different values look the same. */
function digitsToTell(values: readonly (number | null)[], unit: MetricComparison["unit"]): number {
  const different = [...new Set(values.filter((value) => value !== null))];
  for (let digits = DIGITS; digits < DIGITS_MAX; digits += 1) {
    const texts = different.map((value) =>
      unit === "ms" ? msText(value, digits) : shareText(value, digits),
    );
    if (new Set(texts).size === different.length) return digits;
  }
  return DIGITS_MAX;
}

/** How confident the intervals of a verdict are: "95 %"; `null` where nothing was compared. */
export function confidenceText(validation: Validation): string | null {
  const confidence = validation.verdict.comparisons[0]?.confidence;
  return confidence === undefined ? null : shareText(confidence);
}

/** So many machines of a type: "m5.2xlarge × 1". */
export function machinesText(side: { readonly machineType: string; readonly count: number }): string {
  return `${side.machineType} × ${side.count}`;
}

/** What was tried: "m5.2xlarge × 1 → m6i.xlarge × 1". */
export function changeText({ fit }: Validation): string {
  return `${machinesText(fit.baseline.service)} → ${machinesText(fit.candidate.service)}`;
}

/**
 * The verdict as a claim about the candidate, without a final period; a pass that rests on less than p99 says so. Names in it
 * are from outside.
 */
export function verdictSentence(
  kind: VerdictKind,
  target: string,
  candidate: string,
  judged: Pick<JudgedLatency, "percentile" | "isStandIn"> | null,
): string {
  switch (kind) {
    case "pass": {
      const basis =
        judged?.isStandIn === true ? `, judged by ${judged.percentile} (too few requests for p99)` : "";
      return `Pass: ${target} carries the recorded load on ${candidate}${basis}`;
    }
    case "fail":
      return `Fail: ${target} does not carry the recorded load on ${candidate}`;
    case "inconclusive":
      return `Inconclusive: whether ${target} carries the recorded load on ${candidate} could not be told`;
    default:
      return unreachable(kind);
  }
}

/** {@link verdictSentence} of a validation. */
export function validationSentence(validation: Validation): string {
  const { verdict, target, fit } = validation;
  const candidate = machinesText(fit.candidate.service);
  return verdictSentence(verdict.kind, target, candidate, judgedLatency(validation));
}

/** A scale factor as a fraction where it is one: "1/8", "0.3". */
export function scaleText(scale: number): string {
  const denominator = Math.round(1 / scale);
  const isFraction = denominator > 1 && Math.abs(denominator * scale - 1) < 1e-9;
  return isFraction ? `1/${denominator}` : figure(scale);
}

const BYTES_PER_GIB = 1024 ** 3;

/** One side's containers: "1 of 1 machine as 1 core and 4 GiB". */
export function containersText({
  service,
  replicas,
  cpusPerReplica,
  memoryBytesPerReplica,
}: FittedService): string {
  const memory = `${figure(memoryBytesPerReplica / BYTES_PER_GIB)} GiB`;
  const cores = `${figure(cpusPerReplica)} core${cpusPerReplica === 1 ? "" : "s"}`;
  return `${replicas} of ${plural(service.count, "machine")} as ${cores} and ${memory}`;
}

/** What was replayed, as a sentence without a final period. */
export function workloadText({ workload }: Validation): string {
  const requests = workload.requests.toLocaleString("en-US");
  const replayed = workload.replayedRequests.toLocaleString("en-US");
  return `${requests} requests from ${workload.windowStart} to ${workload.windowEnd}, ${figure(workload.recordedRate)} a second; ${replayed} of them in ${figure(workload.replaySeconds)} s each run`;
}

/** How many runs are behind the verdict, and why others are not. */
export function runsText(validation: Validation): string {
  const { baseline, candidate, unfit } = validation.verdict.runs;
  const base = `${baseline} of the baseline, ${candidate} of the candidate`;
  if (unfit === 0) return base;
  const why = [...new Set(validation.runs.flatMap((run) => run.unfit))].map((reason) => UNFIT_WORDS[reason]);
  return `${base}; ${unfit} left out${why.length === 0 ? "" : ` (${why.join(", ")})`}`;
}

/** Why a replay cannot be used, in words. */
export const UNFIT_WORDS: Readonly<Record<RunMeasurement["unfit"][number], string>> = {
  "rate-not-reached": "the rate was not reached",
  "sender-late": "the sender was late",
  "requests-dropped": "requests were dropped",
  "sender-busy": "the sender was busy",
  "foreign-load": "something else used the host",
  steal: "other guests took the processor",
};

const PEAK_OUTCOMES: Readonly<Record<PeakProbe["outcome"], string>> = {
  covered: "the replays send as much",
  held: "held, in one replay",
  "not-held": "not held, in one replay",
  "not-measured": "not measured",
};

/** What the busiest stretch of the record came to; `null` when it was not looked for. */
export function peakText({ verdict }: Validation): string | null {
  const { peak } = verdict;
  if (peak === undefined) return null;
  const { startedAt, seconds, rate, factor, outcome, troubles, p99Ms, cpuShare, errorShare } = peak;
  const figures =
    cpuShare === null
      ? ""
      : ` (p99 ${msText(p99Ms)}, CPU ${shareText(cpuShare)}, failed ${shareText(errorShare)})`;
  const why = troubles.length === 0 ? "" : `: ${troubles.join(", ")}`;
  return `${figure(seconds)} s from ${startedAt} at ${figure(rate)} requests a second, × ${figure(factor)} of the mean: ${PEAK_OUTCOMES[outcome]}${figures}${why}`;
}

/** What was found beyond the recorded load; `null` when nothing was tried. */
export function headroomText({ verdict }: Validation): string | null {
  if (verdict.headroom.length === 0) return null;
  const probes = verdict.headroom.map(({ loadFactor, holds, p99Ms, cpuShare }) => {
    const word = holds === null ? "undecided" : holds ? "holds" : "does not hold";
    return `× ${figure(loadFactor)} ${word} (p99 ${msText(p99Ms)}, CPU ${shareText(cpuShare)})`;
  });
  return probes.join("; ");
}

/** What the user's own image answered, and what the log has; `null` with a twin, which answers everything, and where nobody counted. */
export function answersText(validation: Validation): string | null {
  const [baseline, candidate] = (["baseline", "candidate"] as const).map(
    (side) => sideFigures(validation, side).answers,
  );
  const isCounted = [baseline, candidate].some((counts) => Object.keys(counts ?? {}).length > 0);
  if (validation.calibration !== null || !isCounted) return null;
  return `${mixText(baseline)} of the baseline; ${mixText(candidate)} of the candidate; ${mixText(validation.workload.answers)} in the log`;
}

/** "1,960 2xx (98 %), 40 4xx (2 %)". */
function mixText(counts: AnswerCounts = {}): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return UNKNOWN;
  return Object.entries(counts)
    .map(([name, count]) => `${count.toLocaleString("en-US")} ${name} (${shareText(count / total)})`)
    .join(", ");
}

/** How well the twin reproduced the record; `null` with a user's own image. */
export function calibrationText({ calibration }: Validation): string | null {
  if (calibration === null) return null;
  const { recordedCpuShare, measuredCpuShare, errorShare, demandSecondsPerRequest, demandBias } = calibration;
  const bias = demandBias === "low" ? " or more" : demandBias === "high" ? " or less" : "";
  return `CPU ${shareText(measuredCpuShare)} where ${shareText(recordedCpuShare)} was recorded, ${shareText(errorShare)} off; a request takes ${msText(demandSecondsPerRequest * 1000)} of one vCPU${bias}`;
}
