import { isJsonObject, type JsonObject, type JsonValue } from "@apex/core";
import { cloudWatchRule } from "./cloudwatch-rules.ts";
import type { MetricNotes } from "./metric-notes.ts";
import { MetricDataQuery, MetricDataResult } from "./schema.ts";
import { SampleClock } from "./sample-time.ts";
import type { RawSeriesKey, SeriesCollection } from "./series-collection.ts";
import { isUsable, parseStatistic } from "./statistic.ts";

/** Dimensions that name a resource, the most specific first: the agent adds the group to an instance's metrics. */
const RESOURCE_DIMENSIONS = [
  "InstanceId",
  "VolumeId",
  "DBInstanceIdentifier",
  "DBClusterIdentifier",
  "AutoScalingGroupName",
  "LoadBalancer",
  "LoadBalancerName",
  "NatGatewayId",
  "CacheClusterId",
  "FunctionName",
  "function_name",
];

/** One request with what answered it. An Id has a meaning only inside its request. */
interface Exchange {
  readonly queries: readonly JsonValue[];
  readonly results: readonly JsonValue[];
  /** Whether a list of queries or results is something else. */
  readonly isMalformed: boolean;
}

/** Whether a JSON document is CloudWatch's `GetMetricData`, in any of the forms that {@link decodeCloudWatch} reads. */
export function isCloudWatch(document: JsonValue): boolean {
  return exchangesOf(document).length > 0;
}

/**
 * Reads `GetMetricData` requests with their responses: `{MetricDataQueries, MetricDataResults}`, `{request, response}`,
 * `{requests, responses}` with pages, or a list of these. What cannot be used is noted.
 */
export function decodeCloudWatch(document: JsonValue, into: SeriesCollection, notes: MetricNotes): void {
  const clock = new SampleClock(notes);
  for (const exchange of exchangesOf(document)) {
    if (exchange.isMalformed) {
      notes.remark("error", "exchange-malformed", "MetricDataQueries or MetricDataResults is not a list");
    }
    const queries = queriesById(exchange.queries, notes);
    for (const value of exchange.results) readResult(value, queries, { into, notes, clock });
  }
  clock.finish();
}

function exchangesOf(document: JsonValue): readonly Exchange[] {
  if (Array.isArray(document)) return document.flatMap((item: JsonValue) => exchangesOf(item));
  if (!isJsonObject(document)) return [];
  if (document["MetricDataResults"] !== undefined) return [exchangeOf([document], [document])];
  const requests = objectsIn(document["requests"] ?? document["request"]);
  const responses = objectsIn(document["responses"] ?? document["response"]);
  if (responses.every((response) => response["MetricDataResults"] === undefined)) return [];
  // As many answers as requests are pairs: pages repeat their request, with a token.
  if (requests.length === responses.length) {
    return requests.map((request, index) => exchangeOf([request], responses.slice(index, index + 1)));
  }
  return [exchangeOf(requests, responses)];
}

function exchangeOf(requests: readonly JsonObject[], responses: readonly JsonObject[]): Exchange {
  const queries = requests.map(({ MetricDataQueries: list = [] }) => list);
  const results = responses.map(({ MetricDataResults: list = [] }) => list);
  return {
    queries: queries.flatMap((list) => (Array.isArray(list) ? list : [])),
    results: results.flatMap((list) => (Array.isArray(list) ? list : [])),
    isMalformed: ![...queries, ...results].every((list) => Array.isArray(list)),
  };
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => isJsonObject(item));
}

/** Queries by Id; an Id that two requests use for different things is left out and said. */
function queriesById(values: readonly JsonValue[], notes: MetricNotes): ReadonlyMap<string, MetricDataQuery> {
  const queries = new Map<string, MetricDataQuery>();
  const ambiguous = new Set<string>();
  for (const value of values) {
    const parsed = MetricDataQuery.safeParse(value);
    if (!parsed.success) {
      notes.remark("warning", "query-malformed", "A query of the request is malformed and was left out");
      continue;
    }
    const earlier = queries.get(parsed.data.Id);
    if (earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(parsed.data)) {
      ambiguous.add(parsed.data.Id);
    }
    queries.set(parsed.data.Id, parsed.data);
  }
  for (const id of ambiguous) {
    queries.delete(id);
    notes.remark(
      "error",
      "query-id-ambiguous",
      `Query Id ${id} means different metrics in different requests`,
      "Give each request with its own responses, as many responses as requests, or one file per request.",
    );
  }
  return queries;
}

