import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  AdapterError,
  type Collected,
  type CollectionPart,
  type LiveCollector,
  type Resource,
  type TimeWindow,
} from "@apex/core";
import { openStore, readCollection, withRound } from "@apex/store";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { collectPart } from "./collect-part.ts";
import { collectRound, type RoundRequest } from "./collect-round.ts";

const T0 = Date.UTC(2026, 10, 21, 7);
const DAY = 86_400_000;
const HOUR = 3_600_000;

const machine = (id: string, region: string): Resource => ({
  id,
  region,
  account: "1",
  provider: "aws",
  type: "aws_instance",
  aliases: [],
  tags: {},
  attributes: {},
});

/** A cloud whose parts and metrics a test sets, and that notes what it is asked. */
class TestCloud implements LiveCollector {
  readonly machines = new Map<string, readonly Resource[]>();
  readonly asked: string[] = [];
  readonly windows: (readonly [string, TimeWindow])[] = [];
  /** By key of a part. */
  readonly failures = new Map<string, AdapterError>();

  async parts(): Promise<readonly CollectionPart[]> {
    return [...this.machines].map(([region, machines]) =>
      this.part(`aws/1/${region}/ec2`, () => machines.map((resource) => ({ kind: "resource", resource }))),
    );
  }

  async metricParts(resources: readonly Resource[], window: TimeWindow): Promise<readonly CollectionPart[]> {
    const regions = new Set(resources.map(({ region }) => region ?? ""));
    return [...regions].map((region) => {
      const some = resources.filter((resource) => resource.region === region);
      this.windows.push([some.map(({ id }) => id).join(), window]);
      return this.part(`aws/1/${region}/metrics`, () => some.map(({ id }) => samples(id, window)));
    });
  }

  private part(key: string, items: () => readonly Collected[]): CollectionPart {
    const { asked, failures } = this;
    return {
      key,
      title: `part ${key}`,
      async *collect() {
        asked.push(key);
        yield* items();
        const failure = failures.get(key);
        if (failure !== undefined) throw failure;
      },
    };
  }
}

/** An hourly sample whose value is the hour. */
function samples(resourceId: string, { startMs, endMs }: TimeWindow): Collected {
  const hours = Array.from(
    { length: Math.floor((endMs - startMs) / HOUR) },
    (_, index) => startMs + index * HOUR,
  );
  return {
    kind: "samples",
    series: {
      resourceId,
      metric: "cpu_percent",
      statistic: "maximum",
      periodMs: HOUR,
      timestampsMs: Float64Array.from(hours),
      values: Float64Array.from(hours, (at) => (at / HOUR) % 24),
    },
  };
}

let directory: string;
let cloud: TestCloud;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "apex-round-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  cloud = new TestCloud();
  cloud.machines.set("eu-west-1", [machine("i-1", "eu-west-1")]);
  cloud.machines.set("us-east-1", [machine("i-2", "us-east-1")]);
});

const round = (nowMs: number, changes: Partial<RoundRequest> = {}) =>
  collectRound({
    source: "aws",
    directory,
    days: 2,
    nowMs,
    open: async () => cloud,
    measuresOthers: false,
    signal: new AbortController().signal,
    onStep: () => undefined,
    onProgress: () => undefined,
    ...changes,
  });

/** How many samples of each machine lie in the collection. */
async function stored(): Promise<Readonly<Record<string, number>>> {
  const store = await openStore({ directory });
  try {
    const window = await store.samples.window();
    const counts: Record<string, number> = {};
    if (window === undefined) return counts;
    for await (const { resourceId, series } of store.samples.profiles(window))
      counts[resourceId] = series.reduce((sum, { values }) => sum + values.length, 0);
    return counts;
  } finally {
    await store.close();
  }
}

test("the next round asks for what is newer alone, and of what is new for all days", async () => {
  expect(await round(T0)).toMatchObject({ isResumed: false, points: 96, partsDone: 4, failures: [] });
  cloud.windows.length = 0;
  cloud.machines.set("us-east-1", [machine("i-2", "us-east-1"), machine("i-3", "us-east-1")]);
  await round(T0 + DAY);
  const late = 2 * HOUR + 300_000;
  expect(Object.fromEntries(cloud.windows)).toEqual({
    "i-1": { startMs: T0 - late, endMs: T0 + DAY },
    "i-2": { startMs: T0 - late, endMs: T0 + DAY },
    "i-3": { startMs: T0 - DAY, endMs: T0 + DAY },
  });
  const { "i-3": fresh, "i-1": known } = await stored();
  expect(fresh).toBe(48);
  expect(known).toBeGreaterThanOrEqual(72);
});

