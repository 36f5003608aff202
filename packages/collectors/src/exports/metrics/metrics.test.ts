import type { MetricSeries } from "@apex/core";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { codes, collectAll, repairCounts, testFile, testFolder } from "../../testing/collect-all.ts";
import { metricExportCollector } from "./collector.ts";

const collector = metricExportCollector();
const START = Date.parse("2026-10-12T00:00:00Z");

function brief(series: readonly MetricSeries[]) {
  return series.map(({ timestampsMs, values, ...rest }) => ({
    ...rest,
    seconds: [...timestampsMs].map((time) => (time - START) / 1000),
    values: [...values],
  }));
}

interface QueryOptions {
  readonly id?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly period?: number;
  readonly stat?: string;
}

function query({
  id = "m1",
  namespace = "AWS/EC2",
  name = "CPUUtilization",
  dimensions = { InstanceId: "i-1" },
  period = 300,
  stat = "Average",
}: QueryOptions = {}) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: name, Dimensions },
      Period: period,
      Stat: stat,
    },
  };
}

function result(
  values: readonly unknown[],
  {
    id = "m1",
    stepSeconds = 300,
    times,
  }: { id?: string; stepSeconds?: number; times?: readonly unknown[] } = {},
) {
  const Timestamps =
    times ?? values.map((_, index) => new Date(START + index * stepSeconds * 1000).toISOString());
  return { Id: id, Label: "x", Timestamps, Values: values, StatusCode: "Complete" };
}

function cloudWatch(queries: readonly unknown[], results: readonly unknown[]): string {
  return JSON.stringify({ MetricDataQueries: queries, MetricDataResults: results });
}

