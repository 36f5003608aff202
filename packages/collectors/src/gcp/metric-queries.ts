import type { JsonValue, MetricName, Resource, SampleStatistic } from "@apex/core";

/** How Monitoring condenses what it holds into one point of five minutes, and several series into one. */
interface Alignment {
  readonly aligner: "ALIGN_MAX" | "ALIGN_MEAN" | "ALIGN_RATE";
  /** Series that differ by other labels (a disk, a balanced connection, a database) are parts of one resource: added up, unless told. */
  readonly reducer?: "REDUCE_MAX" | "REDUCE_MEAN" | "REDUCE_COUNT";
  readonly statistic: SampleStatistic;
}

/** A gauge keeps its peak and its average; of an amount only the rate over the period can be had. */
const GAUGE: readonly Alignment[] = [
  { aligner: "ALIGN_MAX", statistic: "maximum" },
  { aligner: "ALIGN_MEAN", statistic: "average" },
];
const AMOUNT: readonly Alignment[] = [{ aligner: "ALIGN_RATE", statistic: "average" }];
/** What the nodes of a pool do: the fullest one's peak, and the mean of them all, which is the work of the whole. */
const OVER_NODES: readonly Alignment[] = [
  { aligner: "ALIGN_MAX", reducer: "REDUCE_MAX", statistic: "maximum" },
  { aligner: "ALIGN_MEAN", reducer: "REDUCE_MEAN", statistic: "average" },
];
/** A node's mean share of what all of them move, as groups of instances are measured. */
const NODE_AMOUNT: readonly Alignment[] = [
  { aligner: "ALIGN_RATE", reducer: "REDUCE_MEAN", statistic: "average" },
];
const NODE_COUNT: readonly Alignment[] = [
  { aligner: "ALIGN_MEAN", reducer: "REDUCE_COUNT", statistic: "average" },
];

/** What a series is of: which labels name the resource. */
interface MetricSubject {
  /** Terraform's type. */
  readonly type: string;
  /** Monitoring's resource type. */
  readonly monitored: "gce_instance" | "cloudsql_database" | "k8s_node";
  /** The fields that together name the resource, as a filter of Monitoring's writes them. */
  readonly fields: readonly string[];
  /** What these fields hold for a resource; `undefined` for one that does not tell. */
  readonly namesOf: (resource: Resource, project: string) => readonly string[] | undefined;
}

const INSTANCE: MetricSubject = {
  type: "google_compute_instance",
  monitored: "gce_instance",
  fields: ["resource.labels.instance_id"],
  namesOf: ({ attributes }) => textsOf(attributes["instance_id"]),
};
const DATABASE: MetricSubject = {
  type: "google_sql_database_instance",
  monitored: "cloudsql_database",
  fields: ["resource.labels.database_id"],
  namesOf: ({ attributes: { name } }, project) =>
    typeof name === "string" ? [`${project}:${name}`] : undefined,
};
/** GKE writes the pool's name on its nodes. Source: GKE documentation, "Automatically applied labels". */
const NODE_POOL: MetricSubject = {
  type: "google_container_node_pool",
  monitored: "k8s_node",
  fields: [
    "resource.labels.location",
    "resource.labels.cluster_name",
    'metadata.user_labels."cloud.google.com/gke-nodepool"',
  ],
  namesOf: ({ attributes: { location, cluster, name } }) => textsOf(location, cluster, name),
};

/** All of them, where all are texts. */
function textsOf(...values: readonly (JsonValue | undefined)[]): readonly string[] | undefined {
  return values.every((value) => typeof value === "string") ? values : undefined;
}

/** One metric of Google's and what it is called here. */
export interface MetricQuery {
  readonly subject: MetricSubject;
  readonly metricType: string;
  readonly metric: MetricName;
  readonly alignments: readonly Alignment[];
  /** What a value is multiplied by: a fraction becomes percent. */
  readonly scale: number;
  /** A further condition: one state of memory, one pipe of a GPU. */
  readonly where?: string;
  /** The label that tells parts of the resource apart; without one, the parts are added up. */
  readonly partLabel?: string;
  /** Asked for machines with GPUs alone. */
  readonly isGpu?: boolean;
}

const PERCENT_OF_FRACTION = 100;

function instanceAmount(name: string, metric: MetricName): MetricQuery {
  const metricType = `compute.googleapis.com/instance/${name}`;
  return { subject: INSTANCE, metricType, metric, alignments: AMOUNT, scale: 1 };
}

function gpu(
  metricType: string,
  metric: MetricName,
  rest: { readonly scale: number; readonly where?: string },
): MetricQuery {
  return {
    subject: INSTANCE,
    metricType,
    metric,
    alignments: GAUGE,
    partLabel: "gpu_number",
    isGpu: true,
    ...rest,
  };
}

function databaseAmount(name: string, metric: MetricName): MetricQuery {
  const metricType = `cloudsql.googleapis.com/database/${name}`;
  return { subject: DATABASE, metricType, metric, alignments: AMOUNT, scale: 1 };
}

/** Of the nodes of a pool, in percent of what pods can have of them. */
function nodePool(
  name: string,
  metric: MetricName,
  rest: { readonly scale: number; readonly where?: string; readonly alignments?: readonly Alignment[] },
): MetricQuery {
  const metricType = `kubernetes.io/node/${name}`;
  return { subject: NODE_POOL, metricType, metric, alignments: OVER_NODES, ...rest };
}

