import type { MetricSeries, ResourceRange, TimeWindow, UtilizationProfile } from "@apex/core";
import { SharedTimes } from "./block.ts";
import { readSeries, seriesTurns } from "./merge-segments.ts";
import type { Points } from "./points.ts";
import { metricName, sampleStatistic } from "./sample-columns.ts";
import type { Segment } from "./segment-reader.ts";
import type { SeriesKey } from "./series-key.ts";

/** The window that the samples span, up to the end of the last period. */
export function windowOf(segments: readonly Segment[]): TimeWindow | undefined {
  if (segments.length === 0) return undefined;
  return {
    startMs: Math.min(...segments.map(({ index }) => index.startMs)),
    endMs: Math.max(...segments.map(({ index }) => index.endMs)),
  };
}

/**
 * Reads the samples of a window, one resource at a time in the order of their ids, from segments of which the oldest is the
 * first. Needs memory for one resource and a buffer for each segment. Series may share the array of their times.
 */
export async function* readProfiles(
  segments: readonly Segment[],
  window: TimeWindow,
  range: ResourceRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<UtilizationProfile> {
  const shared = new SharedTimes();
  let resource: string | undefined;
  let series: MetricSeries[] = [];
  let isMeasured = false;
  for await (const turn of seriesTurns(segments, range)) {
    signal?.throwIfAborted();
    if (resource !== turn.key.resource) {
      if (resource !== undefined && isMeasured) yield { resourceId: resource, window, series };
      resource = turn.key.resource;
      series = [];
      isMeasured = false;
    }
    const pieces = await readSeries(turn, window, shared);
    isMeasured ||= pieces.length > 0;
    for (const points of pieces) {
      const one = metricSeries(turn.key, points);
      if (one !== undefined) series.push(one);
    }
  }
  if (resource !== undefined && isMeasured) yield { resourceId: resource, window, series };
}

/** A metric that a newer Apex stored is none that this one could judge. */
function metricSeries(key: SeriesKey, points: Points): MetricSeries | undefined {
  const metric = metricName(key.metric);
  if (metric === undefined) return undefined;
  return {
    resourceId: key.resource,
    metric,
    statistic: sampleStatistic(key.statistic),
    ...(key.part === null ? {} : { part: key.part }),
    ...points,
  };
}