describe("CloudWatch GetMetricData", () => {
  it("joins results with their queries and orders descending samples", async () => {
    const times = ["2026-10-12T00:10:00+00:00", "2026-10-12T00:05:00Z", "2026-10-12T00:00:00Z"];
    const { series, repairs, diagnostics } = await collectAll(
      collector,
      testFile("a.json", cloudWatch([query()], [result([3, 2, 1], { times })])),
    );
    expect(brief(series)).toEqual([
      {
        resourceId: "i-1",
        metric: "cpu_percent",
        statistic: "average",
        periodMs: 300_000,
        seconds: [0, 300, 600],
        values: [1, 2, 3],
      },
    ]);
    expect(repairs).toEqual([]);
    expect(codes(diagnostics)).toEqual(["metrics-loaded"]);
  });

  it.each([
    [
      "request and response",
      { request: { MetricDataQueries: [query()] }, response: { MetricDataResults: [result([1, 2])] } },
    ],
    [
      "pages that repeat their request",
      {
        requests: [{ MetricDataQueries: [query()] }, { MetricDataQueries: [query()], NextToken: "t" }],
        responses: [
          { MetricDataResults: [{ ...result([1]), StatusCode: "PartialData" }], NextToken: "t" },
          { MetricDataResults: [result([2], { times: ["2026-10-12T00:05:00Z"] })] },
        ],
      },
    ],
    [
      "one request with pages",
      {
        requests: [{ MetricDataQueries: [query()] }],
        responses: [
          { MetricDataResults: [result([2], { times: ["2026-10-12T00:05:00Z"] })] },
          { MetricDataResults: [result([1])] },
        ],
      },
    ],
    ["a list of exchanges", [JSON.parse(cloudWatch([query()], [result([1, 2])]))]],
    [
      "epoch seconds",
      {
        MetricDataQueries: [query()],
        MetricDataResults: [result([1, 2], { times: [START / 1000, START / 1000 + 300] })],
      },
    ],
  ])("reads %s", async (_name, document) => {
    const { series, diagnostics } = await collectAll(
      collector,
      testFile("a.json", gzipSync(JSON.stringify(document))),
    );
    expect(codes(diagnostics)).toEqual(["metrics-loaded"]);
    expect(brief(series)[0]).toMatchObject({ seconds: [0, 300], values: [1, 2] });
  });

  it("keeps equal Ids of different requests apart, and refuses them where nothing tells which is which", async () => {
    const requests = ["i-1", "i-2"].map((InstanceId) => ({
      MetricDataQueries: [query({ dimensions: { InstanceId } })],
    }));
    const responses = [10, 20].map((value) => ({ MetricDataResults: [result([value, value])] }));
    const paired = await collectAll(collector, testFile("a.json", JSON.stringify({ requests, responses })));
    expect(paired.series.map((item) => [item.resourceId, item.values[0]])).toEqual([
      ["i-1", 10],
      ["i-2", 20],
    ]);
    const mixed = await collectAll(
      collector,
      testFile("a.json", JSON.stringify({ requests, responses: [...responses, responses[0]] })),
    );
    expect(mixed.series).toEqual([]);
    expect(codes(mixed.diagnostics, "error")).toContain("query-id-ambiguous");
  });

  it("turns amounts per period into rates, by the period and not by a minute", async () => {
    const cases: readonly (readonly [QueryOptions, number, number | undefined])[] = [
      [{ name: "NetworkIn", stat: "Sum", period: 300 }, 3000, 10],
      [{ name: "NetworkIn", stat: "Sum", period: 60 }, 600, 10],
      [{ name: "NetworkIn", stat: "Average", period: 300 }, 3000, 10],
      // Under basic monitoring an hour's average is still an amount per five minutes.
      [{ name: "NetworkIn", stat: "Average", period: 3600 }, 3000, 10],
      [{ name: "NetworkOut", stat: "Maximum", period: 300 }, 6000, 20],
      [
        { namespace: "AWS/EBS", name: "VolumeReadOps", stat: "Sum", dimensions: { VolumeId: "vol-1" } },
        600,
        2,
      ],
      [
        { namespace: "AWS/EBS", name: "VolumeReadBytes", stat: "Average", dimensions: { VolumeId: "vol-1" } },
        4096,
        undefined,
      ],
      [{ namespace: "AWS/RDS", name: "ReadIOPS", dimensions: { DBInstanceIdentifier: "db" } }, 12, 12],
      [
        {
          namespace: "AWS/ApplicationELB",
          name: "RequestCount",
          stat: "Sum",
          dimensions: { LoadBalancer: "app/web/1" },
        },
        300,
        1,
      ],
      [{ name: "CPUUtilization", stat: "Sum" }, 50, undefined],
      [{ name: "CPUUtilization", stat: "p95" }, 50, undefined],
      [{ name: "CPUUtilization", stat: "p99" }, 50, 50],
    ];
    for (const [options, value, expected] of cases) {
      const stepSeconds = options.period ?? 300;
      const document = cloudWatch([query(options)], [result([value, value], { stepSeconds })]);
      const { series, diagnostics } = await collectAll(collector, testFile("a.json", document));
      expect([options, series[0]?.values[0]]).toEqual([options, expected]);
      expect(codes(diagnostics).includes("statistic-unusable")).toBe(expected === undefined);
    }
  });

  it("takes the sum where both sum and average are there", async () => {
    const document = cloudWatch(
      [query({ name: "NetworkIn", stat: "Average" }), query({ id: "m2", name: "NetworkIn", stat: "Sum" })],
      [result([60, 60]), result([300, 300], { id: "m2" })],
    );
    const { series, repairs } = await collectAll(collector, testFile("a.json", document));
    expect(brief(series).map((item) => item.values)).toEqual([[1, 1]]);
    expect(repairCounts(repairs)).toEqual({ "redundant-statistic": 2 });
  });

  it("names the resource by its most specific dimension and the GPU by its index", async () => {
    const agent = { InstanceId: "i-1", AutoScalingGroupName: "workers", index: "1" };
    const document = cloudWatch(
      [
        query({ namespace: "CWAgent", name: "nvidia_smi_utilization_gpu", dimensions: agent }),
        query({ id: "m2", namespace: "Custom/Fleet", name: "nvidia_smi_memory_used", dimensions: agent }),
        query({
          id: "m3",
          namespace: "CWAgent",
          name: "nvidia_smi_memory_total",
          dimensions: agent,
          stat: "Maximum",
        }),
        query({
          id: "m4",
          namespace: "AWS/AutoScaling",
          name: "GroupDesiredCapacity",
          dimensions: { AutoScalingGroupName: "workers" },
        }),
      ],
      ["m1", "m2", "m3", "m4"].map((id, index) => result([[40], [4096], [16384], [3]][index]!, { id })),
    );
    const { series } = await collectAll(collector, testFile("a.json", document));
    expect(
      brief(series).map(({ resourceId, metric, part, values }) => [resourceId, metric, part, values[0]]),
    ).toEqual([
      ["i-1", "gpu_busy_percent", "gpu-1", 40],
      ["i-1", "gpu_memory_used_bytes", "gpu-1", 4096 * 1024 ** 2],
      ["i-1", "gpu_memory_used_percent", "gpu-1", 25],
      ["workers", "asg_desired_capacity", undefined, 3],
    ]);
  });

  it("drops what cannot be and counts it, and repairs repeats", async () => {
    const minutes = [0, 5, 5, 10, 10, 15, 20, 25, 30, 35];
    const times = minutes.map((minute) => new Date(START + minute * 60_000).toISOString().replace("Z", ""));
    const values = [1, 2, 2, 3, 4, -1, 100.3, 150, null, "7"];
    const { series, repairs } = await collectAll(
      collector,
      testFile("a.json", cloudWatch([query()], [result(values, { times })])),
    );
    expect(brief(series)[0]).toMatchObject({ seconds: [0, 300, 600, 1200, 2100], values: [1, 2, 4, 100, 7] });
    expect(repairCounts(repairs)).toEqual({
      "duplicate-conflicting": 1,
      "duplicate-dropped": 1,
      "percent-above-100": 1,
      "timestamp-without-zone": 8,
      "value-impossible": 2,
      "value-not-a-number": 1,
    });
  });

  it("says once what it does not read and why", async () => {
    const document = cloudWatch(
      [
        query({ name: "StatusCheckFailed" }),
        query({ id: "m2", name: "StatusCheckFailed", dimensions: { InstanceId: "i-2" } }),
        query({ id: "m3", dimensions: { ImageId: "ami-1" } }),
        { Id: "m4", Expression: "m1 / 2" },
        { Id: 5 },
      ],
      [
        ...["m1", "m2", "m3", "m4", "m9"].map((id) => result([1], { id })),
        { Id: "m1" },
        { ...result([1], { id: "m3" }), StatusCode: "Forbidden" },
      ],
    );
    const { series, diagnostics } = await collectAll(collector, testFile("a.json", document));
    expect(series).toEqual([]);
    expect(diagnostics.map((item) => `${item.severity} ${item.code}`).toSorted()).toEqual([
      "error query-missing",
      "info metric-unknown",
      "info query-expression",
      "warning metrics-without-series",
      "warning query-malformed",
      "warning resource-unnamed",
      "warning result-incomplete",
      "warning result-malformed",
    ]);
    expect(diagnostics.find((item) => item.code === "metric-unknown")!.summary).toContain("(2 times)");
  });
});

