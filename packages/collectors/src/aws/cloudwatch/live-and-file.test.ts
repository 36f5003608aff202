import type { JsonObject, MetricSeries, Resource } from "@apex/core";
import { expect, it } from "vitest";
import { metricExportCollector } from "../../exports/metrics/index.ts";
import { collectLive, TEST_ACCOUNT } from "../../testing/aws.ts";
import { awsJsonServer } from "../../testing/aws-json-server.ts";
import { collectAll, testFile } from "../../testing/collect-all.ts";
import { cloudWatch } from "./cloudwatch.ts";
import { METRIC_CHOICES } from "./metric-choices.ts";

const NOW_MS = Date.UTC(2026, 10, 1, 12);
const WINDOW = { startMs: NOW_MS - 3_600_000, endMs: NOW_MS };

/** One resource of every type that has metrics. */
const RESOURCES = [
  ["aws_instance", "i-1"],
  ["aws_ebs_volume", "vol-1"],
  ["aws_db_instance", "orders"],
  ["aws_rds_cluster", "ledger"],
  ["aws_autoscaling_group", "web"],
  ["aws_launch_template", "lt-1"],
  ["aws_lb", "app/web/50dc6c495c0c9188"],
  ["aws_elb", "old"],
  ["aws_nat_gateway", "nat-1"],
  ["aws_elasticache_cluster", "pages"],
  ["aws_lambda_function", "resize"],
].map(
  ([type = "", id = ""]): Resource => ({
    id,
    type,
    provider: "aws",
    aliases: [],
    account: TEST_ACCOUNT,
    region: "eu-west-1",
    tags: {},
    attributes: type === "aws_autoscaling_group" ? { launch_template: [{ id: "lt-1" }] } : {},
  }),
);

const DIMENSIONS: Readonly<Record<string, string>> = {
  InstanceId: "i-1",
  VolumeId: "vol-1",
  DBInstanceIdentifier: "orders",
  DBClusterIdentifier: "ledger",
  AutoScalingGroupName: "web",
  LoadBalancer: "app/web/50dc6c495c0c9188",
  LoadBalancerName: "old",
  NatGatewayId: "nat-1",
  CacheClusterId: "pages",
  FunctionName: "resize",
  function_name: "resize",
};

/** Everything that the table names, as ListMetrics tells it. */
function listed({ Namespace, MetricName: name }: JsonObject): JsonObject {
  const MetricName = typeof name === "string" ? name : "";
  const choices = METRIC_CHOICES.filter(
    ({ namespace, metrics }) => namespace === Namespace && Object.hasOwn(metrics, MetricName),
  );
  return {
    Metrics: choices.map(({ namespace = "CWAgent", dimension }) => ({
      Namespace: namespace,
      MetricName,
      Dimensions: [
        { Name: dimension, Value: DIMENSIONS[dimension] ?? "" },
        ...(MetricName.startsWith("nvidia_smi") ? [{ Name: "index", Value: "0" }] : []),
      ],
    })),
  };
}

/** Points of every query, each with values of its own: all are percentages, and what is used of a GPU is less than its total. */
function measured({ MetricDataQueries: queries }: JsonObject): JsonObject {
  const ids = Array.isArray(queries) ? queries.map((query) => (query as JsonObject)["Id"] ?? "") : [];
  return {
    MetricDataResults: ids.map((Id, index) => ({
      Id,
      Label: "",
      StatusCode: "Complete",
      Timestamps: [0, 1, 2].map((minute) => (WINDOW.startMs + minute * 300_000) / 1000),
      Values: [0, 1, 2].map((point) => 1_000 / (index + 11) + point / 4),
    })),
  };
}

const sorted = (series: readonly MetricSeries[]) =>
  series
    .map(({ values, timestampsMs, ...key }) => ({
      ...key,
      points: [...timestampsMs].map((time, at) => [time, values[at]]),
    }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

it("what is asked of CloudWatch is what a file with the same request and answer gives, for every metric", async () => {
  const { url, requests } = await awsJsonServer((operation, body) => ({
    body: operation === "ListMetrics" ? listed(body) : measured(body),
  }));
  const live = await collectLive(
    {
      calls: cloudWatch.calls,
      async *collect(session) {
        for (const batch of await cloudWatch.batches(session, RESOURCES, WINDOW))
          yield* batch.collect(session);
      },
    },
    url,
    { nowMs: NOW_MS },
  );
  const asked = requests.filter(({ operation }) => operation === "GetMetricData").map(({ body }) => body);
  const exchange = { requests: asked, responses: asked.map(measured) };
  const file = await collectAll(metricExportCollector(), testFile("metrics.json", JSON.stringify(exchange)));
  expect(sorted(live.series)).toEqual(sorted(file.series));
  // Every entry of the table gave a series, but for the two amounts that a GPU's memory is computed from.
  const metrics = new Set(live.series.map(({ resourceId, metric }) => `${resourceId} ${metric}`));
  expect(metrics.size).toBeGreaterThanOrEqual(60);
  expect([...metrics]).toEqual(
    expect.arrayContaining([
      "resize lambda_memory_used_percent",
      "pages cache_hit_rate_percent",
      "nat-1 nat_bytes_in_per_second",
      "app/web/50dc6c495c0c9188 lb_processed_bytes_per_second",
      "i-1 gpu_memory_used_percent",
      "web memory_used_percent",
    ]),
  );
  expect(file.diagnostics.map(({ code }) => code)).not.toContain("metric-unknown");
});
