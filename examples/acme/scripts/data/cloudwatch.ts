import { PERIOD_MS, SAMPLES, timeOf, WINDOW_END_MS, WINDOW_START_MS } from "../time-grid.ts";
import type { CloudWatchSeries } from "./series.ts";

/** As `aws cloudwatch get-metric-data` prints times. */
function cliTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(".000Z", "+00:00");
}

function query(series: CloudWatchSeries, id: string) {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: series.namespace,
        MetricName: series.metric,
        Dimensions: Object.entries(series.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: PERIOD_MS / 1000,
      Stat: series.statistic,
    },
    ReturnData: true,
  };
}

function result(series: CloudWatchSeries, id: string, order: ScanBy) {
  const present = Array.from({ length: SAMPLES }, (_, k) => k).filter(series.isPresent);
  const kept = order === "TimestampDescending" ? present.toReversed() : present;
  return {
    Id: id,
    Label: series.metric,
    Timestamps: kept.map((k) => cliTime(timeOf(k))),
    Values: kept.map((k) => series.values[k] ?? 0),
    StatusCode: "Complete",
  };
}

/** GetMetricData's two orders; descending is what it does when nobody asks. */
export type ScanBy = "TimestampAscending" | "TimestampDescending";

/**
 * One GetMetricData exchange: the request's queries and the pages of its response put together, so that an Id has
 * its dimensions. One line per query and result keeps the file greppable.
 */
export function renderGetMetricData(series: readonly CloudWatchSeries[], order: ScanBy): string {
  const lines = (items: readonly unknown[]) => items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  const id = (index: number) => `m${index}`;
  return `{
  "StartTime": "${cliTime(WINDOW_START_MS)}",
  "EndTime": "${cliTime(WINDOW_END_MS)}",
  "ScanBy": "${order}",
  "MetricDataQueries": [
${lines(series.map((item, index) => query(item, id(index))))}
  ],
  "MetricDataResults": [
${lines(series.map((item, index) => result(item, id(index), order)))}
  ],
  "Messages": []
}
`;
}