function prometheus(
  ...series: readonly (readonly [labels: object, values: readonly (readonly [number, string])[]])[]
): string {
  const results = series.map(([metric, values]) => ({ metric, values }));
  return JSON.stringify({ status: "success", data: { resultType: "matrix", result: results } });
}

describe("Prometheus query_range", () => {
  const at = (...values: readonly string[]) =>
    values.map((value, index) => [START / 1000 + index * 60, value] as const);

  it("reads DCGM ratios as percent, by machine and GPU", async () => {
    const document = prometheus(
      [
        { __name__: "DCGM_FI_PROF_SM_ACTIVE", instance: "10.0.0.1:9400", instance_id: "i-1", gpu: "0" },
        at("0.5", "0.25"),
      ],
      [{ __name__: "DCGM_FI_DEV_GPU_UTIL", instance: "10.0.0.1:9400", gpu: "1" }, at("98", "97")],
      [
        { __name__: "DCGM_FI_PROF_DRAM_ACTIVE", node: "gpu-a", instance: "x:1", gpu: "1", GPU_I_ID: "3" },
        at("0.1", "0.2"),
      ],
      [{ __name__: "instance:node_cpu_utilisation:rate5m", instance: "web-1:9100" }, at("0.5", "1.001")],
    );
    const { series, repairs } = await collectAll(collector, testFile("a.json", document));
    expect(
      brief(series).map(({ resourceId, metric, part, values }) => [resourceId, metric, part, ...values]),
    ).toEqual([
      ["i-1", "gpu_sm_active_percent", "gpu-0", 50, 25],
      ["10.0.0.1", "gpu_busy_percent", "gpu-1", 98, 97],
      ["gpu-a", "gpu_dram_active_percent", "gpu-1-mig-3", 10, 20],
      ["web-1", "cpu_percent", undefined, 50, 100],
    ]);
    expect(series[0]!.periodMs).toBe(60_000);
    expect(repairCounts(repairs)).toEqual({ "percent-above-100": 1 });
  });

  it("computes the share of GPU memory from used and free, at the times that have both", async () => {
    const labels = { instance_id: "i-1", gpu: "0" };
    const document = prometheus(
      [{ __name__: "DCGM_FI_DEV_FB_USED", ...labels }, at("1000", "3000", "0")],
      [{ __name__: "DCGM_FI_DEV_FB_FREE", ...labels }, at("3000", "1000")],
    );
    const { series } = await collectAll(collector, testFile("a.json", document));
    expect(brief(series).map(({ metric, values }) => [metric, values])).toEqual([
      ["gpu_memory_used_bytes", [1000, 3000, 0].map((value) => value * 1024 ** 2)],
      ["gpu_memory_used_percent", [25, 75]],
    ]);
  });

  it("reads activity above 100 % as 100, and DCGM's blank values as none", async () => {
    const labels = { instance_id: "i-1", gpu: "0" };
    const document = prometheus(
      // dcgm_structs.h: DCGM_FP64_BLANK and DCGM_INT64_BLANK.
      [{ __name__: "DCGM_FI_PROF_SM_ACTIVE", ...labels }, at("1.7", "140737488355328", "0.2")],
      [
        { __name__: "DCGM_FI_DEV_FB_USED", ...labels },
        at("9223372036854775792", "9223372036854775794", "1024"),
      ],
    );
    const { series, repairs } = await collectAll(collector, testFile("a.json", document));
    expect(brief(series).map(({ metric, values }) => [metric, ...values])).toEqual([
      ["gpu_sm_active_percent", 100, 20],
      ["gpu_memory_used_bytes", 1024 ** 3],
    ]);
    expect(repairCounts(repairs)).toEqual({ "percent-above-100": 1, "value-impossible": 3 });
  });

  it("under MIG reads the slices, not the card's sum of them nor its utilisation, which is 0 there", async () => {
    const card = { instance_id: "i-1", gpu: "0" };
    const slice = { ...card, GPU_I_ID: "7" };
    const document = prometheus(
      [{ __name__: "DCGM_FI_PROF_SM_ACTIVE", ...card }, at("1.7")],
      [{ __name__: "DCGM_FI_PROF_SM_ACTIVE", ...slice }, at("0.9")],
      [{ __name__: "DCGM_FI_DEV_GPU_UTIL", ...slice }, at("0")],
      [{ __name__: "DCGM_FI_DEV_FB_USED", ...card }, at("1024")],
      [{ __name__: "DCGM_FI_DEV_GPU_UTIL", ...card, gpu: "1" }, at("40")],
    );
    const { series, diagnostics } = await collectAll(collector, testFile("a.json", document));
    expect(brief(series).map(({ metric, part, values }) => [metric, part, ...values])).toEqual([
      ["gpu_sm_active_percent", "gpu-0-mig-7", 90],
      ["gpu_memory_used_bytes", "gpu-0", 1024 ** 3],
      ["gpu_busy_percent", "gpu-1", 40],
    ]);
    expect(codes(diagnostics)).toEqual(["mig-misread", "mig-misread", "metrics-loaded"]);
  });

  it("drops NaN and infinities, and says what it cannot read", async () => {
    const document = prometheus(
      [{ __name__: "DCGM_FI_DEV_GPU_UTIL", instance: "a" }, at("NaN", "+Inf", "-Inf", "", "5")],
      [{ __name__: "up", instance: "a" }, at("1")],
      [{ instance: "a" }, at("1")],
      [{ __name__: "DCGM_FI_DEV_GPU_UTIL", job: "x" }, at("1")],
    );
    const { series, repairs, diagnostics } = await collectAll(collector, testFile("a.json", document));
    expect(brief(series)[0]!.values).toEqual([5]);
    expect(repairCounts(repairs)).toEqual({ "value-not-a-number": 4 });
    expect(codes(diagnostics)).toEqual([
      "metric-unknown",
      "metric-unnamed",
      "resource-unnamed",
      "metrics-loaded",
    ]);
  });

  it("reads several answers in one file and reports failed ones", async () => {
    const good = JSON.parse(prometheus([{ __name__: "cpu_percent", instance: "a" }, at("5")]));
    const failed = { status: "error", errorType: "timeout", error: "query timed out" };
    const vector = { status: "success", data: { resultType: "vector", result: [] } };
    const { series, diagnostics } = await collectAll(
      collector,
      testFile("a.json", JSON.stringify([good, failed, vector])),
    );
    expect(series).toHaveLength(1);
    expect(codes(diagnostics, "error")).toEqual(["prometheus-error", "prometheus-not-a-range"]);
    expect(diagnostics[0]!.summary).toContain("query timed out");
  });
});

