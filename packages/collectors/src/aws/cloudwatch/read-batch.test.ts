import type { JsonObject } from "@apex/core";
import { expect, it } from "vitest";
import { level } from "../../exports/metrics/metric-rule.ts";
import { collectLive } from "../../testing/aws.ts";
import { type AwsAnswer, awsJsonServer } from "../../testing/aws-json-server.ts";
import { cloudWatch } from "./cloudwatch.ts";
import type { MetricQuery } from "./metric-query.ts";
import { planBatches, retainedWindow } from "./plan-batches.ts";
import { readBatch } from "./read-batch.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 1, 12);
const WINDOW = { startMs: NOW_MS - 14 * DAY_MS, endMs: NOW_MS };

function cpuOf(id: string): MetricQuery {
  const metric = {
    Namespace: "AWS/EC2",
    MetricName: "CPUUtilization",
    Dimensions: [{ Name: "InstanceId", Value: id }],
  };
  const rule = level("cpu_percent");
  return {
    metric,
    statistic: "Average",
    key: { resourceId: id, rule, part: undefined, statistic: "average", periodMs: 300_000 },
  };
}

function result(
  id: string,
  status: string,
  points: readonly (readonly [minute: number, value: number])[],
): JsonObject {
  return {
    Id: id,
    Label: id,
    StatusCode: status,
    Timestamps: points.map(([minute]) => WINDOW.startMs / 1000 + minute * 60),
    Values: points.map(([, value]) => value),
  };
}

async function read(queries: readonly MetricQuery[], answer: (token: unknown) => AwsAnswer) {
  const server = await awsJsonServer((_operation, body) => answer(body["NextToken"]));
  const collected = await collectLive(
    { calls: cloudWatch.calls, collect: (session) => readBatch(session, queries, WINDOW) },
    server.url,
  );
  return { ...collected, requests: server.requests };
}

it("pages are asked for to the last, in full, and their points join in order of time", async () => {
  const pages: Readonly<Record<string, JsonObject>> = {
    first: {
      MetricDataResults: [
        result("q0", "PartialData", [
          [0, 1],
          [5, 2],
        ]),
      ],
      NextToken: "second",
    },
    second: { MetricDataResults: [], NextToken: "third" },
    third: { MetricDataResults: [result("q0", "Complete", [[10, 3]]), result("q1", "Complete", [[0, 9]])] },
  };
  const { series, diagnostics, requests } = await read([cpuOf("i-a"), cpuOf("i-b")], (token) => ({
    body: pages[typeof token === "string" ? token : "first"] ?? {},
  }));
  expect(series.map(({ resourceId, values }) => [resourceId, [...values]])).toEqual([
    ["i-a", [1, 2, 3]],
    ["i-b", [9]],
  ]);
  expect(diagnostics).toEqual([]);
  expect(requests).toHaveLength(3);
  expect(requests[0]?.body).toMatchObject({ MaxDatapoints: 100_800, ScanBy: "TimestampAscending" });
});

it("a query that CloudWatch refuses costs itself, and one that fails inside fails the batch, so that it is asked again", async () => {
  const refused = await read([cpuOf("i-a"), cpuOf("i-b")], () => ({
    body: { MetricDataResults: [result("q0", "Forbidden", []), result("q1", "Complete", [[0, 9]])] },
  }));
  expect(refused.series.map(({ resourceId }) => resourceId)).toEqual(["i-b"]);
  expect(refused.diagnostics).toMatchObject([{ severity: "warning", code: "metric-refused" }]);
  const failing = read([cpuOf("i-a")], () => ({
    body: { MetricDataResults: [result("q0", "InternalError", [])] },
  }));
  await expect(failing).rejects.toMatchObject({ name: "AdapterError", kind: "unavailable" });
});

it("1,200 queries of two weeks are three requests, of 60 days five, and the same queries in another order are the same", () => {
  const queries = Array.from({ length: 1_200 }, (_, index) => cpuOf(`i-${index}`));
  const sizes = (days: number) =>
    planBatches(queries, { startMs: NOW_MS - days * DAY_MS, endMs: NOW_MS }).map(
      (batch) => batch.queries.length,
    );
  expect(sizes(14)).toEqual([500, 500, 200]);
  expect(sizes(60)).toEqual([250, 250, 250, 250, 200]);
  const names = planBatches(queries, WINDOW).map(({ name }) => name);
  expect(planBatches(queries.toReversed(), WINDOW).map(({ name }) => name)).toEqual(names);
  expect(new Set(names).size).toBe(3);
});

it("a GPU's amounts of memory are asked for together, though a batch is then not full", () => {
  const gpu = ["gpu_memory_used_bytes", "gpu_memory_total_bytes"] as const;
  const queries = [
    ...Array.from({ length: 499 }, (_, index) => cpuOf(`i-${String(index).padStart(3, "0")}`)),
    ...gpu.map((component): MetricQuery => {
      const query = cpuOf("i-zzz");
      return { ...query, key: { ...query.key, rule: level(component) } };
    }),
  ];
  expect(planBatches(queries, WINDOW).map((batch) => batch.queries.length)).toEqual([499, 2]);
});

it("a window ends with the last whole period and starts where CloudWatch still has five-minute points", () => {
  const { startMs, endMs } = retainedWindow(
    { startMs: NOW_MS - 90 * DAY_MS, endMs: NOW_MS + DAY_MS },
    NOW_MS + 1,
  );
  expect([(NOW_MS - startMs) / DAY_MS, endMs]).toEqual([63 - 300_000 / DAY_MS, NOW_MS]);
});
