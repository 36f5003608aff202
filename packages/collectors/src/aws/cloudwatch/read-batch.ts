import { AdapterError, type Collected, type TimeWindow } from "@apex/core";
import { CloudWatchClient, type MetricDataResult, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import { MetricNotes } from "../../exports/metrics/metric-notes.ts";
import { SeriesCollection } from "../../exports/metrics/series-collection.ts";
import type { AwsSession } from "../aws-service.ts";
import { type MetricQuery, PERIOD_SECONDS } from "./metric-query.ts";

/** The most that one answer holds. Source: CloudWatch API reference, GetMetricData, MaxDatapoints. */
const DATAPOINTS_A_PAGE = 100_800;

/** What CloudWatch says of a query that is not answered whole, and that asking again does not change. */
const REFUSED = "Forbidden";

/** Asks for one batch of queries, page by page, and yields its series in our units, each with its points in time order. */
export async function* readBatch(
  session: AwsSession,
  queries: readonly MetricQuery[],
  window: TimeWindow,
): AsyncGenerator<Collected> {
  const client = session.client(CloudWatchClient);
  const source = `CloudWatch in ${session.region}`;
  const notes = new MetricNotes(source);
  const series = new SeriesCollection();
  const statuses = new Map<string, string>();
  const request = {
    StartTime: new Date(window.startMs),
    EndTime: new Date(window.endMs),
    ScanBy: "TimestampAscending" as const,
    MaxDatapoints: DATAPOINTS_A_PAGE,
    MetricDataQueries: queries.map(({ metric, statistic }, index) => ({
      Id: `q${index}`,
      MetricStat: {
        Metric: { ...metric, Dimensions: [...metric.Dimensions] },
        Period: PERIOD_SECONDS,
        Stat: statistic,
      },
    })),
  };
  for await (const page of paginateGetMetricData({ client, stopOnSameToken: true }, request)) {
    for (const { Code, Value } of page.Messages ?? [])
      notes.remark(
        "warning",
        "cloudwatch-message",
        `${source} says ${Code ?? "of a request"}: ${Value ?? ""}`,
      );
    for (const result of page.MetricDataResults ?? [])
      readResult(result, queries, { series, notes, statuses });
  }
  checkStatuses(statuses, source, notes);
  for (const finished of series.finished(notes)) yield { kind: "samples", series: finished };
  yield* notes.collected();
}

interface Reading {
  readonly series: SeriesCollection;
  readonly notes: MetricNotes;
  readonly statuses: Map<string, string>;
}

function readResult(
  { Id: id = "", Timestamps: times = [], Values: values = [], StatusCode: status }: MetricDataResult,
  queries: readonly MetricQuery[],
  { series, notes, statuses }: Reading,
): void {
  const query = queries[Number(id.slice(1))];
  if (query === undefined) {
    notes.remark("warning", "query-missing", `CloudWatch answered a query that was not asked: ${id}`);
    return;
  }
  if (status !== undefined) statuses.set(id, status);
  if (times.length !== values.length)
    notes.remark(
      "warning",
      "result-lengths",
      `${id} has ${times.length} timestamps and ${values.length} values`,
    );
  const points = series.pointsOf(query.key);
  for (let index = 0; index < Math.min(times.length, values.length); index += 1)
    points.push(times[index]?.getTime() ?? Number.NaN, values[index] ?? Number.NaN);
}

/** The last status of each query counts: until the last page, all of them are partial. */
function checkStatuses(statuses: ReadonlyMap<string, string>, source: string, notes: MetricNotes): void {
  for (const status of statuses.values()) {
    if (status === "InternalError") {
      throw new AdapterError(
        "unavailable",
        `${source} failed inside while it answered GetMetricData; collect again to get what is missing`,
      );
    }
    if (status === REFUSED)
      notes.remark("warning", "metric-refused", `${source} refused some metrics, although they are listed`);
    else if (status !== "Complete")
      notes.remark("warning", "result-incomplete", `${source} answered ${status} for some queries`);
  }
}
