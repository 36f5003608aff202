import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { MetricSeries, Resource } from "@apex/core";
import { expect, it } from "vitest";
import { collectLive, type CollectedLive, TEST_ACCOUNT, testClient } from "../../testing/aws.ts";
import { describeWithMoto, type Moto } from "../../testing/moto.ts";
import type { AwsSession } from "../aws-service.ts";
import { cloudWatch } from "./cloudwatch.ts";

const PERIOD_MS = 300_000;
const NOW_MS = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS;
const HOUR_AGO = { startMs: NOW_MS - 3_600_000, endMs: NOW_MS };

function resource(type: string, id: string, more: Partial<Resource> = {}): Resource {
  return {
    id,
    type,
    provider: "aws",
    aliases: [],
    region: "eu-west-1",
    account: TEST_ACCOUNT,
    tags: {},
    attributes: {},
    ...more,
  };
}

/** Everything that the batches of these resources yield. */
async function metricsOf(moto: Moto, resources: readonly Resource[]): Promise<CollectedLive> {
  return collectLive(
    {
      calls: cloudWatch.calls,
      async *collect(session: AwsSession) {
        for (const batch of await cloudWatch.batches(session, resources, HOUR_AGO))
          yield* batch.collect(session);
      },
    },
    moto.url,
    { nowMs: NOW_MS },
  );
}

/** Publishes values of "namespace metric" for each of the last periods, the oldest first. */
async function publish(
  moto: Moto,
  named: `${string} ${string}`,
  dimensions: Readonly<Record<string, string>>,
  periods: readonly (readonly number[])[],
): Promise<void> {
  const client = new CloudWatchClient(testClient(moto.url));
  const [namespace = ""] = named.split(" ", 1);
  const data = periods.map(
    (values, index): MetricDatum => ({
      MetricName: named.slice(namespace.length + 1),
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Timestamp: new Date(NOW_MS - (periods.length - index) * PERIOD_MS),
      Values: [...values],
    }),
  );
  await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: data }));
  client.destroy();
}

function found(
  { series }: CollectedLive,
  resourceId: string,
  metric: string,
): readonly Pick<MetricSeries, "statistic" | "part">[] {
  return series
    .filter((one) => one.resourceId === resourceId && one.metric === metric)
    .map(({ statistic, part, values, timestampsMs }) => ({
      statistic,
      ...(part === undefined ? {} : { part }),
      values: [...values],
      agesMin: [...timestampsMs].map((time) => (NOW_MS - time) / 60_000),
    }))
    .toSorted((a, b) => (`${a.part} ${a.statistic}` < `${b.part} ${b.statistic}` ? -1 : 1));
}

