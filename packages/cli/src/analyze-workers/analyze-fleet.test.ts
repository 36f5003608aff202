import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultPolicy } from "@apex/analysis";
import { AdapterError, type MetricSeries, type Resource, seededRng, type TimeWindow } from "@apex/core";
import { openStore } from "@apex/store";
import { samplesFolder } from "@apex/store/samples";
import { temporaryDirectory } from "@apex/store/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { analyzeFleet, type FleetToAnalyze } from "./analyze-fleet.ts";

const PERIOD_MS = 60_000;
const POINTS = 14 * 24 * 60;
const START_MS = Date.UTC(2026, 10, 1);
const MACHINES = 60;

const window: TimeWindow = { startMs: START_MS, endMs: START_MS + POINTS * PERIOD_MS };

function aResource(type: string, id: string, attributes: Resource["attributes"]): Resource {
  return {
    id,
    provider: "aws",
    type,
    address: `${type}.${id.replaceAll("-", "_")}`,
    aliases: [`arn:${id}`],
    region: "us-east-1",
    tags: {},
    attributes,
  };
}

/** Machines, and a group whose launch template's saving depends on what becomes of the group. */
const resources: readonly Resource[] = [
  ...Array.from({ length: MACHINES }, (_, index) =>
    aResource("aws_instance", `i-${String(index).padStart(3, "0")}`, {
      instance_type: "m5.4xlarge",
      tenancy: "default",
      instance_state: "running",
    }),
  ),
  aResource("aws_autoscaling_group", "workers", {
    name: "workers",
    min_size: 8,
    max_size: 24,
    desired_capacity: 8,
    launch_template: [{ id: "lt-1", name: "workers", version: "$Latest" }],
  }),
  aResource("aws_launch_template", "lt-1", {
    name: "workers",
    instance_type: "c5.2xlarge",
    block_device_mappings: [{ device_name: "/dev/xvda", ebs: [{ volume_type: "gp2", volume_size: 500 }] }],
  }),
];

function* fleet(): Generator<MetricSeries> {
  const random = seededRng(7);
  const timestampsMs = Float64Array.from({ length: POINTS }, (_, index) => START_MS + index * PERIOD_MS);
  const series = (resourceId: string, metric: MetricSeries["metric"], top: number): MetricSeries => ({
    resourceId,
    metric,
    statistic: "maximum",
    periodMs: PERIOD_MS,
    timestampsMs,
    values: timestampsMs.map(() => random() * top),
  });
  for (const { id } of resources) {
    yield series(id, "cpu_percent", random() < 0.5 ? 15 : 90);
    yield series(id, "memory_used_percent", 25);
  }
  yield { ...series("workers", "asg_in_service_instances", 1), values: timestampsMs.map(() => 8) };
  yield series("arn:i-003", "cpu_percent", 50);
  yield series("i-of-nobody", "cpu_percent", 50);
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  directory = await temporaryDirectory();
  const store = await openStore({ directory: directory.path });
  await store.samples.write(fleet());
  await store.close();
});

afterAll(async () => directory[Symbol.asyncDispose]());

function toAnalyze(over: Partial<FleetToAnalyze> = {}): FleetToAnalyze {
  return {
    samples: { directory: directory.path },
    resources,
    costs: [],
    window,
    policy: defaultPolicy(),
    signal: new AbortController().signal,
    ...over,
  };
}

test("threads decide what one decides, and say how far they are", async () => {
  const alone = await analyzeFleet(toAnalyze({ threads: 1 }));
  const seen: number[] = [];
  const shared = await analyzeFleet(toAnalyze({ threads: 3, onProgress: (profiles) => seen.push(profiles) }));
  expect(shared).toEqual(alone);
  expect(seen.at(-1)).toBe(resources.length + 2);
  expect(alone.recommendations.length).toBeGreaterThan(MACHINES / 3);
  // The one whose saving is priced anew once its group is smaller was judged again outside of the threads.
  expect(alone.recommendations.map(({ rule, resourceId }) => `${rule} ${resourceId}`)).toContain(
    "ebs-gp2-to-gp3 lt-1",
  );
  expect(alone.diagnostics.map(({ code }) => code)).toEqual([
    "profile-duplicate",
    "profile-without-resource",
  ]);
});

test("a fleet that nothing was measured of is analysed too", async () => {
  await using empty = await temporaryDirectory();
  const analysis = await analyzeFleet(toAnalyze({ samples: { directory: empty.path }, threads: 2 }));
  // Some changes need no measurement; a size does.
  expect(analysis.recommendations.map(({ resourceId }) => resourceId)).toContain("lt-1");
  expect(analysis.recommendations.map(({ rule }) => rule)).not.toContain("ec2-resize");
  expect(analysis.abstentions.length).toBeGreaterThan(0);
});

test("an abort ends the threads with its reason", async () => {
  const abort = new AbortController();
  const onProgress = (): void => abort.abort(new Error("Ctrl-C"));
  await expect(analyzeFleet(toAnalyze({ threads: 2, signal: abort.signal, onProgress }))).rejects.toThrow(
    "Ctrl-C",
  );
  await expect(analyzeFleet(toAnalyze({ threads: 2, signal: abort.signal }))).rejects.toThrow("Ctrl-C");
});

test("a damaged store is told as such from a thread", async () => {
  const folder = samplesFolder(directory.path);
  const [name = ""] = (await readdir(folder)).filter((file) => file.endsWith(".segment"));
  const bytes = await readFile(join(folder, name));
  bytes.writeUInt8(bytes.readUInt8(100_000) ^ 1, 100_000);
  await writeFile(join(folder, name), bytes);
  const failure = await analyzeFleet(toAnalyze({ threads: 2 })).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AdapterError);
  expect(String(failure)).toMatch(/is damaged: its block at byte/);
});
