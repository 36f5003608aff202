import type { DimensionEvidence, MetricSeries, UtilizationProfile } from "@apex/core";

const HOUR_MS = 3_600_000;

/** One hour of a chart: the highest sample in it, in the dimension's unit. Hours without samples are absent. */
export interface HourPoint {
  readonly startMs: number;
  readonly maximum: number;
}

/** What a chart of one dimension shows. */
export interface DimensionChart {
  readonly evidence: DimensionEvidence;
  readonly points: readonly HourPoint[];
}

/** Hourly maxima of every series: small enough to keep for a whole fleet while its profiles stream by. */
export interface CondensedProfile {
  readonly resourceId: string;
  readonly series: readonly {
    readonly metric: MetricSeries["metric"];
    readonly part: string | undefined;
    readonly statistic: MetricSeries["statistic"];
    readonly points: readonly HourPoint[];
  }[];
}

function hourlyMaxima(series: MetricSeries): readonly HourPoint[] {
  const points: { startMs: number; maximum: number }[] = [];
  for (const [index, at] of series.timestampsMs.entries()) {
    const value = series.values[index] ?? 0;
    const startMs = Math.floor(at / HOUR_MS) * HOUR_MS;
    const last = points.at(-1);
    if (last?.startMs === startMs) last.maximum = Math.max(last.maximum, value);
    else points.push({ startMs, maximum: value });
  }
  return points;
}

/** Keeps of a profile what its charts need. */
export function condenseProfile(profile: UtilizationProfile): CondensedProfile {
  return {
    resourceId: profile.resourceId,
    series: profile.series.map((series) => ({
      metric: series.metric,
      part: series.part,
      statistic: series.statistic,
      points: hourlyMaxima(series),
    })),
  };
}

/**
 * The charts of a recommendation: one for each dimension that is measured in percent of a capacity that is known, drawn in
 * the capacity's unit (40 % of 8 vCPU is 3.2 vCPU), so that the need and both capacities are lines in the same picture.
 */
export function dimensionCharts(
  profile: CondensedProfile,
  dimensions: readonly DimensionEvidence[],
): readonly DimensionChart[] {
  return dimensions.flatMap((evidence) => {
    const { capacityNow, metric, statistic } = evidence;
    if (capacityNow === null || !metric.endsWith("_percent")) return [];
    const candidates = profile.series.filter(
      (series) => series.metric === metric && series.part === undefined,
    );
    const chosen = candidates.find((series) => series.statistic === statistic) ?? candidates[0];
    if (chosen === undefined || chosen.points.length === 0) return [];
    const points = chosen.points.map(({ startMs, maximum }) => ({
      startMs,
      maximum: (maximum / 100) * capacityNow,
    }));
    return [{ evidence, points }];
  });
}
