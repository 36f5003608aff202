import type { MetricName, MetricSeries, SampleStatistic, TimeWindow, UtilizationProfile } from "@apex/core";
import { DAY_MS } from "@apex/core";
import type { LookBackPolicy } from "../policy/policy.ts";
import { coverageOf, hourMissingEveryWeek } from "../statistics/coverage.ts";
import { HOUR_MS } from "../statistics/hourly.ts";

/**
 * One metric of one resource as far as it can be used: finite samples of the look-back, with what is missing
 * counted.
 */
export interface Reading {
  readonly metric: MetricName;
  readonly part: string | undefined;
  readonly statistic: SampleStatistic;
  readonly periodMs: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** Share of the expected samples since the first one, 0–1. */
  readonly coverage: number;
  /** From the first sample to the end of the window. */
  readonly days: number;
}

/** A metric that can be used, or the reason why it cannot. */
export type MetricReading =
  | { readonly kind: "measured"; readonly reading: Reading }
  | { readonly kind: "unusable"; readonly reason: string };

/** Which metric, in which part, and which end of it matters: the high one of use, the low one of what is left. */
export interface MetricQuery {
  readonly metric: MetricName;
  readonly part?: string;
  readonly extreme?: "high" | "low";
}

const MINUTE_MS = 60_000;

const STATISTICS_BY_EXTREME: Readonly<Record<"high" | "low", readonly SampleStatistic[]>> = {
  high: ["maximum", "p99", "average"],
  low: ["minimum", "average"],
};

/** The part of `window` that a policy looks back at. */
export function lookBackWindow(window: TimeWindow, days: number): TimeWindow {
  return { startMs: Math.max(window.startMs, window.endMs - days * DAY_MS), endMs: window.endMs };
}

/**
 * Reads a metric from a profile: the statistic nearest to the extreme that matters among those that are complete
 * enough. Values that are not finite, and negative ones, which no metric here can have, count as missing samples.
 */
export function readMetric(
  profile: UtilizationProfile,
  query: MetricQuery,
  window: TimeWindow,
  lookBack: LookBackPolicy,
): MetricReading {
  let last = lastReadings.get(profile);
  if (last?.window !== window || last.lookBack !== lookBack) {
    last = { window, lookBack, byQuery: new Map() };
    lastReadings.set(profile, last);
  }
  const key = `${query.metric} ${query.extreme ?? "high"} ${query.part === undefined ? "" : `part ${query.part}`}`;
  const known = last.byQuery.get(key) ?? readAnew(profile, query, window, lookBack);
  last.byQuery.set(key, known);
  return known;
}

interface KnownReadings {
  readonly window: TimeWindow;
  readonly lookBack: LookBackPolicy;
  readonly byQuery: Map<string, MetricReading>;
}

/** What was read of a profile under one policy: a dozen rules ask the same of it. */
const lastReadings = new WeakMap<UtilizationProfile, KnownReadings>();

function readAnew(
  profile: UtilizationProfile,
  query: MetricQuery,
  window: TimeWindow,
  lookBack: LookBackPolicy,
): MetricReading {
  const span = lookBackWindow(window, lookBack.days);
  const series = profile.series.filter((one) => one.metric === query.metric && one.part === query.part);
  if (series.length === 0) return { kind: "unusable", reason: `${query.metric} is not measured` };
  let reason = `${query.metric} has no usable statistic`;
  const ordered = STATISTICS_BY_EXTREME[query.extreme ?? "high"].flatMap((statistic) =>
    // The same statistic may come in several periods: the finest that is complete enough serves.
    series.filter((one) => one.statistic === statistic).toSorted((a, b) => a.periodMs - b.periodMs),
  );
  for (const one of ordered) {
    const { statistic } = one;
    if (statistic === "average" && one.periodMs > lookBack.longestAverageMinutes * MINUTE_MS) {
      reason = `${query.metric} is known only as averages over ${one.periodMs / MINUTE_MS} minutes, which hide peaks`;
      continue;
    }
    const found = cutOnce(one, span);
    const { reading } = found;
    if (reading.values.length === 0) {
      reason = `${query.metric} has no sample in the look-back`;
      continue;
    }
    if (reading.coverage < lookBack.minimumCoverage) {
      reason = `${query.metric} has ${percent(reading.coverage)} of its samples since the first one, ${percent(lookBack.minimumCoverage)} are needed`;
      continue;
    }
    found.hidden ??= { hour: hiddenHour(reading, span) };
    const hidden = found.hidden.hour;
    if (hidden === undefined) return { kind: "measured", reading };
    reason = `${query.metric} is missing in the same hour of every week (${hidden}), and what is not seen there may be its peak`;
  }
  return { kind: "unusable", reason };
}

/** The names of the parts that a metric is measured in: "gpu-0", "gpu-1". */
export function partsOf(profile: UtilizationProfile, metric: MetricName): readonly string[] {
  const parts = profile.series.flatMap((one) =>
    one.metric === metric && one.part !== undefined ? [one.part] : [],
  );
  return [...new Set(parts)].sort();
}

