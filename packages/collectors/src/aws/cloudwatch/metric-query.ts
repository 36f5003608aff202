import type { Metric } from "@aws-sdk/client-cloudwatch";
import type { MetricNotes } from "../../exports/metrics/metric-notes.ts";
import { level } from "../../exports/metrics/metric-rule.ts";
import type { RawSeriesKey } from "../../exports/metrics/series-collection.ts";
import { seriesKeyOf } from "../../exports/metrics/decode-cloudwatch.ts";
import type { CloudWatchStatistic, MetricChoice } from "./metric-choices.ts";
import type { MetricTarget, MetricTargets } from "./metric-targets.ts";

/** CloudWatch's own period for what its services publish; finer points cost more and few metrics have them. */
export const PERIOD_SECONDS = 300;

/** A metric as a query names it. */
export interface NamedMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** One metric in one statistic, and the series that it answers. */
export interface MetricQuery {
  readonly metric: NamedMetric;
  readonly statistic: CloudWatchStatistic;
  readonly key: RawSeriesKey;
}

/** The queries of one listed metric, with the metric's own dimensions; none when it is of nothing in the inventory. */
export function queriesOf(
  listed: Metric,
  choice: MetricChoice,
  targets: MetricTargets,
  notes: MetricNotes,
): readonly MetricQuery[] {
  const metric = named(listed);
  if (metric === undefined) return [];
  const value = metric.Dimensions.find(({ Name }) => Name === choice.dimension)?.Value;
  if (value === undefined) return [];
  if (choice.hasOtherDimensions !== true && metric.Dimensions.length > 1) return [];
  const target = targets.find(choice.dimension, value);
  const statistics = Object.hasOwn(choice.metrics, metric.MetricName)
    ? choice.metrics[metric.MetricName]
    : [];
  if (target === undefined || statistics === undefined) return [];
  return statistics.flatMap((statistic) => {
    const stat = {
      Metric: { ...metric, Dimensions: [...metric.Dimensions] },
      Period: PERIOD_SECONDS,
      Stat: statistic,
    };
    const key = seriesKeyOf({ Id: "", MetricStat: stat }, notes);
    return key === undefined ? [] : [{ metric, statistic, key: keyOf(key, statistic, target) }];
  });
}

function keyOf(key: RawSeriesKey, statistic: CloudWatchStatistic, target: MetricTarget): RawSeriesKey {
  const own = { ...key, resourceId: target.resourceId, part: target.part ?? key.part };
  // The mean amount of a member's samples is a rate once it is known how long a sample is; a file does not tell that.
  return target.samplePeriodMs === undefined || statistic !== "Average" || key.rule.scale.kind === "level"
    ? own
    : { ...own, rule: level(key.rule.component, 1_000 / target.samplePeriodMs) };
}

function named({ Namespace, MetricName, Dimensions = [] }: Metric): NamedMetric | undefined {
  if (Namespace === undefined || MetricName === undefined) return undefined;
  const dimensions = Dimensions.flatMap(({ Name, Value }) =>
    Name === undefined || Value === undefined ? [] : [{ Name, Value }],
  );
  return { Namespace, MetricName, Dimensions: dimensions };
}

/** Sorts as a plan has to, so that the same resources give the same batches. */
export function identityOfQuery({ metric, statistic, key }: MetricQuery): string {
  const dimensions = metric.Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).toSorted();
  return [key.resourceId, key.part ?? "", metric.Namespace, metric.MetricName, statistic, ...dimensions].join(
    "\n",
  );
}

/**
 * Of the same series under several sets of dimensions, as the agent publishes with its roll-ups, the one with the fewest: it holds
 * the others. Several of the same number are different times of one resource, such as before and after its type was changed.
 */
export function withoutNarrower(queries: readonly MetricQuery[]): readonly MetricQuery[] {
  const fewest = new Map<string, number>();
  const seriesOf = ({ key }: MetricQuery) =>
    [key.resourceId, key.part ?? "", key.rule.component, key.rule.part ?? "", key.statistic].join("\n");
  for (const query of queries) {
    const series = seriesOf(query);
    fewest.set(
      series,
      Math.min(fewest.get(series) ?? Number.POSITIVE_INFINITY, query.metric.Dimensions.length),
    );
  }
  return queries.filter((query) => query.metric.Dimensions.length === fewest.get(seriesOf(query)));
}
