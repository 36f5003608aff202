import type { JsonObject } from "@apex/core";
import { expect, it } from "vitest";
import { testRegion } from "../../testing/aws.ts";
import { awsJsonServer } from "../../testing/aws-json-server.ts";
import { bucketSizes, SIZE_CALLS } from "./s3-bucket-sizes.ts";

const DAY = 86_400;
const TODAY = Date.UTC(2026, 10, 1) / 1_000;

const metric = (name: string, storage: string) => ({
  Namespace: "AWS/S3",
  MetricName: name,
  Dimensions: [
    { Name: "BucketName", Value: "logs" },
    { Name: "StorageType", Value: storage },
  ],
});

/** Days before today, and what was counted on them. */
const counted = (id: string, days: Readonly<Record<number, number>>) => ({
  Id: id,
  StatusCode: "Complete",
  Timestamps: Object.keys(days).map((ago) => TODAY - Number(ago) * DAY),
  Values: Object.values(days),
});

it("are those of the newest day, on whatever page it comes", async () => {
  const listed: Readonly<Record<string, JsonObject>> = {
    BucketSizeBytes: { Metrics: [metric("BucketSizeBytes", "StandardStorage")], NextToken: "more" },
    more: { Metrics: [metric("BucketSizeBytes", "GlacierStorage")] },
    NumberOfObjects: { Metrics: [metric("NumberOfObjects", "AllStorageTypes")] },
  };
  const read: Readonly<Record<string, JsonObject>> = {
    first: { MetricDataResults: [counted("q0", { 1: 700, 2: 600 })], NextToken: "second" },
    second: { MetricDataResults: [counted("q0", { 3: 500 }), counted("q2", { 3: 5 })], NextToken: "third" },
    third: { MetricDataResults: [counted("q1", { 2: 40 }), counted("q2", { 2: 6 })] },
  };
  const server = await awsJsonServer((operation, { NextToken: token, MetricName: name }) => {
    const place = [token, name].find((one) => typeof one === "string") ?? "first";
    return { body: (operation === "ListMetrics" ? listed[place] : read[place]) ?? {} };
  });
  const { opened } = testRegion(server.url, { nowMs: TODAY * 1_000 });
  const { answers, diagnostics } = await opened.ask(new AbortController().signal, SIZE_CALLS, (session) =>
    bucketSizes(session, "eu-west-1"),
  );
  expect(diagnostics).toEqual([]);
  expect([...answers]).toEqual([
    [
      "logs",
      {
        bytes: new Map([
          ["StandardStorage", 700],
          ["GlacierStorage", 40],
        ]),
        objects: 6,
        day: "2026-10-31T00:00:00Z",
      },
    ],
  ]);
});
