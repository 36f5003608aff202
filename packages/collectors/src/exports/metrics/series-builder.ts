import type { SampleStatistic } from "@apex/core";
import type { MetricNotes } from "./metric-notes.ts";
import { type Component, maximumOf, type MetricRule } from "./metric-rule.ts";
import type { Points } from "./points.ts";

/** A series as its source gives it: any order, any unit of its own, repeats and impossible values included. */
export interface RawSeries {
  readonly resourceId: string;
  readonly rule: MetricRule;
  readonly part: string | undefined;
  readonly statistic: SampleStatistic;
  /** As the source states it; `undefined` to take it from the timestamps. */
  readonly periodMs: number | undefined;
  /** Which of several finite samples of one time counts; the last one where it does not say. */
  readonly repeats?: "last" | "largest";
  readonly points: Points;
}

/** A series in our units, ascending, without repeats; `component` may still be a part that a metric is computed from. */
export interface BuiltSeries {
  readonly resourceId: string;
  readonly component: Component;
  readonly part: string | undefined;
  readonly statistic: SampleStatistic;
  readonly isFromSum: boolean;
  readonly periodMs: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** CloudWatch's default, taken for a series whose period nothing tells: one sample, or all at the same time. */
const PERIOD_DEFAULT_MS = 300_000;

/**
 * Basic monitoring publishes one sample per five minutes, so that an average over a longer period is still an amount
 * per five minutes. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
 */
const BASIC_MONITORING_MS = 300_000;

/** Detailed monitoring's interval: up to here an average is an amount per period under either monitoring. */
const DETAILED_MONITORING_MS = 60_000;

/** Percentages up to this much above 100 are rounding; above it something else was measured. */
const PERCENT_TOLERANCE = 0.5;

/** A card has seven slices at most; DCGM's blank value, 2^47, is far above. */
const ACTIVITY_MAX_PERCENT = 1000;

/** Builds a series in our units; `undefined` when no sample is left of it. */
export function buildSeries(raw: RawSeries, notes: MetricNotes): BuiltSeries | undefined {
  const ordered = ascending(raw.points.timestampsMs, raw.points.values);
  const distinct = withoutRepeats(ordered, raw.repeats === "largest", notes);
  const inferred = raw.periodMs ?? modalDifference(distinct.timestampsMs);
  if (inferred === undefined && raw.rule.scale.kind === "count" && distinct.timestampsMs.length > 0) {
    notes.remark(
      "warning",
      "period-unknown",
      `The period of ${raw.rule.component} of ${raw.resourceId} is unknown, so it has no rate`,
      "Export more than one sample, or CloudWatch's JSON with the request, which states the period.",
    );
    return undefined;
  }
  const periodMs = inferred ?? PERIOD_DEFAULT_MS;
  const scaled = scale(
    distinct,
    { factor: factorOf(raw, periodMs, notes), ...limitOf(raw.rule.component) },
    notes,
  );
  if (scaled.timestampsMs.length === 0) return undefined;
  const isFromSum = raw.statistic === "sum";
  return {
    resourceId: raw.resourceId,
    component: raw.rule.component,
    part: raw.part ?? raw.rule.part,
    // A sum divided by its period is the average rate over it.
    statistic: isFromSum ? "average" : raw.statistic,
    isFromSum,
    periodMs,
    ...scaled,
  };
}

interface Samples {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

function factorOf(raw: RawSeries, periodMs: number, notes: MetricNotes): number {
  const { scale } = raw.rule;
  if (scale.kind === "level") return scale.factor;
  if (raw.statistic === "sum") return (1000 * (scale.perSeconds ?? 1)) / periodMs;
  if (periodMs > DETAILED_MONITORING_MS) {
    notes.remark(
      "warning",
      "average-of-amounts",
      `${raw.rule.component} comes from a statistic other than Sum; it is read as an amount per sample of basic monitoring`,
      "Instances under detailed monitoring then seem to use a fifth of what they do. Export the statistic Sum.",
    );
  }
  return 1000 / Math.min(periodMs, BASIC_MONITORING_MS);
}

/** Samples in ascending order of time; those of the same time keep their order. */
function ascending(timestampsMs: Float64Array, values: Float64Array): Samples {
  if (isAscending(timestampsMs)) return { timestampsMs, values };
  const isDescending = timestampsMs.every(
    (time, index) => index === 0 || time < (timestampsMs[index - 1] ?? 0),
  );
  if (isDescending) return { timestampsMs: timestampsMs.toReversed(), values: values.toReversed() };
  const order = Uint32Array.from(timestampsMs.keys()).sort(
    (a, b) => (timestampsMs[a] ?? 0) - (timestampsMs[b] ?? 0) || a - b,
  );
  return {
    timestampsMs: Float64Array.from(order, (index) => timestampsMs[index] ?? 0),
    values: Float64Array.from(order, (index) => values[index] ?? 0),
  };
}

function isAscending(timestampsMs: Float64Array): boolean {
  for (let index = 1; index < timestampsMs.length; index += 1) {
    if ((timestampsMs[index] ?? 0) < (timestampsMs[index - 1] ?? 0)) return false;
  }
  return true;
}

/** Of samples of the same time the last finite one stays, or the largest one. */
function withoutRepeats(
  { timestampsMs, values }: Samples,
  keepsLargest: boolean,
  notes: MetricNotes,
): Samples {
  if (isDistinct(timestampsMs, values)) return { timestampsMs, values };
  const times = new Float64Array(timestampsMs.length);
  const kept = new Float64Array(timestampsMs.length);
  let length = 0;
  let notFinite = 0;
  let conflicting = 0;
  let dropped = 0;
  // By index: an iterator's pairs are objects, and there may be a hundred million samples.
  for (let index = 0; index < values.length; index += 1) {
    const time = timestampsMs[index] ?? Number.NaN;
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) notFinite += 1;
    else if (length > 0 && times[length - 1] === time) {
      const before = kept[length - 1] ?? value;
      if (keepsLargest || before === value) dropped += 1;
      else conflicting += 1;
      kept[length - 1] = keepsLargest ? Math.max(before, value) : value;
    } else {
      times[length] = time;
      kept[length] = value;
      length += 1;
    }
  }
  notes.repair("value-not-a-number", notFinite);
  notes.repair("duplicate-conflicting", conflicting);
  notes.repair("duplicate-dropped", dropped);
  return { timestampsMs: times.slice(0, length), values: kept.slice(0, length) };
}

/** Whether every value is finite and every time, of ascending ones, another. */
function isDistinct(timestampsMs: Float64Array, values: Float64Array): boolean {
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isFinite(values[index])) return false;
    if (index > 0 && timestampsMs[index] === timestampsMs[index - 1]) return false;
  }
  return true;
}