/** A reading with every value passed through a function, for unit changes. */
export function mapReading(reading: Reading, change: (value: number) => number): Reading {
  const values = new Float64Array(reading.values.length);
  for (let index = 0; index < values.length; index += 1) values[index] = change(reading.values[index] ?? 0);
  return { ...reading, values };
}

/**
 * Two readings added up where both have a sample: reads and writes. Sums of maxima are an upper bound of the
 * maximum of the sum.
 */
export function sumReadings(a: Reading, b: Reading): Reading {
  const timestampsMs = new Float64Array(Math.min(a.values.length, b.values.length));
  const values = new Float64Array(timestampsMs.length);
  let count = 0;
  // Both ascend, so one pass over the two finds what they share.
  for (let left = 0, right = 0; left < a.values.length && right < b.values.length; ) {
    const leftMs = a.timestampsMs[left] ?? 0;
    const rightMs = b.timestampsMs[right] ?? 0;
    if (leftMs === rightMs) {
      timestampsMs[count] = leftMs;
      values[count] = (a.values[left] ?? 0) + (b.values[right] ?? 0);
      count += 1;
    }
    if (leftMs <= rightMs) left += 1;
    if (rightMs <= leftMs) right += 1;
  }
  const common = a.values.length === 0 ? 0 : (a.coverage * count) / a.values.length;
  return {
    ...a,
    timestampsMs: timestampsMs.subarray(0, count),
    values: values.subarray(0, count),
    coverage: Math.min(a.coverage, b.coverage, common),
    days: Math.min(a.days, b.days),
  };
}

/** A reading with only the samples from `startMs` on. */
export function readingSince(reading: Reading, startMs: number, endMs: number): Reading {
  const index = firstAtOrAfter(reading.timestampsMs, startMs);
  return {
    ...reading,
    timestampsMs: reading.timestampsMs.subarray(index),
    values: reading.values.subarray(index),
    days: (endMs - startMs) / DAY_MS,
  };
}

/** The days of the week from the epoch's on. */
const WEEKDAYS = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"] as const;

/** "Monday 06:00 UTC": an hour that has no sample in any week, though the coverage as a whole is good. */
function hiddenHour(reading: Reading, span: TimeWindow): string | undefined {
  if (reading.periodMs > HOUR_MS) return undefined;
  const window = { startMs: reading.timestampsMs[0] ?? span.endMs, endMs: span.endMs };
  const hour = hourMissingEveryWeek(reading.timestampsMs, window);
  if (hour === undefined) return undefined;
  return `${WEEKDAYS[Math.floor(hour / 24)]} ${String(hour % 24).padStart(2, "0")}:00 UTC`;
}

interface CutSeries {
  readonly span: TimeWindow;
  readonly reading: Reading;
  /** Asked for only where the reading is complete enough. */
  hidden: { readonly hour: string | undefined } | undefined;
}

/** What was cut last from a series: rules ask for the same metrics one after the other. */
const lastCuts = new WeakMap<MetricSeries, CutSeries>();

function cutOnce(series: MetricSeries, span: TimeWindow): CutSeries {
  const last = lastCuts.get(series);
  if (last?.span.startMs === span.startMs && last.span.endMs === span.endMs) return last;
  const made: CutSeries = { span, reading: cut(series, span), hidden: undefined };
  lastCuts.set(series, made);
  return made;
}

function cut(series: MetricSeries, span: TimeWindow): Reading {
  const { timestampsMs, values } = usableSamples(series, span);
  const firstMs = timestampsMs[0] ?? span.endMs;
  const coverage = coverageOf(timestampsMs, series.periodMs, { startMs: firstMs, endMs: span.endMs });
  return {
    metric: series.metric,
    part: series.part,
    statistic: series.statistic,
    periodMs: series.periodMs,
    timestampsMs,
    values,
    coverage: coverage.share,
    days: (span.endMs - firstMs) / DAY_MS,
  };
}

/** The samples of a span that are finite and not negative; where that is all of them, where they lie. */
function usableSamples(
  series: MetricSeries,
  span: TimeWindow,
): Pick<MetricSeries, "timestampsMs" | "values"> {
  const length = Math.min(series.timestampsMs.length, series.values.length);
  const from = firstAtOrAfter(series.timestampsMs.subarray(0, length), span.startMs);
  const end = firstAtOrAfter(series.timestampsMs.subarray(0, length), span.endMs);
  const timestampsMs = series.timestampsMs.subarray(from, end);
  const values = series.values.subarray(from, end);
  let count = 0;
  while (count < values.length && isUsable(values[count])) count += 1;
  if (count === values.length) return { timestampsMs, values };
  const keptMs = timestampsMs.slice();
  const kept = values.slice();
  for (let index = count; index < values.length; index += 1) {
    const value = values[index];
    if (!isUsable(value)) continue;
    keptMs[count] = timestampsMs[index] ?? Number.NaN;
    kept[count] = value;
    count += 1;
  }
  return { timestampsMs: keptMs.subarray(0, count), values: kept.subarray(0, count) };
}

function isUsable(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}

/** The index of the first of ascending times that is not before `atMs`; their number when all are. */
export function firstAtOrAfter(timestampsMs: Float64Array, atMs: number): number {
  let low = 0;
  let high = timestampsMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestampsMs[middle] ?? Number.NaN) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