interface Reading {
  readonly into: SeriesCollection;
  readonly notes: MetricNotes;
  readonly clock: SampleClock;
}

function readResult(
  value: JsonValue,
  queries: ReadonlyMap<string, MetricDataQuery>,
  { into, notes, clock }: Reading,
): void {
  const parsed = MetricDataResult.safeParse(value);
  if (!parsed.success) {
    notes.remark("warning", "result-malformed", "A result of the response is malformed and was left out");
    return;
  }
  const { Id: id, Timestamps: times, Values: values, StatusCode: status } = parsed.data;
  const query = queries.get(id);
  if (query === undefined) {
    notes.remark(
      "error",
      "query-missing",
      "Results have no query, so nothing tells which resource they belong to",
      `The first is ${id}. Save the request's MetricDataQueries in the same file as the response.`,
    );
    return;
  }
  if (status !== undefined && !/^(Complete|PartialData)$/.test(status)) {
    notes.remark(
      "warning",
      "result-incomplete",
      `CloudWatch answered ${status} for some queries`,
      `The first is ${id}.`,
    );
  }
  const key = seriesKeyOf(query, notes);
  if (key === undefined) return;
  if (times.length !== values.length) {
    notes.remark(
      "warning",
      "result-lengths",
      `${id} has ${times.length} timestamps and ${values.length} values`,
    );
  }
  const points = into.pointsOf(key);
  let unreadable = 0;
  for (let index = 0; index < Math.min(times.length, values.length); index += 1) {
    const epochMs = clock.read(times[index]);
    if (Number.isNaN(epochMs)) unreadable += 1;
    else points.push(epochMs, sampleValue(values[index]));
  }
  if (unreadable > 0) {
    notes.remark(
      "error",
      "timestamp-unreadable",
      `${unreadable} samples of ${id} have no readable timestamp`,
    );
  }
}

/** A JSON sample as a number, NaN when it is none. */
function sampleValue(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
}

/** Which series of which resource a query asks for; `undefined`, with a note, when Apex has no use for it. */
export function seriesKeyOf(query: MetricDataQuery, notes: MetricNotes): RawSeriesKey | undefined {
  if (query.MetricStat === undefined) {
    notes.remark("info", "query-expression", `Expressions are not read: ${query.Expression ?? query.Id}`);
    return undefined;
  }
  const { Metric: metric, Period: period, Stat: stat } = query.MetricStat;
  const rule = cloudWatchRule(metric.Namespace, metric.MetricName);
  if (rule === undefined) {
    notes.unknownMetric(`${metric.Namespace} ${metric.MetricName}`);
    return undefined;
  }
  const statistic = parseStatistic(stat);
  if (statistic === undefined || !isUsable(rule, statistic)) {
    notes.remark(
      rule.scale.kind === "count" ? "warning" : "info",
      "statistic-unusable",
      `Statistic ${stat} of ${metric.MetricName} tells Apex nothing and was not read`,
      rule.scale.kind === "count" ? "Export the statistic Sum." : "Export Average, Maximum or p99.",
    );
    return undefined;
  }
  const dimensions = new Map(metric.Dimensions.map(({ Name, Value }) => [Name, Value] as const));
  const resourceId = RESOURCE_DIMENSIONS.map((name) => dimensions.get(name)).find(
    (id) => id !== undefined && id !== "",
  );
  if (resourceId === undefined) {
    notes.remark(
      "warning",
      "resource-unnamed",
      `${metric.Namespace} ${metric.MetricName} has no dimension that names a resource and was not read`,
      `Its dimensions are ${[...dimensions.keys()].join(", ") || "none"}.`,
    );
    return undefined;
  }
  return { resourceId, rule, part: partOf(dimensions, rule.component), statistic, periodMs: period * 1000 };
}

function partOf(dimensions: ReadonlyMap<string, string>, component: string): string | undefined {
  const index = dimensions.get("index");
  if (index !== undefined && component.startsWith("gpu_")) return `gpu-${index}`;
  const slices = slicesOf(component).map((name) => dimensions.get(name));
  return slices.filter((slice) => slice !== undefined).join(" ") || undefined;
}

/** Dimensions that narrow a metric to a slice of its resource: what a balancer does per target group or zone is not the whole. */
function slicesOf(component: string): readonly string[] {
  if (component.startsWith("lb_")) return ["TargetGroup", "AvailabilityZone"];
  // A version, an alias; a node of a Memcached cluster.
  return component.startsWith("lambda_") ? ["Resource", "ExecutedVersion"] : ["CacheNodeId"];
}
