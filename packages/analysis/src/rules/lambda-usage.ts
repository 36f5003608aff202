import {
  DAY_MS,
  HOURS_PER_MONTH,
  type Known,
  known,
  type MetricName,
  type MetricSeries,
  unknown,
} from "@apex/core";
import { lookBackWindow } from "../utilization/series.ts";
import type { RuleContext } from "./rule.ts";

/** What a function was seen to do. Functions have samples only while they are invoked, so gaps are no missing data. */
export interface LambdaUsage {
  /** Highest share of its memory that any invocation used, percent. */
  readonly memoryMaximumPercent: number;
  readonly memorySamples: number;
  /** Share of the periods with invocations of which the memory is known, 0–1. */
  readonly coverage: number;
  /** From the first invocation to the end of the data. */
  readonly days: number;
  /** Billed seconds a month (730 h), at the rate of the look-back. */
  readonly secondsPerMonth: number;
}

/** Reads invocations, durations and memory over the look-back; unknown where one of them was not measured. */
export function lambdaUsage(context: RuleContext): Known<LambdaUsage> {
  const invocations = samplesOf(context, "lambda_invocations_per_second", "average");
  if (invocations === undefined) return unknown("lambda_invocations_per_second is not measured");
  const memory = samplesOf(context, "lambda_memory_used_percent", "maximum");
  if (memory === undefined) {
    return unknown(
      "lambda_memory_used_percent is not measured, and neither duration nor timeout says anything of memory; turn on Lambda Insights",
    );
  }
  const durations = samplesOf(context, "lambda_duration_milliseconds", "average");
  if (durations === undefined) return unknown("lambda_duration_milliseconds is not measured");
  const span = lookBackWindow(context.window, context.policy.lookBack.days);
  const busy = [...invocations.values].filter(([, rate]) => rate > 0);
  const [first] = busy;
  if (first === undefined) return unknown("it was not invoked in the look-back, so its memory is not known");
  let seconds = 0;
  let measured = 0;
  for (const [atMs, rate] of busy) {
    const durationMs = durations.values.get(atMs);
    if (durationMs !== undefined) seconds += ((rate * invocations.periodMs) / 1000) * (durationMs / 1000);
    if (memory.values.has(atMs)) measured += 1;
  }
  const hours = (span.endMs - span.startMs) / 3_600_000;
  return known({
    // One by one: a call takes no hundred thousand arguments.
    memoryMaximumPercent: [...memory.values.values()].reduce((most, percent) => Math.max(most, percent), 0),
    memorySamples: memory.values.size,
    coverage: measured / busy.length,
    days: (span.endMs - first[0]) / DAY_MS,
    secondsPerMonth: (seconds / hours) * HOURS_PER_MONTH,
  });
}

interface Samples {
  readonly periodMs: number;
  readonly values: ReadonlyMap<number, number>;
}

/** The finite samples of the look-back by time; `undefined` without any. */
function samplesOf(
  { profile, window, policy }: RuleContext,
  metric: MetricName,
  statistic: MetricSeries["statistic"],
): Samples | undefined {
  const span = lookBackWindow(window, policy.lookBack.days);
  const series = profile.series
    .filter((one) => one.metric === metric && one.statistic === statistic && one.part === undefined)
    .toSorted((a, b) => a.periodMs - b.periodMs)[0];
  if (series === undefined) return undefined;
  const values = new Map<number, number>();
  for (const [index, atMs] of series.timestampsMs.entries()) {
    const value = series.values[index] ?? Number.NaN;
    if (atMs >= span.startMs && atMs < span.endMs && value >= 0 && Number.isFinite(value))
      values.set(atMs, value);
  }
  return values.size === 0 ? undefined : { periodMs: series.periodMs, values };
}
