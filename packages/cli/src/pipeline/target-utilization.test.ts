import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { MetricSeries } from "@apex/core";
import { openStore, withRound } from "@apex/store";
import { expect, onTestFinished, test } from "vitest";
import { openProgress } from "../progress.ts";
import { recordedIo } from "../testing.ts";
import { targetUtilization } from "./target-utilization.ts";

const T0 = Date.UTC(2026, 10, 20);
const HOUR = 3_600_000;

const STATE = {
  version: 4,
  resources: ["web", "other"].map((name, index) => ({
    mode: "managed",
    type: "aws_instance",
    name,
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances: [{ attributes: { id: `i-${index}`, instance_type: "m5.large" } }],
  })),
};

const cpu = (resourceId: string, values: readonly number[]): MetricSeries => ({
  resourceId,
  metric: "cpu_percent",
  statistic: "maximum",
  periodMs: HOUR,
  timestampsMs: Float64Array.from(values, (_, index) => T0 + index * HOUR),
  values: Float64Array.from(values),
});

test("a collection tells what a service used, and files add to it", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "apex-target-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const collection = path.join(home, "collection");
  await withRound(collection, "aws", { nowMs: T0 }, async (round) => {
    await round.begin();
    await round.end(T0);
  });
  const store = await openStore({ directory: collection });
  // i-00 lies next to the one that is asked for.
  await store.samples.write([cpu("i-0", [1, 2, 3]), cpu("i-00", [7]), cpu("i-1", [9])]);
  await store.close();
  const stateFile = path.join(home, "terraform.tfstate");
  await writeFile(stateFile, JSON.stringify(STATE));
  const csv = path.join(home, "metrics.csv");
  await writeFile(csv, "timestamp,resource_id,metric,value\n2026-11-20T03:00:00Z,i-0,cpu_percent,4\n");
  const io = recordedIo({ cwd: home });
  const used = async (metricFiles: readonly string[]) => {
    const sources = { stateFile, metricFiles, collection, storeDirectory: path.join(home, "store") };
    const read = await targetUtilization(io, sources, "aws_instance.web", openProgress(io));
    const profiles = read.profiles.map(({ resourceId, series }) => ({
      resourceId,
      values: series.flatMap(({ values }) => [...values]).toSorted((a, b) => a - b),
    }));
    return { profiles, diagnostics: read.diagnostics };
  };
  expect(await used([])).toEqual({
    profiles: [{ resourceId: "i-0", values: [1, 2, 3] }],
    diagnostics: [],
  });
  expect(await used([csv])).toEqual({
    profiles: [{ resourceId: "i-0", values: [1, 2, 3, 4] }],
    diagnostics: [],
  });
});

test("what a collection has under another name of the service is its own, if nothing else could be meant", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "apex-target-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const collection = path.join(home, "collection");
  await withRound(collection, "prometheus", { nowMs: T0 }, async (round) => {
    await round.begin();
    await round.end(T0);
  });
  const store = await openStore({ directory: collection });
  await store.samples.write([cpu("10.0.0.1", [1, 2]), cpu("10.0.0.2", [9])]);
  await store.close();
  const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.2"];
  const resources = addresses.map((address, index) => ({
    ...STATE.resources[0],
    name: `web${index}`,
    instances: [{ attributes: { id: `i-${index}`, instance_type: "m5.large", private_ip: address } }],
  }));
  const stateFile = path.join(home, "terraform.tfstate");
  await writeFile(stateFile, JSON.stringify({ version: 4, resources }));
  const io = recordedIo({ cwd: home });
  const sources = { stateFile, metricFiles: [], collection, storeDirectory: path.join(home, "store") };
  const measured = async (address: string) => {
    const { profiles } = await targetUtilization(io, sources, address, openProgress(io));
    return profiles.flatMap(({ series }) => series.flatMap(({ values }) => [...values]));
  };
  expect(await measured("aws_instance.web0")).toEqual([1, 2]);
  expect(await measured("aws_instance.web1")).toEqual([]);
});
