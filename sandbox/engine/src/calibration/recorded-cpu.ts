import type { Calibration, MetricSeries, TimeWindow, UtilizationProfile } from "@apex/core";
import { highestOf, missingNote, type Sample, samplesOf, wholeSeries } from "./recorded-samples.ts";

/** Which way a figure can only be wrong; "exact" when neither. */
export type Bias = NonNullable<Calibration["demandBias"]>;

/** Mean CPU utilisation, 0–1; `null` where nothing was recorded. `notes` are whole sentences. */
export interface RecordedCpu {
  readonly share: number | null;
  readonly bias: Bias;
  readonly notes: readonly string[];
}

/** What is asked of a record. */
export interface CpuQuestion {
  readonly window: TimeWindow;
  /** How many requests arrived in a span inside of the window. */
  readonly requestsIn: (span: TimeWindow) => number;
}

/** Samples must cover this much of the window to speak for it. */
const COVERAGE_MIN = 0.5;

/** Samples that reach further beyond the window than this share of its length, or of their own, tell of other times as well. */
const REACH_MAX = 0.1;

/** Of all samples, when none is from a comparable hour: what the analysis sizes by. */
const PERCENTILE = 0.995;

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** The mean speaks best for work; then what bounds it from above. */
const STATISTICS = ["average", "p99", "maximum"] as const;

interface Found {
  readonly share: number;
  readonly bias: Bias;
  readonly note?: string;
}

const lengthOf = ({ startMs, endMs }: TimeWindow) => endMs - startMs;

const sumOf = <T>(items: readonly T[], value: (item: T) => number) =>
  items.reduce((sum, item) => sum + value(item), 0);

/** What of each sample lies in the window. */
function clipped(samples: readonly Sample[], { startMs, endMs }: TimeWindow): readonly Sample[] {
  return samples
    .map((sample) => ({
      ...sample,
      startMs: Math.max(startMs, sample.startMs),
      endMs: Math.min(endMs, sample.endMs),
    }))
    .filter((part) => lengthOf(part) > 0);
}

/** The mean of samples, each by its length; `undefined` when they cover too little of the window. */
function meanOf(parts: readonly Sample[], window: TimeWindow): number | undefined {
  const coveredMs = sumOf(parts, lengthOf);
  if (coveredMs === 0 || coveredMs < COVERAGE_MIN * lengthOf(window)) return undefined;
  return sumOf(parts, (part) => lengthOf(part) * part.share) / coveredMs;
}

/**
 * The mean as it would be at the rate of the whole window: CPU and requests of the same times give the work of a request, whatever
 * came in the rest of the window. `undefined` when that makes no sense: no requests in those times, or more than all CPU.
 */
function atWindowRate(parts: readonly Sample[], question: CpuQuestion): number | undefined {
  const mean = meanOf(parts, question.window);
  if (mean === undefined) return undefined;
  const rate = sumOf(parts, question.requestsIn) / sumOf(parts, lengthOf);
  const share = (mean * question.requestsIn(question.window)) / lengthOf(question.window) / rate;
  // A little over 1 is rounding.
  return Number.isFinite(share) && share <= 1 + 1e-9 ? Math.min(1, share) : undefined;
}

/** How far beyond the window the samples that touch it reach. */
function reachMs(touching: readonly Sample[], window: TimeWindow): number {
  const startMs = touching.reduce((first, sample) => Math.min(first, sample.startMs), window.startMs);
  const endMs = touching.reduce((last, sample) => Math.max(last, sample.endMs), window.endMs);
  return window.startMs - startMs + endMs - window.endMs;
}

/** From the samples of the window itself; `undefined` when they cover too little of it. */
function windowShare(series: MetricSeries, question: CpuQuestion): Found | undefined {
  const { window } = question;
  const samples = samplesOf(series);
  const touching = samples.filter((sample) => clipped([sample], window).length > 0);
  const parts = clipped(touching, window);
  const mean = meanOf(parts, window);
  if (mean === undefined) return undefined;
  const isWithin = reachMs(touching, window) <= REACH_MAX * lengthOf(window);
  const inside = clipped(
    touching.filter((sample) => reachMs([sample], window) <= REACH_MAX * lengthOf(sample)),
    window,
  );
  const share = atWindowRate(isWithin ? parts : inside, question);
  if (share !== undefined) return { share, bias: "exact" };
  return {
    share: mean,
    bias: "low",
    note: "The samples of the CPU utilisation tell of other times than the requests: in those fewer may have come than in the window, so the work of a request may be taken to be smaller than it was.",
  };
}

/** The highest sample of the same hours of other weeks. */
function sameHourShare(series: MetricSeries, window: TimeWindow): Found | undefined {
  const first = Math.floor(window.startMs / HOUR_MS) * HOUR_MS;
  const lengthMs = window.endMs - first;
  const same = samplesOf(series).filter(({ startMs }) => {
    const since = (((startMs - first) % WEEK_MS) + WEEK_MS) % WEEK_MS;
    return since < Math.max(HOUR_MS, lengthMs);
  });
  if (same.length === 0) return undefined;
  return {
    share: highestOf(same),
    bias: "high",
    note: "No CPU utilisation is recorded for the window; the highest of the same hour of the week stands for it.",
  };
}

function percentileShare(series: MetricSeries): Found | undefined {
  const sorted = samplesOf(series)
    .map(({ share }) => share)
    .toSorted((a, b) => a - b);
  const share = sorted[Math.min(sorted.length - 1, Math.ceil(PERCENTILE * sorted.length) - 1)];
  if (share === undefined) return undefined;
  return {
    share,
    bias: "high",
    note: "No CPU utilisation is recorded for the window or its hour of the week; the 99.5th percentile of all that is recorded stands for it.",
  };
}

function shareOf(profile: UtilizationProfile, question: CpuQuestion): Found | undefined {
  const [series] = STATISTICS.flatMap((statistic) => wholeSeries(profile, "cpu_percent", statistic) ?? []);
  if (series === undefined) return undefined;
  const found = windowShare(series, question);
  if (found === undefined) return sameHourShare(series, question.window) ?? percentileShare(series);
  if (series.statistic === "average") return found;
  return {
    share: found.share,
    bias: "high",
    note: `Only the ${series.statistic} of the CPU utilisation is recorded for the window, so the work of a request is taken to be larger than it was.`,
  };
}

/** Of several machines: what could hide a machine that is too small comes first. */
function biasOf(found: readonly Found[]): Bias {
  const order = ["low", "high"] as const;
  return order.find((bias) => found.some((one) => one.bias === bias)) ?? "exact";
}

/**
 * CPU utilisation of the target at the rate of the recorded window, over the mean of its machines when each has a profile of its own; a
 * group's own metric is that mean already. What is not recorded for the window is taken from comparable times and said to be.
 */
export function recordedCpu(profiles: readonly UtilizationProfile[], question: CpuQuestion): RecordedCpu {
  const found = profiles.flatMap((profile) => shareOf(profile, question) ?? []);
  if (found.length === 0) return { share: null, bias: "exact", notes: [] };
  const notes = new Set(found.flatMap(({ note }) => note ?? []));
  return {
    share: sumOf(found, ({ share }) => share) / found.length,
    bias: biasOf(found),
    notes: [...notes, ...missingNote(profiles.length - found.length, profiles.length, "CPU utilisation")],
  };
}