describe("a table of samples", () => {
  it("groups interleaved rows by series, in CloudWatch's terms or ours", async () => {
    const text = [
      "resource_id,metric,timestamp,value,statistic,unit",
      "i-2,CPUUtilization,2026-10-12T00:05:00Z,20,Average,Percent",
      "i-1,NetworkIn,2026-10-12T00:05:00Z,600,Sum,Bytes",
      "i-2,CPUUtilization,2026-10-12T00:00:00Z,10,Average,Percent",
      "i-1,NetworkIn,2026-10-12T00:00:00Z,300,Sum,Bytes",
      "i-1,NetworkOut,2026-10-12T00:00:00Z,7,Average,Bytes/Second",
      "i-1,NetworkOut,2026-10-12T00:05:00Z,8,Average,Bytes/Second",
      "i-1,memory_used_percent,2026-10-12T00:00:00Z,55,,",
      "vol-1,VolumeReadOps,2026-10-12T00:00:00Z,600,,Count",
      "vol-1,VolumeReadOps,2026-10-12T00:05:00Z,900,,Count",
      "i-3,CPUUtilization,2026-10-12T00:00:00Z,90,Maximum,Percent",
    ];
    const { series, repairs, diagnostics } = await collectAll(collector, testFile("a.csv", text.join("\n")));
    expect(codes(diagnostics)).toEqual(["metrics-loaded"]);
    expect(repairs).toEqual([]);
    const common = { statistic: "average", periodMs: 300_000, seconds: [0, 300] };
    expect(brief(series)).toEqual([
      { ...common, resourceId: "i-1", metric: "network_in_bytes_per_second", values: [1, 2] },
      { ...common, resourceId: "i-1", metric: "network_out_bytes_per_second", values: [7, 8] },
      { ...common, resourceId: "i-1", metric: "memory_used_percent", seconds: [0], values: [55] },
      { ...common, resourceId: "i-2", metric: "cpu_percent", values: [10, 20] },
      {
        ...common,
        resourceId: "i-3",
        metric: "cpu_percent",
        statistic: "maximum",
        seconds: [0],
        values: [90],
      },
      { ...common, resourceId: "vol-1", metric: "disk_read_ops_per_second", values: [2, 3] },
    ]);
  });

  it.each([
    ["seconds", (ms: number) => String(ms / 1000), 0],
    ["seconds with a fraction", (ms: number) => `${ms / 1000}.0`, 0],
    ["milliseconds", String, 0],
    ["ISO with Z", (ms: number) => new Date(ms).toISOString(), 0],
    ["ISO without seconds", (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`, 0],
    ["ISO with an offset", (ms: number) => `${new Date(ms + 7_200_000).toISOString().slice(0, 19)}+02:00`, 0],
    [
      "ISO west of Greenwich",
      (ms: number) => `${new Date(ms - 18_000_000).toISOString().slice(0, 19)}-05:00`,
      0,
    ],
    ["ISO without a zone", (ms: number) => new Date(ms).toISOString().slice(0, 19), 2],
    ["a space and no zone", (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " "), 2],
    ["the word UTC", (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`, 0],
  ])("reads timestamps in %s", async (_name, format, zoneless) => {
    const lines = [0, 300_000].map((offset) => `i-1,cpu_percent,${format(START + offset)},5`);
    const { series, repairs } = await collectAll(
      collector,
      testFile("a.csv", `resource_id,metric,timestamp,value\n${lines.join("\n")}\n`),
    );
    expect(brief(series)[0]!.seconds).toEqual([0, 300]);
    expect(repairCounts(repairs)["timestamp-without-zone"] ?? 0).toBe(zoneless);
  });

  it("refuses rows with line and reason, drops empty and infinite values, and keeps the rest", async () => {
    const text = [
      "resource_id,metric,timestamp,value",
      "i-1,cpu_percent,2026-10-12T00:00:00Z,1",
      ",cpu_percent,2026-10-12T00:05:00Z,1",
      "i-1,,2026-10-12T00:05:00Z,1",
      "i-1,cpu_percent,yesterday,1",
      "i-1,cpu_percent,2026-02-30T00:00:00Z,1",
      "i-1,cpu_percent,12,1",
      "i-1,cpu_percent,2026-10-12T00:05:00Z,much",
      "i-1,cpu_percent,2026-10-12T00:05:00Z",
      "i-1,cpu_percent,2026-10-12T00:10:00Z,",
      "i-1,cpu_percent,2026-10-12T00:15:00Z,NaN",
      "i-1,cpu_percent,2026-10-12T00:20:00Z,inf",
      "i-1,cpu_percent,2026-10-12T00:25:00Z,2",
      "i-1,StatusCheckFailed,2026-10-12T00:25:00Z,0",
    ];
    const { series, repairs, diagnostics } = await collectAll(
      collector,
      testFile("a.csv", text.join("\r\n")),
    );
    expect(brief(series)[0]).toMatchObject({ seconds: [0, 1500], values: [1, 2] });
    expect(repairCounts(repairs)).toEqual({ "value-not-a-number": 3 });
    expect(
      diagnostics
        .filter((item) => item.code === "sample-refused")
        .map((item) => [item.source!.line, item.summary.slice(19)]),
    ).toEqual([
      [3, "no resource_id"],
      [4, "no metric"],
      [5, 'timestamp is unreadable: "yesterday"'],
      [6, 'timestamp is unreadable: "2026-02-30T00:00:00Z"'],
      [7, 'timestamp is unreadable: "12"'],
      [8, 'value is not a number: "much"'],
      [9, "Expected Number of Columns: 4 Found: 3"],
    ]);
    expect(codes(diagnostics, "info")).toEqual(["metric-unknown", "metrics-loaded"]);
  });

  it("gives no rate where the period is unknown", async () => {
    const { series, diagnostics } = await collectAll(
      collector,
      testFile("a.csv", "resource_id,metric,timestamp,value\ni-1,NetworkIn,2026-10-12T00:00:00Z,5\n"),
    );
    expect(series).toEqual([]);
    expect(codes(diagnostics, "warning")).toEqual(["period-unknown", "metrics-without-series"]);
  });

  it("takes the period that a table states, in seconds, and else the one that its times show", async () => {
    const lines = [
      "i-1,NetworkIn,2026-10-12T00:00:00Z,600,Sum,60",
      "i-2,NetworkIn,2026-10-12T00:00:00Z,600,Sum,60",
      "i-2,NetworkIn,2026-10-12T00:05:00Z,600,Sum,60",
      "i-3,NetworkIn,2026-10-12T00:00:00Z,600,Sum,daily",
      "i-3,NetworkIn,2026-10-12T00:05:00Z,600,Sum,daily",
    ];
    const { series } = await collectAll(
      collector,
      testFile("a.csv", `resource_id,metric,timestamp,value,statistic,period\n${lines.join("\n")}\n`),
    );
    expect(series.map(({ resourceId, periodMs, values }) => [resourceId, periodMs, ...values])).toEqual([
      ["i-1", 60_000, 10],
      ["i-2", 60_000, 10, 10],
      ["i-3", 300_000, 2, 2],
    ]);
  });

  it("counts the last of conflicting samples in file order, and takes the commonest step as the period", async () => {
    const minutes = [0, 5, 5, 10, 40, 45];
    const lines = minutes.map((minute, index) => `i-1,cpu_percent,${START / 1000 + minute * 60},${index}`);
    const { series, repairs } = await collectAll(
      collector,
      testFile("a.csv", `resource_id,metric,timestamp,value\n${lines.join("\n")}\n`),
    );
    expect(brief(series)[0]).toMatchObject({ periodMs: 300_000, values: [0, 2, 3, 4, 5] });
    expect(repairCounts(repairs)).toEqual({ "duplicate-conflicting": 1 });
  });
});

it("a file of which nearly every record is no CSV is refused as a whole", async () => {
  const text = `resource_id,metric,timestamp,value\ni-1,cpu_percent,1760227200,5\n${"1,2\n".repeat(50_000)}`;
  const { series, diagnostics } = await collectAll(collector, testFile("a.csv", text));
  expect(series).toEqual([]);
  expect(codes(diagnostics)).toEqual(["metrics-file-invalid"]);
  expect(diagnostics[0]!.summary).toContain("100000 or more errors");
});

it("stops when asked to, between series of one file and between files", async () => {
  const rows = ["i-1", "i-2", "i-3"].map((id) => `${id},cpu_percent,1760227200,5`);
  const table = testFile("a.csv", `resource_id,metric,timestamp,value\n${rows.join("\n")}\n`);
  const json = testFile("b.json", cloudWatch([query()], [result([1])]));
  for (const files of [
    [table, json],
    [json, table],
  ]) {
    const signal = { aborted: false };
    const kinds: string[] = [];
    for await (const item of collector.collect({ files }, signal)) {
      kinds.push(item.kind);
      signal.aborted = true;
    }
    expect(kinds).toEqual(["samples"]);
  }
});

it("a broken metrics file among good ones loses only itself", async () => {
  const folder = testFolder();
  const good = "resource_id,metric,timestamp,value\ni-1,cpu_percent,1760227200,5\n";
  const files = {
    good: testFile("good.csv", good, folder),
    cut: testFile("cut.json", cloudWatch([query()], [result([1])]).slice(0, 60), folder),
    object: testFile("object.json", '{"hello": 1}', folder),
    list: testFile("list.json", "[]", folder),
    truncated: testFile("t.csv.gz", gzipSync(good.repeat(50)).subarray(0, 60), folder),
    bill: testFile("bill.csv", "BilledCost,ChargePeriodStart\n1,2\n", folder),
    parquet: testFile("x.parquet", "PAR1 not really PAR1", folder),
    missing: `${folder}/missing.json`,
    last: testFile("last.csv", good.replace("i-1", "i-2"), folder),
  };
  const { series, diagnostics } = await collectAll(collector, ...Object.values(files));
  expect(series.map((item) => item.resourceId)).toEqual(["i-1", "i-2"]);
  const errors = Object.entries(files).map(([name, path]) => [
    name,
    codes(
      diagnostics.filter((item) => item.source!.file === path),
      "error",
    ).join(" "),
  ]);
  expect(Object.fromEntries(errors)).toEqual({
    good: "",
    cut: "json-invalid",
    object: "metrics-file-unrecognised",
    list: "metrics-file-unrecognised",
    truncated: "file-truncated",
    bill: "metrics-file-unrecognised",
    parquet: "metrics-file-invalid",
    missing: "file-unreadable",
    last: "",
  });
});
