import type { MetricSeries, SampleStatistic } from "@apex/core";
import type { MetricNotes } from "./metric-notes.ts";
import type { MetricRule } from "./metric-rule.ts";
import { Points } from "./points.ts";
import { resourceSeries } from "./resource-series.ts";
import type { RawSeries } from "./series-builder.ts";

/** What tells one raw series from another. */
export interface RawSeriesKey {
  readonly resourceId: string;
  readonly rule: MetricRule;
  readonly part: string | undefined;
  readonly statistic: SampleStatistic;
  readonly periodMs: number | undefined;
  /** As in {@link RawSeries}. */
  readonly repeats?: "last" | "largest";
}

/** Raw series in the making, of a source that fits in memory: pages and overlapping answers join by key. */
export class SeriesCollection {
  private readonly resources = new Map<string, Map<string, RawSeries>>();

  /** Where the samples of this series go. */
  pointsOf(key: RawSeriesKey): Points {
    const series = this.resources.get(key.resourceId) ?? new Map<string, RawSeries>();
    this.resources.set(key.resourceId, series);
    const { component, scale, part } = key.rule;
    const name = [component, JSON.stringify(scale), part, key.part, key.statistic, key.periodMs].join("\n");
    const raw = series.get(name) ?? { ...key, points: new Points() };
    series.set(name, raw);
    return raw.points;
  }

  /** The finished series, resource by resource; what has been handed out is let go. */
  *finished(notes: MetricNotes): Generator<MetricSeries> {
    for (const [resourceId, series] of this.resources) {
      this.resources.delete(resourceId);
      yield* resourceSeries([...series.values()], notes);
    }
  }
}
