import type { JsonObject, JsonValue } from "@apex/core";
import { type Answer, refusal } from "./google-answers.ts";
import { pageOf, type Route, type ServedRequest } from "./gcp-server.ts";

/** A series of Monitoring: what it holds at an instant, before alignment. */
export interface HeldSeries {
  readonly metricType: string;
  readonly metricLabels?: Readonly<Record<string, string>>;
  readonly resourceType: "gce_instance" | "cloudsql_database" | "k8s_node";
  readonly resourceLabels: Readonly<Record<string, string>>;
  /** Labels of the metadata, as those of a Kubernetes node. */
  readonly userLabels?: Readonly<Record<string, string>>;
  readonly isWhole?: boolean;
  /** The aligned value of a period, by its end; nothing where nothing was measured. */
  readonly valueAt: (endMs: number, aligner: string) => number | undefined;
}

/** What a project holds, in Google's own words. */
export interface HeldProject {
  readonly instances?: readonly JsonObject[];
  readonly disks?: readonly JsonObject[];
  readonly snapshots?: readonly JsonObject[];
  readonly addresses?: readonly JsonObject[];
  readonly instanceGroupManagers?: readonly JsonObject[];
  readonly instanceTemplates?: readonly JsonObject[];
  readonly autoscalers?: readonly JsonObject[];
  readonly databases?: readonly JsonObject[];
  readonly clusters?: readonly JsonObject[];
  readonly series?: readonly HeldSeries[];
  /** Recommendations by "zone recommender". */
  readonly recommendations?: Readonly<Record<string, readonly JsonObject[]>>;
}

/** Items of a page of this server, small so that lists have several. */
const PAGE_SIZE_MAX = 3;

/** The services of an account, project by project. */
export function accountRoutes(projects: Readonly<Record<string, HeldProject>>): readonly Route[] {
  const of = (
    request: ServedRequest,
    answer: (project: HeldProject, name: string) => JsonObject | Answer,
  ) => {
    const name = /\/projects\/([^/]+)\//.exec(request.path)?.[1] ?? "";
    const project = Object.hasOwn(projects, name) ? projects[name] : undefined;
    return project === undefined
      ? refusal(404, "NOT_FOUND", `The resource 'projects/${name}' was not found`)
      : answer(project, name);
  };
  const aggregated = (list: keyof HeldProject, message: string): Route => ({
    path: new RegExp(`^/compute/v1/projects/[^/]+/aggregated/${list}$`),
    message: `compute.${message}AggregatedList`,
    answer: (request) =>
      of(request, (project) => aggregatedPage(list, (project[list] ?? []) as readonly JsonObject[], request)),
  });
  return [
    aggregated("instances", "Instance"),
    aggregated("disks", "Disk"),
    aggregated("addresses", "Address"),
    aggregated("instanceGroupManagers", "InstanceGroupManager"),
    aggregated("instanceTemplates", "InstanceTemplate"),
    aggregated("autoscalers", "Autoscaler"),
    {
      path: /^\/compute\/v1\/projects\/[^/]+\/global\/snapshots$/,
      message: "compute.SnapshotList",
      answer: (request) =>
        of(request, ({ snapshots = [] }) => ({
          kind: "compute#snapshotList",
          ...pageOf(snapshots, request, PAGE_SIZE_MAX),
        })),
    },
    {
      path: /^\/v1\/projects\/[^/]+\/instances$/,
      message: "sql.InstancesListResponse",
      answer: (request) =>
        of(request, ({ databases = [] }) => ({
          kind: "sql#instancesList",
          ...pageOf(databases, request, PAGE_SIZE_MAX),
        })),
    },
    {
      path: /^\/v1\/projects\/[^/]+\/locations\/-\/clusters$/,
      message: "container.ListClustersResponse",
      answer: (request) => of(request, ({ clusters = [] }) => ({ clusters })),
    },
    {
      path: /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/recommenders\/[^/]+\/recommendations$/,
      message: "recommender.ListRecommendationsResponse",
      answer: (request) =>
        of(request, ({ recommendations = {} }) => {
          const [zone, recommender] = request.path
            .split("/")
            .filter((_, index) => index === 5 || index === 7);
          const { items, nextPageToken } = pageOf(
            recommendations[`${zone} ${recommender}`] ?? [],
            request,
            PAGE_SIZE_MAX,
          );
          return { recommendations: items, ...(nextPageToken === undefined ? {} : { nextPageToken }) };
        }),
    },
    {
      path: /^\/v3\/projects\/[^/]+\/timeSeries$/,
      message: "monitoring.ListTimeSeriesResponse",
      answer: (request) => of(request, ({ series = [] }) => seriesPage(series, request)),
    },
  ];
}

/** Items by their place, and a warning for every place that has none: what the published service does. */
function aggregatedPage(list: string, held: readonly JsonObject[], request: ServedRequest): JsonObject {
  const { items, nextPageToken } = pageOf(held, request, PAGE_SIZE_MAX);
  const scopes: Record<string, JsonObject> = {
    "zones/us-east1-b": {
      warning: { code: "NO_RESULTS_ON_PAGE", message: "There are no results for scope 'zones/us-east1-b'." },
    },
  };
  for (const item of items) {
    const scope = scopeOf(item);
    const present = scopes[scope]?.[list];
    scopes[scope] = { [list]: [...(Array.isArray(present) ? present : []), item] };
  }
  return {
    kind: `compute#${list}AggregatedList`,
    items: scopes,
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
  };
}