test("metrics that failed in one region are asked for again over their whole window, and others are not", async () => {
  cloud.failures.set(
    "aws/1/us-east-1/metrics",
    new AdapterError("denied", "cloudwatch:GetMetricData is not permitted"),
  );
  const first = await round(T0);
  expect(first.failures).toMatchObject([{ key: "aws/1/us-east-1/metrics", isPassing: false }]);
  expect(await stored()).toEqual({ "i-1": 48 });
  cloud.failures.clear();
  cloud.windows.length = 0;
  await round(T0 + HOUR);
  const starts = new Map(cloud.windows.map(([ids, { startMs }]) => [ids, startMs]));
  expect(starts.get("i-2")).toBe(T0 + HOUR - 2 * DAY);
  expect(starts.get("i-1")).toBeGreaterThan(T0 - 3 * HOUR);
  expect((await stored())["i-2"]).toBe(48);
});

test.each([
  [
    "goes on when it could be had by trying again",
    "throttled",
    ["aws/1/us-east-1/ec2", "aws/1/us-east-1/metrics"],
  ],
  [
    "begins anew when trying again is no use",
    "denied",
    ["aws/1/eu-west-1/ec2", "aws/1/us-east-1/ec2", "aws/1/eu-west-1/metrics", "aws/1/us-east-1/metrics"],
  ],
] as const)("a round that lacks a part %s", async (_, kind, asked) => {
  cloud.failures.set("aws/1/us-east-1/ec2", new AdapterError(kind, "no"));
  expect((await round(T0)).partsDone).toBe(2);
  // What a part yielded before it failed does not count.
  expect((await readCollection(directory)).resources.map(({ id }) => id)).toEqual(["i-1"]);
  cloud.failures.clear();
  cloud.asked.length = 0;
  const again = await round(T0 + HOUR);
  expect(again.isResumed).toBe(kind === "throttled");
  expect(cloud.asked.toSorted()).toEqual([...asked].toSorted());
  const { resources, diagnostics } = await readCollection(directory);
  expect([resources.map(({ id }) => id), diagnostics]).toEqual([["i-1", "i-2"], []]);
});

test.each(["throttled", "denied"] as const)(
  "a round whose parts were all tried has ended for a reader, though some are %s",
  async (kind) => {
    cloud.failures.set("aws/1/us-east-1/ec2", new AdapterError(kind, "no"));
    await round(T0);
    const codes = async () => (await readCollection(directory)).diagnostics.map(({ code }) => code);
    expect(await codes()).toEqual([kind === "denied" ? "collect-failed" : "collect-interrupted"]);
    if (kind === "denied") return;
    const stop = new AbortController();
    const open = async () => {
      cloud.failures.clear();
      cloud.machines.set("us-west-2", []);
      return cloud;
    };
    const onProgress = () => stop.abort(new Error("stopped by SIGINT"));
    await expect(round(T0 + HOUR, { open, onProgress, signal: stop.signal })).rejects.toThrow("SIGINT");
    expect(await codes()).toEqual(["collection-unfinished"]);
  },
);

test("a part that fails keeps what it brought in an earlier round, and that is told", async () => {
  await round(T0);
  cloud.failures.set("aws/1/us-east-1/ec2", new AdapterError("denied", "not permitted any more"));
  await round(T0 + DAY);
  const { resources, diagnostics } = await readCollection(directory);
  expect(resources.map(({ id }) => id)).toEqual(["i-1", "i-2"]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["collect-failed", "collection-stale"]);
});