describeWithMoto("CloudWatch", (moto) => {
  it("an instance's CPU comes as peak and mean in order of time, its network as a rate", async () => {
    await publish(moto, "AWS/EC2 CPUUtilization", { InstanceId: "i-web" }, [[10, 30], [50], [20, 40]]);
    await publish(moto, "AWS/EC2 NetworkIn", { InstanceId: "i-web" }, [[600], [300, 300], [0]]);
    await publish(moto, "AWS/EC2 CPUUtilization", { InstanceId: "i-of-others" }, [[99]]);
    const collected = await metricsOf(moto, [resource("aws_instance", "i-web")]);
    expect(found(collected, "i-web", "cpu_percent")).toEqual([
      { statistic: "average", values: [20, 50, 30], agesMin: [15, 10, 5] },
      { statistic: "maximum", values: [30, 50, 40], agesMin: [15, 10, 5] },
    ]);
    expect(found(collected, "i-web", "network_in_bytes_per_second")).toEqual([
      { statistic: "average", values: [2, 2, 0], agesMin: [15, 10, 5] },
    ]);
    expect(collected.series.every(({ resourceId }) => resourceId === "i-web")).toBe(true);
    expect(collected.sent).toEqual(
      cloudWatch.calls.map(({ service, operation }) => `${service} ${operation}`).toSorted(),
    );
  });

  it("the agent's memory is found under any namespace and set of dimensions, and of several sets the roll-up counts", async () => {
    const narrow = { InstanceId: "i-agent", ImageId: "ami-1", InstanceType: "m5.large" };
    await publish(moto, "Company/Linux mem_used_percent", narrow, [[61]]);
    await publish(moto, "CWAgent mem_used_percent", { InstanceId: "i-rolled" }, [[42]]);
    await publish(moto, "CWAgent mem_used_percent", { ...narrow, InstanceId: "i-rolled" }, [[43]]);
    await publish(
      moto,
      "CWAgent Memory % Committed Bytes In Use",
      { InstanceId: "i-windows", objectname: "Memory" },
      [[77]],
    );
    const ids = ["i-agent", "i-rolled", "i-windows", "i-none"];
    const collected = await metricsOf(
      moto,
      ids.map((id) => resource("aws_instance", id)),
    );
    const peaks = ids.map((id) => found(collected, id, "memory_used_percent").at(-1));
    expect(peaks.map((peak) => peak && "values" in peak && peak.values)).toEqual([
      [61],
      [42],
      [77],
      undefined,
    ]);
    expect(collected.diagnostics).toContainEqual(
      expect.objectContaining({
        code: "memory-not-measured",
        summary: "CloudWatch has the memory of 3 of 4 instances in eu-west-1",
      }),
    );
  });

  it("a GPU's memory is a share of what it has, card by card", async () => {
    const card = (index: string) => ({ InstanceId: "i-gpu", index, name: "NVIDIA L4" });
    for (const index of ["0", "1"]) {
      await publish(moto, "CWAgent nvidia_smi_memory_used", card(index), [[index === "0" ? 6_000 : 12_000]]);
      await publish(moto, "CWAgent nvidia_smi_memory_total", card(index), [[24_000]]);
      await publish(moto, "CWAgent nvidia_smi_utilization_gpu", card(index), [[35]]);
    }
    const collected = await metricsOf(moto, [resource("aws_instance", "i-gpu")]);
    const shares = found(collected, "i-gpu", "gpu_memory_used_percent");
    expect(shares.filter(({ statistic }) => statistic === "maximum")).toEqual([
      { part: "gpu-0", statistic: "maximum", values: [25], agesMin: [5] },
      { part: "gpu-1", statistic: "maximum", values: [50], agesMin: [5] },
    ]);
    expect(found(collected, "i-gpu", "gpu_busy_percent")).toHaveLength(4);
  });

  it("a group's amounts are a member's mean rate, by the length of its members' samples", async () => {
    const groups = ["basic", "detailed", "of-template", "unknown"];
    for (const group of groups)
      await publish(moto, "AWS/EC2 NetworkOut", { AutoScalingGroupName: group }, [[2_000, 4_000]]);
    const member = (id: string, group: string, monitoring: boolean) =>
      resource("aws_instance", id, {
        attributes: { monitoring },
        tags: { "aws:autoscaling:groupName": group },
      });
    const template = { launch_template: [{ id: "lt-1" }] };
    const collected = await metricsOf(moto, [
      ...groups.map((group) =>
        resource("aws_autoscaling_group", group, { attributes: group === "of-template" ? template : {} }),
      ),
      resource("aws_launch_template", "lt-1"),
      member("i-1", "basic", false),
      member("i-2", "detailed", true),
    ]);
    expect(groups.map((group) => found(collected, group, "network_out_bytes_per_second"))).toEqual(
      [10, 50, 10, 50].map((rate) => [{ statistic: "average", values: [rate], agesMin: [5] }]),
    );
    expect(collected.diagnostics.filter(({ severity }) => severity === "warning")).toEqual([]);
  });

  it("what is not EC2 is asked under its own dimension, and slices of a balancer are not its whole", async () => {
    const balancer = "app/web/50dc6c495c0c9188";
    await publish(moto, "AWS/ApplicationELB ActiveConnectionCount", { LoadBalancer: balancer }, [[20, 30]]);
    await publish(
      moto,
      "AWS/ApplicationELB ActiveConnectionCount",
      { LoadBalancer: balancer, AvailabilityZone: "eu-west-1a" },
      [[9]],
    );
    await publish(moto, "AWS/NATGateway BytesOutToDestination", { NatGatewayId: "nat-1" }, [[3_000]]);
    await publish(moto, "AWS/Lambda Duration", { FunctionName: "resize" }, [[80, 120]]);
    await publish(moto, "AWS/ElastiCache EngineCPUUtilization", { CacheClusterId: "sessions-001" }, [[64]]);
    await publish(moto, "AWS/ElastiCache EngineCPUUtilization", { CacheClusterId: "sessions-002" }, [[2]]);
    const collected = await metricsOf(moto, [
      resource("aws_lb", balancer),
      resource("aws_nat_gateway", "nat-1"),
      resource("aws_lambda_function", "resize"),
      resource("aws_elasticache_replication_group", "sessions", {
        attributes: { member_clusters: ["sessions-001", "sessions-002"] },
      }),
    ]);
    expect(found(collected, balancer, "lb_active_connections")).toEqual([
      { statistic: "average", values: [10], agesMin: [5] },
    ]);
    expect(found(collected, "nat-1", "nat_bytes_out_per_second")).toMatchObject([{ values: [10] }]);
    expect(found(collected, "resize", "lambda_duration_milliseconds")).toMatchObject([
      { statistic: "average", values: [100] },
      { statistic: "maximum", values: [120] },
    ]);
    expect(found(collected, "sessions", "cache_engine_cpu_percent")).toMatchObject([
      { part: "sessions-001", statistic: "average", values: [64] },
      { part: "sessions-001", statistic: "maximum" },
      { part: "sessions-002", statistic: "average", values: [2] },
      { part: "sessions-002", statistic: "maximum" },
    ]);
  });
});
