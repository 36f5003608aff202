import {
  type Cancellation,
  type Collected,
  type CollectionPart,
  DAY_MS,
  formatInstant,
  isJsonObject,
  type JsonValue,
  type MetricSeries,
  type Resource,
  type TimeWindow,
} from "@apex/core";
import { z } from "zod";
import { GCP_CALLS } from "./calls.ts";
import { collectedDiagnostic, type GcpSession } from "./gcp-session.ts";
import { METRIC_QUERIES, type MetricQuery, subjectKey, subjectsOf } from "./metric-queries.ts";
import { type GcpRequest, unreadable } from "./rest.ts";

/** Five minutes, as CloudWatch's basic monitoring: what the analysis works on. */
const PERIOD_MS = 300_000;

/** Points of a page. Source: Cloud Monitoring API, `timeSeries.list`, `pageSize`: at most 100,000. */
const PAGE_SIZE = 100_000;

/** Monitoring keeps Google's own metrics for six weeks. Source: Cloud Monitoring, "Data retention". */
const RETENTION_MS = 42 * DAY_MS;

/**
 * The metrics of a project's resources, one part for each metric, statistic and day: a restart repeats at most one, and a
 * day that is over is asked for once.
 */
export function metricPartsOf(
  session: GcpSession,
  { project, resources }: { readonly project: string; readonly resources: readonly Resource[] },
  window: TimeWindow,
): readonly CollectionPart[] {
  const days = daysOf(window, session.nowMs());
  return METRIC_QUERIES.flatMap((query) => {
    const subjects = subjectsOf(query, project, resources);
    if (subjects.size === 0) return [];
    return query.alignments.flatMap((alignment) =>
      days.map((day): CollectionPart => {
        const request = requestFor({ project, query, alignment, day });
        const { statistic } = alignment;
        const name = query.metricType.replaceAll(/[^\w./-]/g, "-");
        return {
          key: `gcp/${project}/metrics/${name}/${statistic}/${formatInstant(day.startMs).slice(0, 10)}`,
          title: `${query.metricType} (${statistic}) of ${project} on ${formatInstant(day.startMs).slice(0, 10)}`,
          collect: (signal) => collectSeries(session, { request, query, statistic, subjects, day }, signal),
        };
      }),
    );
  });
}