/**
 * More than all of a GPU's units is what DCGM says of a busy card under MIG: fully busy, which dropping the sample would hide.
 * Other percentages far above 100 measure something else.
 */
function limitOf(component: Component): { readonly maximum: number; readonly dropsAbove: number } {
  const maximum = maximumOf(component);
  const isActivity = /^gpu_.*_active_percent$/.test(component);
  return { maximum, dropsAbove: isActivity ? ACTIVITY_MAX_PERCENT : maximum + PERCENT_TOLERANCE };
}

function scale(
  { timestampsMs, values }: Samples,
  { factor, maximum, dropsAbove }: ReturnType<typeof limitOf> & { readonly factor: number },
  notes: MetricNotes,
): Samples {
  if (factor === 1 && isWithin(values, maximum)) {
    return { timestampsMs: withOwnBuffer(timestampsMs), values: withOwnBuffer(values) };
  }
  const times = new Float64Array(timestampsMs.length);
  const kept = new Float64Array(timestampsMs.length);
  let length = 0;
  let impossible = 0;
  let clamped = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = (values[index] ?? Number.NaN) * factor;
    if (!(value >= 0) || value > dropsAbove) {
      impossible += 1;
      continue;
    }
    if (value > maximum) clamped += 1;
    times[length] = timestampsMs[index] ?? Number.NaN;
    kept[length] = Math.min(value, maximum);
    length += 1;
  }
  notes.repair("value-impossible", impossible);
  notes.repair("percent-above-100", clamped);
  return { timestampsMs: times.slice(0, length), values: kept.slice(0, length) };
}

function isWithin(values: Float64Array, maximum: number): boolean {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (!(value >= 0 && value <= maximum)) return false;
  }
  return true;
}

/** The array itself, unless it is a part of something larger that would stay with it. */
function withOwnBuffer(values: Float64Array): Float64Array {
  return values.byteLength === values.buffer.byteLength ? values : values.slice();
}

/** The most frequent difference between neighbours, the smaller of equally frequent ones; `undefined` below two samples. */
function modalDifference(timestampsMs: Float64Array): number | undefined {
  const counts = new Map<number, number>();
  let run = 0;
  let previous = Number.NaN;
  for (let index = 1; index < timestampsMs.length; index += 1) {
    const difference = (timestampsMs[index] ?? 0) - (timestampsMs[index - 1] ?? 0);
    if (difference !== previous) {
      if (run > 0) counts.set(previous, (counts.get(previous) ?? 0) + run);
      previous = difference;
      run = 0;
    }
    run += 1;
  }
  if (run > 0) counts.set(previous, (counts.get(previous) ?? 0) + run);
  let mode: number | undefined;
  for (const [difference, count] of counts) {
    const best = mode === undefined ? 0 : (counts.get(mode) ?? 0);
    if (count > best || (count === best && difference < (mode ?? Number.POSITIVE_INFINITY)))
      mode = difference;
  }
  return mode;
}