test("a start that could ask nothing leaves the round before as it was", async () => {
  await round(T0);
  const refused = { open: () => Promise.reject(new AdapterError("denied", "no credentials were found")) };
  await expect(round(T0 + DAY, refused)).rejects.toThrow("no credentials");
  const { resources, diagnostics } = await readCollection(directory);
  expect([resources.map(({ id }) => id), diagnostics]).toEqual([["i-1", "i-2"], []]);
  expect(await round(T0 + DAY + HOUR)).toMatchObject({ isResumed: false, partsDone: 4 });
  expect(cloud.windows.at(-1)?.[1].endMs).toBe(T0 + DAY + HOUR);
});

test("a collection that could never ask anything says so", async () => {
  const refused = { open: () => Promise.reject(new AdapterError("denied", "no credentials were found")) };
  await expect(round(T0, refused)).rejects.toThrow("no credentials");
  expect((await readCollection(directory)).diagnostics).toMatchObject([
    { code: "collection-unfinished", summary: expect.stringContaining("has never begun") },
  ]);
});

test("what is gone for longer than metrics are asked for leaves no mark behind", async () => {
  await round(T0);
  cloud.machines.set("us-east-1", []);
  const marks = async () =>
    withRound(directory, "aws", { nowMs: T0 }, async ({ marks: until }) => [...until.keys()]);
  await round(T0 + DAY);
  expect(await marks()).toEqual(["1/eu-west-1/aws_instance/i-1", "1/us-east-1/aws_instance/i-2"]);
  await round(T0 + 2 * DAY);
  expect(await marks()).toEqual(["1/eu-west-1/aws_instance/i-1"]);
});

test("a collection whose samples lie in files is not gone on with in a server: what it has would never be asked for again", async () => {
  await round(T0);
  cloud.asked.length = 0;
  const clickHouseUrl = "http://user:s3cret@127.0.0.1:1/fleet";
  await expect(round(T0 + DAY, { clickHouseUrl })).rejects.toThrow(/lie in its files, not in http:\/\/127/);
  expect(cloud.asked).toEqual([]);
});

test("a source that measures what others found is handed all of it", async () => {
  await round(T0);
  const server = new TestCloud();
  await round(T0, { source: "prometheus", measuresOthers: true, open: async () => server });
  expect(server.windows.map(([ids]) => ids).toSorted()).toEqual(["i-1", "i-2"]);
});

test("another server, or the same one asked otherwise, is asked for all days, and what one has told stays told", async () => {
  await round(T0);
  const asks = async (question: string, nowMs: number) => {
    const server = new TestCloud();
    await round(nowMs, { source: "prometheus", question, measuresOthers: true, open: async () => server });
    return Object.fromEntries(server.windows.map(([ids, { startMs }]) => [ids, startMs]));
  };
  const late = 2 * HOUR + 300_000;
  expect(await asks("one", T0)).toEqual({ "i-1": T0 - 2 * DAY, "i-2": T0 - 2 * DAY });
  expect(await asks("two", T0)).toEqual({ "i-1": T0 - 2 * DAY, "i-2": T0 - 2 * DAY });
  expect(await asks("one", T0 + DAY)).toEqual({ "i-1": T0 - late, "i-2": T0 - late });
});

test("a part whose bills cannot be kept is ended all the same, so that what it holds is free again", async () => {
  let isEnded = false;
  const part: CollectionPart = {
    key: "aws/1/bill",
    title: "the bill",
    async *collect() {
      try {
        yield { kind: "cost", rows: [] };
      } finally {
        isEnded = true;
      }
    },
  };
  const writer = {
    add: async () => undefined,
    commit: async () => undefined,
    discard: async () => undefined,
  };
  const full = {
    replacePeriods: () => Promise.reject(new AdapterError("unavailable", "no room")),
    costByResource: () => Promise.resolve([]),
  };
  await expect(collectPart(part, writer, full, new AbortController().signal)).rejects.toThrow("no room");
  expect(isEnded).toBe(true);
});

test("a bug is none of the world's failures, and Ctrl-C ends with its reason", async () => {
  cloud.failures.set("aws/1/us-east-1/ec2", new TypeError("x is not a function") as unknown as AdapterError);
  await expect(round(T0)).rejects.toThrow("x is not a function");
  const stop = new AbortController();
  const open = async () => {
    stop.abort(new Error("stopped by SIGINT"));
    return cloud;
  };
  await expect(round(T0, { signal: stop.signal, open })).rejects.toThrow("stopped by SIGINT");
});