/**
 * What is read. Source: Cloud Monitoring, "Google Cloud metrics", "GKE system metrics" and "Ops Agent metrics". Memory and GPUs
 * of instances come from the Ops Agent: a machine without it has none. Of databases, memory in use counts the page cache of the
 * engine.
 */
export const METRIC_QUERIES: readonly MetricQuery[] = [
  {
    subject: INSTANCE,
    metricType: "compute.googleapis.com/instance/cpu/utilization",
    metric: "cpu_percent",
    alignments: GAUGE,
    scale: PERCENT_OF_FRACTION,
  },
  {
    subject: INSTANCE,
    metricType: "agent.googleapis.com/memory/percent_used",
    metric: "memory_used_percent",
    alignments: GAUGE,
    scale: 1,
    where: 'metric.labels.state = "used"',
  },
  instanceAmount("network/received_bytes_count", "network_in_bytes_per_second"),
  instanceAmount("network/sent_bytes_count", "network_out_bytes_per_second"),
  instanceAmount("disk/read_bytes_count", "disk_read_bytes_per_second"),
  instanceAmount("disk/write_bytes_count", "disk_write_bytes_per_second"),
  instanceAmount("disk/read_ops_count", "disk_read_ops_per_second"),
  instanceAmount("disk/write_ops_count", "disk_write_ops_per_second"),
  gpu("agent.googleapis.com/gpu/utilization", "gpu_busy_percent", { scale: 1 }),
  gpu("agent.googleapis.com/gpu/memory/bytes_used", "gpu_memory_used_bytes", {
    scale: 1,
    where: 'metric.labels.memory_state = "used"',
  }),
  gpu("workload.googleapis.com/gpu.dcgm.sm.utilization", "gpu_sm_active_percent", {
    scale: PERCENT_OF_FRACTION,
  }),
  gpu("workload.googleapis.com/gpu.dcgm.pipe.utilization", "gpu_tensor_active_percent", {
    scale: PERCENT_OF_FRACTION,
    where: 'metric.labels.pipe = "tensor"',
  }),
  gpu("workload.googleapis.com/gpu.dcgm.memory.bandwidth_utilization", "gpu_dram_active_percent", {
    scale: PERCENT_OF_FRACTION,
  }),
  {
    subject: DATABASE,
    metricType: "cloudsql.googleapis.com/database/cpu/utilization",
    metric: "cpu_percent",
    alignments: GAUGE,
    scale: PERCENT_OF_FRACTION,
  },
  {
    subject: DATABASE,
    metricType: "cloudsql.googleapis.com/database/memory/utilization",
    metric: "memory_used_percent",
    alignments: GAUGE,
    scale: PERCENT_OF_FRACTION,
  },
  {
    subject: DATABASE,
    metricType: "cloudsql.googleapis.com/database/network/connections",
    metric: "database_connections",
    alignments: GAUGE,
    scale: 1,
  },
  {
    subject: DATABASE,
    metricType: "cloudsql.googleapis.com/database/postgresql/num_backends",
    metric: "database_connections",
    alignments: GAUGE,
    scale: 1,
    // Google's own connections, which every instance has. Source: Cloud SQL, "About PostgreSQL users and roles".
    where: 'metric.labels.database != "cloudsqladmin"',
  },
  databaseAmount("disk/read_ops_count", "disk_read_ops_per_second"),
  databaseAmount("disk/write_ops_count", "disk_write_ops_per_second"),
  databaseAmount("network/received_bytes_count", "network_in_bytes_per_second"),
  databaseAmount("network/sent_bytes_count", "network_out_bytes_per_second"),
  nodePool("cpu/allocatable_utilization", "cpu_percent", { scale: PERCENT_OF_FRACTION }),
  nodePool("memory/allocatable_utilization", "memory_used_percent", {
    scale: PERCENT_OF_FRACTION,
    // What the kernel could not easily take back: page cache is no need.
    where: 'metric.labels.memory_type = "non-evictable"',
  }),
  nodePool("network/received_bytes_count", "network_in_bytes_per_second", {
    scale: 1,
    alignments: NODE_AMOUNT,
  }),
  nodePool("network/sent_bytes_count", "network_out_bytes_per_second", { scale: 1, alignments: NODE_AMOUNT }),
  nodePool("cpu/allocatable_cores", "asg_in_service_instances", { scale: 1, alignments: NODE_COUNT }),
];

/** Machine families whose types have GPUs of their own. Source: Compute Engine, "GPU machine types". */
const GPU_FAMILY = /^(a2|a3|a4|a4x|g2|g4)-/;

/** The names under which Monitoring knows those of a project's resources that a query is about, with their ids here. */
export function subjectsOf(
  { subject, isGpu }: MetricQuery,
  project: string,
  resources: readonly Resource[],
): ReadonlyMap<string, string> {
  const own = resources.filter(
    (resource) => resource.type === subject.type && (isGpu !== true || hasGpu(resource)),
  );
  return new Map(
    own.flatMap((resource) => {
      const names = subject.namesOf(resource, project);
      return names === undefined ? [] : [[subjectKey(names), resource.id] as const];
    }),
  );
}

/** Several names as one. */
export function subjectKey(names: readonly string[]): string {
  return JSON.stringify(names);
}

function hasGpu({ attributes }: Resource): boolean {
  const attached = attributes["guest_accelerator"];
  const type = attributes["machine_type"];
  return (
    (Array.isArray(attached) && attached.length > 0) || (typeof type === "string" && GPU_FAMILY.test(type))
  );
}
