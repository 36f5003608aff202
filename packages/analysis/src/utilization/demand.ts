import { assert, type DimensionEvidence, formatInstant } from "@apex/core";
import { findRise } from "../statistics/change-point.ts";
import { type Distribution, distributionOf, exceedanceOf, percentileOf } from "../statistics/distribution.ts";
import { HOUR_MS, hourlyMaxima } from "../statistics/hourly.ts";
import { splitHalfStability } from "../statistics/stability.ts";
import { autocorrelation, recurringPeak } from "../statistics/weekly-pattern.ts";
import { type Reading, readingSince } from "./series.ts";

/** What one dimension asks for, from its samples, in the dimension's own unit. */
export interface Demand {
  readonly reading: Reading;
  /** History that the decision rests on: since the first sample, or since a lasting rise. */
  readonly days: number;
  /** "P99.5", "maximum", "P99.5, raised to the weekly peak". */
  readonly label: string;
  readonly percentile: number;
  readonly demand: number;
  readonly maximum: number;
  /** demand / (1 − headroom) */
  readonly need: number;
  readonly headroom: number;
  /** Whether a peak that comes back every week stands above the percentile and took its place. */
  readonly isRaised: boolean;
  /** Sentences about what was seen. */
  readonly notes: readonly string[];
  /** Whether the load follows the hours of the day. */
  readonly hasDailyRhythm: boolean;
  /** Share of the samples above a capacity, 0–1; after a lasting rise, of those since then if that is more. */
  readonly exceedanceAt: (capacity: number) => number;
  /** 0–1, how far the halves of the look-back agree, on the scale of a capacity. */
  readonly stabilityAt: (capacity: number) => number;
}

/** How demand is read; part of the policy. */
export interface DemandOptions {
  readonly percentile: number;
  readonly headroom: number;
  readonly respectRecurringPeaks: boolean;
  /** A rise smaller than this is no new level, in the dimension's unit. */
  readonly materialStep: number;
  /** Correlation with the day before from which there is a daily rhythm. */
  readonly rhythmCorrelation: number;
  readonly endMs: number;
}

/** Reads the demand from a reading. The reading holds at least one sample. */
export function demandOf(reading: Reading, options: DemandOptions): Demand {
  const maxima = hourlyMaxima(reading.timestampsMs, reading.values);
  const rise = findRise(maxima, options.materialStep);
  const sinceRise =
    rise === undefined ? undefined : readingSince(reading, rise.hour * HOUR_MS, options.endMs);
  const whole = distributionOf(reading.values);
  assert(whole !== undefined, "demand of a reading without samples");
  // After a rise the old quiet would dilute the percentile; the peaks of before still count.
  const since = sinceRise === undefined ? undefined : distributionOf(sinceRise.values);
  const distributions: readonly Distribution[] = since === undefined ? [whole] : [whole, since];
  const measured = Math.max(...distributions.map((one) => percentileOf(one, options.percentile)));
  const weekly = options.respectRecurringPeaks ? recurringPeak(maxima) : undefined;
  const isRaised = weekly !== undefined && weekly > measured;
  const demand = isRaised ? weekly : measured;
  const label = options.percentile === 100 ? "maximum" : `P${options.percentile}`;
  const daily = autocorrelation(maxima, 24);
  const notes: string[] = [];
  if (rise !== undefined) {
    const when = formatInstant(rise.hour * HOUR_MS);
    notes.push(
      `${reading.metric} rose around ${when} and stayed there; the samples since then are judged by themselves`,
    );
  }
  return {
    reading,
    days: sinceRise?.days ?? reading.days,
    label: isRaised ? `${label}, raised to the weekly peak` : label,
    percentile: options.percentile,
    demand,
    maximum: whole.maximum,
    need: demand / (1 - options.headroom),
    headroom: options.headroom,
    isRaised,
    notes,
    hasDailyRhythm: daily !== undefined && daily >= options.rhythmCorrelation,
    exceedanceAt: (capacity) => Math.max(...distributions.map((one) => exceedanceOf(one, capacity))),
    stabilityAt: (capacity) => splitHalfStability(reading.values, options.percentile, capacity),
  };
}

/** What evidence says of a demand, whatever it is compared with. */
export function seenOf({
  reading,
  label,
  demand,
  maximum,
}: Demand): Pick<
  DimensionEvidence,
  "metric" | "statistic" | "percentile" | "samples" | "demand" | "maximum"
> {
  const { metric, statistic, values } = reading;
  return { metric, statistic, percentile: label, samples: values.length, demand, maximum };
}
