import type { MetricName, MetricSeries, SampleStatistic, UtilizationProfile } from "@apex/core";

/** One sample of a share of a machine. */
export interface Sample {
  readonly startMs: number;
  readonly endMs: number;
  /** 0–1 */
  readonly share: number;
}

/** The series of a machine as a whole in one statistic; `undefined` when nothing was recorded. */
export function wholeSeries(
  profile: UtilizationProfile,
  metric: MetricName,
  statistic: SampleStatistic,
): MetricSeries | undefined {
  return profile.series.find(
    (series) =>
      series.metric === metric &&
      series.statistic === statistic &&
      series.part === undefined &&
      series.values.length > 0,
  );
}

/** The samples that make sense, percent as shares. */
export function samplesOf(series: MetricSeries): readonly Sample[] {
  return Array.from(series.timestampsMs, (startMs, index) => ({
    startMs,
    endMs: startMs + series.periodMs,
    share: Math.min(1, (series.values[index] ?? Number.NaN) / 100),
  })).filter(({ share }) => share >= 0);
}

/** The highest of the samples; 0 of none. */
export function highestOf(samples: readonly Sample[]): number {
  return samples.reduce((most, { share }) => Math.max(most, share), 0);
}

/** What is said where some machines of a group have no record. */
export function missingNote(missing: number, machines: number, what: string): readonly string[] {
  if (missing === 0) return [];
  return [`${missing} of ${machines} machines have no recorded ${what}; the others stand for them.`];
}
