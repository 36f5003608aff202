import {
  CloudWatchClient,
  type Metric,
  paginateGetMetricData,
  paginateListMetrics,
} from "@aws-sdk/client-cloudwatch";
import { DAY_MS, type Diagnostic, formatInstant } from "@apex/core";
import type { AwsCall, AwsSession } from "../aws-service.ts";
import { inGroups } from "../in-groups.ts";

/** What S3 tells CloudWatch of a bucket once a day. */
export interface BucketSize {
  /** By CloudWatch's StorageType: "StandardStorage", "StandardIAStorage"; with old versions and unfinished uploads. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly objects?: number;
  /** The day that this was counted, ISO 8601 UTC. */
  readonly day: string;
}

const LIST: AwsCall = {
  service: "monitoring",
  operation: "ListMetrics",
  permissions: ["cloudwatch:ListMetrics"],
};
const READ: AwsCall = {
  service: "monitoring",
  operation: "GetMetricData",
  permissions: ["cloudwatch:GetMetricData"],
};

/** What {@link bucketSizes} sends. */
export const SIZE_CALLS: readonly AwsCall[] = [LIST, READ];

const NAMESPACE = "AWS/S3";
const SIZE = "BucketSizeBytes";
const OBJECTS = "NumberOfObjects";
const ALL_TYPES = "AllStorageTypes";
const DAY_SECONDS = 86_400;
/** A day's count is there a day or two later. Source: S3 user guide, "Monitoring metrics with Amazon CloudWatch". */
const LOOK_BACK_DAYS = 4;
/** Source: CloudWatch API reference, GetMetricData, MetricDataQueries. */
const QUERIES_MAX = 500;

/** The newest sizes of all buckets of a region, by name. */
export async function bucketSizes(
  session: AwsSession,
  region: string,
): Promise<{
  readonly answers: ReadonlyMap<string, BucketSize>;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const client = session.client(CloudWatchClient, { region });
  const cost = "without it the sizes of buckets are not known";
  const listed = await session.optional(LIST, cost, () => listStorage(client));
  if (listed.kind === "failed") return { answers: new Map(), diagnostics: [listed.diagnostic] };
  const read = await session.optional(READ, cost, () => readSizes(client, listed.value, session.nowMs));
  return read.kind === "failed"
    ? { answers: new Map(), diagnostics: [read.diagnostic] }
    : { answers: read.value, diagnostics: [] };
}

async function listStorage(client: CloudWatchClient): Promise<readonly Metric[]> {
  const metrics: Metric[] = [];
  for (const name of [SIZE, OBJECTS]) {
    const pages = paginateListMetrics(
      { client, stopOnSameToken: true },
      { Namespace: NAMESPACE, MetricName: name },
    );
    for await (const { Metrics = [] } of pages) metrics.push(...Metrics);
  }
  return metrics;
}

/** A day's count. */
interface Count {
  readonly value: number;
  readonly timeMs: number;
}

/** By StorageType. */
interface Growing {
  readonly bytes: Map<string, Count>;
  readonly objects: Map<string, Count>;
}

async function readSizes(
  client: CloudWatchClient,
  metrics: readonly Metric[],
  nowMs: number,
): Promise<ReadonlyMap<string, BucketSize>> {
  const endMs = Math.ceil(nowMs / DAY_MS) * DAY_MS;
  const sizes = new Map<string, Growing>();
  for (const group of inGroups(metrics, QUERIES_MAX)) {
    const request = {
      StartTime: new Date(endMs - LOOK_BACK_DAYS * DAY_MS),
      EndTime: new Date(endMs),
      ScanBy: "TimestampDescending" as const,
      MetricDataQueries: group.map((metric, index) => ({
        Id: `q${index}`,
        MetricStat: { Metric: metric, Period: DAY_SECONDS, Stat: "Average" },
      })),
    };
    for await (const { MetricDataResults = [] } of paginateGetMetricData(
      { client, stopOnSameToken: true },
      request,
    )) {
      for (const { Id = "", Values = [], Timestamps = [] } of MetricDataResults) {
        const metric = group[Number(Id.slice(1))];
        if (metric === undefined) continue;
        for (const [place, value] of Values.entries())
          add(sizes, metric, { value, timeMs: Timestamps[place]?.getTime() ?? Number.NaN });
      }
    }
  }
  return new Map([...sizes].map(([name, size]) => [name, finished(size)]));
}

function finished({ bytes, objects }: Growing): BucketSize {
  const count = objects.get(ALL_TYPES)?.value;
  const days = [...bytes.values(), ...objects.values()].map(({ timeMs }) => timeMs);
  return {
    bytes: new Map([...bytes].map(([storage, { value }]) => [storage, value])),
    ...(count === undefined ? {} : { objects: count }),
    day: formatInstant(Math.max(...days)),
  };
}

/** Days come over several pages, in any order. */
function add(sizes: Map<string, Growing>, metric: Metric, count: Count): void {
  const dimension = (name: string) => metric.Dimensions?.find(({ Name }) => Name === name)?.Value;
  const bucket = dimension("BucketName");
  const storage = dimension("StorageType");
  if (bucket === undefined || storage === undefined || Number.isNaN(count.timeMs)) return;
  const size = sizes.get(bucket) ?? { bytes: new Map<string, Count>(), objects: new Map<string, Count>() };
  sizes.set(bucket, size);
  const counts = metric.MetricName === SIZE ? size.bytes : size.objects;
  if (count.timeMs > (counts.get(storage)?.timeMs ?? Number.NEGATIVE_INFINITY)) counts.set(storage, count);
}
