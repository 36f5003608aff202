import { AdapterError, METRIC_NAMES, type MetricName, type SampleStatistic } from "@apex/core";

const STATISTICS: readonly SampleStatistic[] = ["average", "maximum", "minimum", "sum", "p99"];

/** Text that should be a metric's name; a file of another version of Apex may hold one that this one does not know. */
export function metricName(text: string): MetricName | undefined {
  return METRIC_NAMES.find((name) => name === text);
}

/** Text that must be a statistic. */
export function sampleStatistic(text: string): SampleStatistic {
  const statistic = STATISTICS.find((name) => name === text);
  if (statistic === undefined) {
    throw new AdapterError("invalid", `the stored samples hold an unknown statistic: ${text.slice(0, 40)}`);
  }
  return statistic;
}