/** The UTC days of a window, the first and last cut to it and to whole periods. */
function daysOf(window: TimeWindow, nowMs: number): readonly TimeWindow[] {
  const start = Math.max(floorTo(window.startMs, PERIOD_MS), floorTo(nowMs - RETENTION_MS, PERIOD_MS));
  const end = floorTo(Math.min(window.endMs, nowMs), PERIOD_MS);
  const days: TimeWindow[] = [];
  for (let from = start; from < end; ) {
    const to = Math.min(floorTo(from, DAY_MS) + DAY_MS, end);
    days.push({ startMs: from, endMs: to });
    from = to;
  }
  return days;
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

function requestFor(asked: {
  readonly project: string;
  readonly query: MetricQuery;
  readonly alignment: MetricQuery["alignments"][number];
  readonly day: TimeWindow;
}): GcpRequest {
  const { project, query, alignment, day } = asked;
  const { monitored, fields } = query.subject;
  const conditions = [
    `metric.type = "${query.metricType}"`,
    `resource.type = "${monitored}"`,
    ...(query.where === undefined ? [] : [query.where]),
  ];
  const parts = query.partLabel === undefined ? [] : [`metric.labels.${query.partLabel}`];
  return {
    call: GCP_CALLS.timeSeries,
    project,
    path: `/v3/projects/${encodeURIComponent(project)}/timeSeries`,
    query: {
      filter: conditions.join(" AND "),
      // A period ends at its point and starts after the one before: the first of a day ends five minutes into it.
      "interval.startTime": formatInstant(day.startMs),
      "interval.endTime": formatInstant(day.endMs),
      "aggregation.alignmentPeriod": `${PERIOD_MS / 1000}s`,
      "aggregation.perSeriesAligner": alignment.aligner,
      "aggregation.crossSeriesReducer": alignment.reducer ?? "REDUCE_SUM",
      "aggregation.groupByFields": [...fields, ...parts],
      view: "FULL",
      pageSize: PAGE_SIZE,
      fields:
        "timeSeries(metric/labels,resource/labels,metadata/userLabels,points(interval/endTime,value)),nextPageToken,executionErrors",
    },
  };
}

const Labels = z.object({ labels: z.record(z.string(), z.string()).default({}) });
const Series = z.object({
  metric: Labels.default({ labels: {} }),
  resource: Labels.default({ labels: {} }),
  metadata: z
    .object({ userLabels: z.record(z.string(), z.string()).default({}) })
    .default({ userLabels: {} }),
  points: z.array(z.unknown()).default([]),
});
const Page = z.object({
  timeSeries: z.array(Series).default([]),
  executionErrors: z.array(z.object({ message: z.string().optional() })).default([]),
});

interface AskedSeries {
  readonly request: GcpRequest;
  readonly query: MetricQuery;
  readonly statistic: MetricSeries["statistic"];
  readonly subjects: ReadonlyMap<string, string>;
  readonly day: TimeWindow;
}

async function* collectSeries(
  session: GcpSession,
  asked: AskedSeries,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  let unreadablePoints = 0;
  for await (const answer of session.rest.pages(asked.request, signal)) {
    const page = Page.safeParse(answer);
    if (!page.success) throw unreadable(asked.request);
    for (const series of page.data.timeSeries) {
      const decoded = decodeSeries(series, asked);
      unreadablePoints += decoded?.unreadable ?? 0;
      if (decoded !== undefined && decoded.series.values.length > 0)
        yield { kind: "samples", series: decoded.series };
    }
    for (const { message } of page.data.executionErrors) {
      yield collectedDiagnostic({
        severity: "warning",
        code: "gcp-metric-partial",
        summary: `Monitoring answered for ${asked.query.metricType} in project ${asked.request.project} with a part only`,
        ...(message === undefined ? {} : { detail: message }),
      });
    }
  }
  if (unreadablePoints > 0) {
    yield collectedDiagnostic({
      severity: "warning",
      code: "gcp-points-unreadable",
      summary: `${unreadablePoints} points of ${asked.query.metricType} in project ${asked.request.project} are no numbers or lie outside the time asked for, and are left out`,
    });
  }
}

interface DecodedSeries {
  readonly series: MetricSeries;
  readonly unreadable: number;
}

/** A series of a resource that was found; those of others (another region, deleted meanwhile) are not of interest. */
function decodeSeries(given: z.infer<typeof Series>, asked: AskedSeries): DecodedSeries | undefined {
  const { query, statistic, subjects, day } = asked;
  const names = query.subject.fields.map((field) => labelOf(given, field));
  const resourceId = subjects.get(subjectKey(names));
  if (resourceId === undefined) return undefined;
  const part = query.partLabel === undefined ? undefined : given.metric.labels[query.partLabel];
  // Newest first, as Monitoring gives them; a map keeps the one of a period.
  const points = new Map<number, number>();
  let unreadable = 0;
  for (const point of given.points) {
    const read = readPoint(point as JsonValue);
    const startMs = read === undefined ? Number.NaN : read.endMs - PERIOD_MS;
    const isWanted = startMs >= day.startMs && startMs < day.endMs;
    if (read === undefined || !isWanted) unreadable += read !== undefined && startMs < day.startMs ? 0 : 1;
    else points.set(startMs, read.value * query.scale);
  }
  const ordered = [...points].toSorted(([a], [b]) => a - b);
  return {
    unreadable,
    series: {
      resourceId,
      metric: query.metric,
      statistic,
      periodMs: PERIOD_MS,
      ...(part === undefined ? {} : { part: `gpu-${part}` }),
      timestampsMs: Float64Array.from(ordered, ([at]) => at),
      values: Float64Array.from(ordered, ([, value]) => value),
    },
  };
}

/** The value of a label that a field such as `resource.labels.instance_id` or `metadata.user_labels."a/b"` names; "" without it. */
function labelOf(given: z.infer<typeof Series>, field: string): string {
  const [, quoted] = /^metadata\.user_labels\."(.+)"$/.exec(field) ?? [];
  const labels = quoted === undefined ? given.resource.labels : given.metadata.userLabels;
  const name = quoted ?? field.replace("resource.labels.", "");
  return Object.hasOwn(labels, name) ? (labels[name] ?? "") : "";
}

/** The end of the period and its value; whole numbers of 64 bits come as text. Source: `TypedValue` of Cloud Monitoring. */
function readPoint(point: JsonValue): { readonly endMs: number; readonly value: number } | undefined {
  if (!isJsonObject(point) || !isJsonObject(point["interval"]) || !isJsonObject(point["value"]))
    return undefined;
  const { endTime } = point["interval"];
  const { doubleValue, int64Value } = point["value"];
  const endMs = typeof endTime === "string" ? Date.parse(endTime) : Number.NaN;
  const value = typeof doubleValue === "number" ? doubleValue : Number(int64Value ?? Number.NaN);
  return Number.isFinite(endMs) && Number.isFinite(value) ? { endMs, value } : undefined;
}