function scopeOf(item: JsonObject): string {
  const place = item["zone"] ?? item["region"];
  return typeof place === "string" ? place.split("/").slice(-2).join("/") : "global";
}

/** Source: Cloud Monitoring API, `timeSeries.list`: points newest first, a page bounded by its number of points. */
function seriesPage(series: readonly HeldSeries[], request: ServedRequest): JsonObject | Answer {
  const { query } = request;
  const period = Number(query.get("aggregation.alignmentPeriod")?.replace("s", "")) * 1000;
  const start = Date.parse(query.get("interval.startTime") ?? "");
  const end = Date.parse(query.get("interval.endTime") ?? "");
  const aligner = query.get("aggregation.perSeriesAligner") ?? "";
  const reduce = REDUCERS[query.get("aggregation.crossSeriesReducer") ?? ""];
  const filter = conditionsOf(query.get("filter") ?? "");
  if (
    !(period > 0) ||
    Number.isNaN(start) ||
    Number.isNaN(end) ||
    filter === undefined ||
    reduce === undefined
  ) {
    return refusal(400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
  }
  const wanted = series.filter((held) =>
    filter.every(({ field, isEqual, value }) => (fieldOf(held, field) === value) === isEqual),
  );
  const answered = grouped(wanted, query.getAll("aggregation.groupByFields")).map((members): JsonValue => {
    const [first] = members;
    const points: JsonValue[] = [];
    for (let at = end; at > start; at -= period) {
      const values = members.map((held) => held.valueAt(at, aligner)).filter((value) => value !== undefined);
      if (values.length === 0) continue;
      const value = reduce(values);
      const instant = new Date(at).toISOString().replace(".000Z", "Z");
      points.push({
        interval: { startTime: instant, endTime: instant },
        value: first?.isWhole === true ? { int64Value: String(value) } : { doubleValue: value },
      });
    }
    const kept = (
      labels: Readonly<Record<string, string>> | undefined,
      fieldOfLabel: (name: string) => string,
    ) =>
      Object.fromEntries(
        Object.entries(labels ?? {}).filter(([name]) =>
          query.getAll("aggregation.groupByFields").includes(fieldOfLabel(name)),
        ),
      );
    const userLabels = kept(first?.userLabels, (name) => `metadata.user_labels."${name}"`);
    return {
      metric: {
        type: first?.metricType ?? "",
        labels: kept(first?.metricLabels, (name) => `metric.labels.${name}`),
      },
      resource: {
        type: first?.resourceType ?? "",
        labels: kept(first?.resourceLabels, (name) => `resource.labels.${name}`),
      },
      ...(Object.keys(userLabels).length === 0 ? {} : { metadata: { userLabels } }),
      metricKind: "GAUGE",
      valueType: first?.isWhole === true ? "INT64" : "DOUBLE",
      points,
    };
  });
  const { items, nextPageToken } = pageOf(answered, request, PAGE_SIZE_MAX);
  return { timeSeries: items, ...(nextPageToken === undefined ? {} : { nextPageToken }) };
}

/** Source: Cloud Monitoring API, `Aggregation.Reducer`. */
const REDUCERS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  REDUCE_SUM: (values) => values.reduce((sum, one) => sum + one, 0),
  REDUCE_MEAN: (values) => values.reduce((sum, one) => sum + one, 0) / values.length,
  REDUCE_MAX: (values) => Math.max(...values),
  REDUCE_COUNT: (values) => values.length,
};

interface Condition {
  readonly field: string;
  readonly isEqual: boolean;
  readonly value: string;
}

function conditionsOf(filter: string): readonly Condition[] | undefined {
  const conditions = filter.split(" AND ").map((text) => {
    const [, field, operator, value] = /^([\w.]+) (=|!=) "([^"]+)"$/.exec(text.trim()) ?? [];
    return field === undefined || value === undefined
      ? undefined
      : { field, isEqual: operator === "=", value };
  });
  return conditions.every((condition) => condition !== undefined) ? conditions : undefined;
}

function fieldOf(held: HeldSeries, field: string): string | undefined {
  if (field === "metric.type") return held.metricType;
  if (field === "resource.type") return held.resourceType;
  const [, userLabel] = /^metadata\.user_labels\."(.+)"$/.exec(field) ?? [];
  if (userLabel !== undefined) return held.userLabels?.[userLabel];
  const [, from, label] = /^(metric|resource)\.labels\.(\w+)$/.exec(field) ?? [];
  const labels = from === "metric" ? held.metricLabels : held.resourceLabels;
  return label === undefined ? undefined : labels?.[label];
}

function grouped(
  series: readonly HeldSeries[],
  fields: readonly string[],
): readonly (readonly HeldSeries[])[] {
  const groups = new Map<string, HeldSeries[]>();
  for (const held of series) {
    const key = fields.map((field) => fieldOf(held, field)).join("|");
    groups.set(key, [...(groups.get(key) ?? []), held]);
  }
  return [...groups.values()];
}
