import type { MetricSeries } from "@apex/core";
import { isMetricName } from "./cloudwatch-rules.ts";
import { gpuMemoryPercent } from "./gpu-memory.ts";
import type { MetricNotes } from "./metric-notes.ts";
import { withoutMisread } from "./mig.ts";
import { type BuiltSeries, buildSeries, type RawSeries } from "./series-builder.ts";

/** All series of one resource in our terms, from all its raw ones: parts combined, redundant statistics left out. */
export function resourceSeries(raws: readonly RawSeries[], notes: MetricNotes): readonly MetricSeries[] {
  const built = withoutMisread(raws, notes).flatMap((raw) => buildSeries(raw, notes) ?? []);
  const preferred = withoutRedundant(built, notes);
  return [...preferred, ...gpuMemoryPercent(preferred)].flatMap(toMetricSeries);
}

/** The key under which a store keeps samples, period apart. */
function seriesKey(series: Pick<BuiltSeries, "component" | "part" | "statistic" | "periodMs">): string {
  return [series.component, series.part ?? "", series.statistic, series.periodMs].join("\n");
}

function withoutRedundant(built: readonly BuiltSeries[], notes: MetricNotes): readonly BuiltSeries[] {
  const fromSums = new Set(built.filter((series) => series.isFromSum).map(seriesKey));
  return built.filter((series) => {
    const isRedundant = !series.isFromSum && fromSums.has(seriesKey(series));
    if (isRedundant) notes.repair("redundant-statistic", series.values.length);
    return !isRedundant;
  });
}

function toMetricSeries(series: BuiltSeries): readonly MetricSeries[] {
  const { resourceId, component, part, statistic, periodMs, timestampsMs, values } = series;
  if (!isMetricName(component)) return [];
  const metricSeries = { resourceId, metric: component, statistic, periodMs, timestampsMs, values };
  return [part === undefined ? metricSeries : { ...metricSeries, part }];
}
