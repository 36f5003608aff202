import type { MetricRule } from "../exports/metrics/metric-rule.ts";
import type { SeriesCollection } from "../exports/metrics/series-collection.ts";

/** CloudWatch's period, in which all rules think. */
const PERIOD_MS = 300_000;

/** What is summed up apart. */
export interface SummedSeries {
  readonly resourceId: string;
  readonly rule: MetricRule;
  readonly part: string | undefined;
}

interface Period {
  sum: number;
  count: number;
  largest: number;
}

/** Samples of every second as averages and maxima of five minutes, so that weeks of them fit in memory. */
export class PeriodSums {
  private readonly series = new Map<string, SummedSeries & { readonly periods: Map<number, Period> }>();

  add(to: SummedSeries, epochMs: number, value: number): void {
    const key = `${to.resourceId}\n${to.part ?? ""}\n${to.rule.component}`;
    const known = this.series.get(key) ?? { ...to, periods: new Map<number, Period>() };
    this.series.set(key, known);
    const startMs = Math.floor(epochMs / PERIOD_MS) * PERIOD_MS;
    const period = known.periods.get(startMs);
    if (period === undefined) known.periods.set(startMs, { sum: value, count: 1, largest: value });
    else {
      period.sum += value;
      period.count += 1;
      period.largest = Math.max(period.largest, value);
    }
  }

  /** Hands the series on; what was sampled less often than every five minutes shows by its distances. */
  into(collection: SeriesCollection): void {
    for (const { resourceId, rule, part, periods } of this.series.values()) {
      const pointsOf = (statistic: "average" | "maximum") =>
        collection.pointsOf({ resourceId, rule, part, statistic, periodMs: undefined });
      const [averages, maxima] = [pointsOf("average"), pointsOf("maximum")];
      for (const [startMs, { sum, count, largest }] of periods) {
        averages.push(startMs, sum / count);
        maxima.push(startMs, largest);
      }
    }
  }
}
