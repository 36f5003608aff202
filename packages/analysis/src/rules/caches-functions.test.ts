import { DAY_MS, type JsonObject, type MetricSeries, type Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { defaultPolicy, presetPolicy } from "../policy/policy.ts";
import {
  billed,
  END_MS,
  only,
  profile,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

const MAXIMUM = { statistic: "maximum" } as const;

function cluster(nodeType: string, attributes: JsonObject = {}, over: Partial<Resource> = {}): Resource {
  return resource(
    "aws_elasticache_cluster",
    "sessions",
    { engine: "redis", node_type: nodeType, num_cache_nodes: 1, ...attributes },
    over,
  );
}

function group(nodeType: string, attributes: JsonObject = {}): Resource {
  return resource("aws_elasticache_replication_group", "carts", {
    engine: "redis",
    node_type: nodeType,
    member_clusters: ["carts-001", "carts-002"],
    automatic_failover_enabled: true,
    ...attributes,
  });
}

/** A node that uses a share of its memory and some CPU. */
function node(
  memory: number,
  over: { cpu?: number; engine?: number; part?: string; more?: readonly MetricSeries[] } = {},
) {
  const { cpu = 3, engine = 5, part, more = [] } = over;
  const options = part === undefined ? MAXIMUM : { ...MAXIMUM, part };
  return [
    series("memory_used_percent", ({ noise }) => memory - noise, options),
    series("cpu_percent", cpu, options),
    series("cache_engine_cpu_percent", engine, options),
    series("network_in_bytes_per_second", 1e6, options),
    series("network_out_bytes_per_second", 2e6, options),
    series("cache_evictions_per_second", 0, options),
    ...more,
  ];
}

describe("elasticache-resize", () => {
  test("a cache goes to the smallest node of its family that holds its data with headroom", async () => {
    // 30 % of 52.8 GiB is 15.8; with 20 % headroom 19.8: r6g.xlarge has 26.3.
    const found = recommended(
      await run([cluster("cache.r6g.2xlarge")], [profile("sessions", ...node(30))]),
      "elasticache-resize",
    );
    expect(found).toMatchObject({
      action: "resize",
      from: "cache.r6g.2xlarge",
      to: "cache.r6g.xlarge",
      effort: "low",
      restartRequired: true,
      changes: [
        { kind: "set-attribute", path: ["node_type"], from: "cache.r6g.2xlarge", to: "cache.r6g.xlarge" },
      ],
    });
    expect(found.evidence.dimensions.map(({ dimension }) => dimension)).toEqual([
      "memory",
      "cpu",
      "cpu",
      "network",
    ]);
    expect(found.unknowns.join()).toContain("I/O threads");
  });

  test("of a group every node counts, the fullest decides, and the saving is of all", async () => {
    const nodes = [...node(10, { part: "carts-001" }), ...node(60, { part: "carts-002" })];
    expect(
      reasonOf(await run([group("cache.r6g.xlarge")], [profile("carts", ...nodes)]), "elasticache-resize"),
    ).toContain("memory");
    const light = [...node(10, { part: "carts-001" }), ...node(20, { part: "carts-002" })];
    const found = recommended(
      await run([group("cache.r6g.xlarge")], [profile("carts", ...light)]),
      "elasticache-resize",
    );
    const single = recommended(
      await run([cluster("cache.r6g.xlarge")], [profile("sessions", ...node(20))]),
      "elasticache-resize",
    );
    expect(Number(found.monthlySavings.list)).toBeCloseTo(2 * Number(single.monthlySavings.list), 6);
    expect(found.evidence.notes).toContain("Counted for 2 nodes");
    expect(found.rollback).toContain("fails over");
    const half = profile("carts", ...node(10, { part: "carts-001" }));
    expect(reasonOf(await run([group("cache.r6g.xlarge")], [half]), "elasticache-resize")).toContain(
      "on 1 of its 2 nodes",
    );
  });

  test("a busy engine thread is no reason to keep many cores, a busy machine is", async () => {
    const thread = profile("sessions", ...node(20, { engine: 90, cpu: 14 }));
    expect(recommended(await run([cluster("cache.r6g.2xlarge")], [thread]), "elasticache-resize").to).toBe(
      "cache.r6g.xlarge",
    );
    const machine = profile("sessions", ...node(20, { cpu: 60 }));
    expect(reasonOf(await run([cluster("cache.r6g.2xlarge")], [machine]), "elasticache-resize")).toContain(
      "cpu",
    );
  });

  test("a cache that evicts is full whatever share is used", async () => {
    const evicts = series("cache_evictions_per_second", ({ index }) => (index === 4000 ? 0.1 : 0));
    const found = await run(
      [cluster("cache.r6g.2xlarge")],
      [profile("sessions", ...node(30).slice(0, 5), evicts)],
    );
    expect(reasonOf(found, "elasticache-resize")).toContain("it evicts keys");
  });

  const kept: readonly (readonly [string, Resource, readonly MetricSeries[], string])[] = [
    [
      "memory that is not measured",
      cluster("cache.r6g.2xlarge"),
      node(30).slice(1),
      "memory_used_percent is not measured",
    ],
    [
      "a node of a group",
      cluster("cache.r6g.2xlarge", { replication_group_id: "carts" }),
      node(30),
      "replication group carts",
    ],
    [
      "data tiering",
      cluster("cache.r6gd.2xlarge"),
      node(30),
      "does not know the memory of cache.r6gd.2xlarge",
    ],
    ["an unknown type", cluster("cache.z9.large"), node(30), "does not know the memory"],
    [
      "a region without prices",
      cluster("cache.r6g.2xlarge", {}, { region: "eu-west-1" }),
      node(30),
      "price is not known",
    ],
    [
      "a cache in change",
      cluster("cache.r6g.2xlarge", {}, { observed: { at: "2026-06-15T00:00:00Z", state: "modifying" } }),
      node(30),
      "it is modifying",
    ],
    [
      "an unknown engine",
      cluster("cache.r6g.2xlarge", { engine: null }),
      node(30),
      "its engine is not known",
    ],
    [
      "a part of a global datastore",
      cluster("cache.r6g.2xlarge", { global_replication_group_id: "sgaui-carts" }),
      node(30),
      "the global datastore sgaui-carts, which decides its nodes",
    ],
    ["the smallest size", cluster("cache.r6g.large"), node(30), "no allowed type is cheaper"],
  ];
  test.each(kept)("%s keeps it", async (_, found, measured, reason) => {
    const analysis = await run([found], [profile("sessions", ...measured)], {
      policy: only("elasticache-resize"),
    });
    expect(reasonOf(analysis, "elasticache-resize")).toContain(reason);
  });

  test("reserved nodes are netted", async () => {
    const found = await run([cluster("cache.r6g.2xlarge")], [profile("sessions", ...node(30))], {
      costs: [billed("sessions", 1)],
    });
    expect(recommended(found, "elasticache-resize").monthlySavings.net).toBe("0");
  });
});

describe("elasticache-idle", () => {
  const quiet = (connections: number, part?: string) =>
    series("cache_connections", connections, part === undefined ? MAXIMUM : { ...MAXIMUM, part });

  test("a cache that only its monitoring connects to gets a last snapshot, and goes after the hold", async () => {
    const found = recommended(
      await run([cluster("cache.r6g.large")], [profile("sessions", quiet(4))]),
      "elasticache-idle",
    );
    expect(found).toMatchObject({
      action: "snapshot-and-delete",
      changes: [{ path: ["final_snapshot_identifier"], from: null, to: "sessions-final" }],
      // 0.206 × 730 − 14 GB × 0.085
      monthlySavings: { list: "149.19", realised: "after-hold" },
      risk: 1,
    });
    expect(found.unknowns.join()).toContain("cache_hit_rate_percent is not measured");
  });

  test("one connection more, hits or work keep it", async () => {
    const reasons: readonly (readonly [readonly MetricSeries[], string])[] = [
      [[quiet(5)], "5 connections, above 4"],
      [[quiet(4), series("cache_hit_rate_percent", 60)], "cache_hit_rate_percent"],
      [[quiet(4), series("cache_engine_cpu_percent", 30, MAXIMUM)], "cache_engine_cpu_percent"],
      [[], "cache_connections is not measured"],
    ];
    for (const [measured, reason] of reasons) {
      const analysis = await run([cluster("cache.r6g.large")], [profile("sessions", ...measured)], {
        policy: only("elasticache-idle"),
      });
      expect(reasonOf(analysis, "elasticache-idle")).toContain(reason);
    }
  });

  test("every node of a group has to be quiet", async () => {
    const both = (second: number) => [profile("carts", quiet(2, "carts-001"), quiet(second, "carts-002"))];
    expect(recommended(await run([group("cache.r6g.large")], both(3)), "elasticache-idle").from).toBe(
      "2 × cache.r6g.large",
    );
    const policy = only("elasticache-idle");
    expect(
      reasonOf(await run([group("cache.r6g.large")], both(30), { policy }), "elasticache-idle"),
    ).toContain("above 4");
  });

  test("Memcached keeps nothing, so nothing is written and nothing snapshotted", async () => {
    const memcached = cluster("cache.m6g.large", { engine: "memcached", num_cache_nodes: 2 });
    const found = recommended(await run([memcached], [profile("sessions", quiet(3))]), "elasticache-idle");
    // 2 × 0.149 × 730
    expect(found).toMatchObject({ action: "release", changes: [], monthlySavings: { list: "217.54" } });
  });
});

describe("lambda-memory", () => {
  const lambda = (memory: number, attributes: JsonObject = {}, over: Partial<Resource> = {}): Resource =>
    resource(
      "aws_lambda_function",
      "report",
      { memory_size: memory, architectures: ["x86_64"], ...attributes },
      over,
    );
  /** Two invocations a second in the working hours, each half a second. */
  const work = ({ hour }: { readonly hour: number }) => (hour >= 8 && hour < 18 ? true : undefined);
  const used = (percent: number) => [
    series("lambda_invocations_per_second", (at) => work(at) && 2),
    series("lambda_duration_milliseconds", (at) => work(at) && 500),
    series(
      "lambda_memory_used_percent",
      (at) => work(at) && (at.index === 400 ? percent : percent / 2),
      MAXIMUM,
    ),
  ];

  test("the largest invocation with headroom decides, and the price is of what was billed", async () => {
    const found = recommended(await run([lambda(3008)], [profile("report", ...used(20))]), "lambda-memory");
    // 601.6 MB with 20 % headroom: 752, in steps of 64 MB 768.
    expect(found).toMatchObject({
      action: "set-performance",
      to: "768 MB",
      risk: 2,
      restartRequired: false,
      changes: [{ path: ["memory_size"], from: 3008, to: 768 }],
    });
    // 730 h × 10/24 at one busy second a second, 2,240 MB less, 0.0000166667 a GB-second.
    expect(Number(found.monthlySavings.list)).toBeCloseTo(
      ((730 * 3600 * 10) / 24) * (2240 / 1024) * 0.0000166667,
      2,
    );
    expect(found.confidence).toBeLessThan(0.5);
    expect(found.evidence.notes.join()).toContain("less CPU");
    expect(found.unknowns.join()).toContain("duration");
  });

  test("arm64 has its own price", async () => {
    const both = await Promise.all(
      ["x86_64", "arm64"].map(async (name) => {
        const analysis = await run(
          [lambda(3008, { architectures: [name] })],
          [profile("report", ...used(20))],
        );
        return Number(recommended(analysis, "lambda-memory").monthlySavings.list);
      }),
    );
    expect(both[1]! / both[0]!).toBeCloseTo(0.8, 4);
  });

  test("above a whole vCPU one thread is as fast; below it the safe preset does not follow", async () => {
    const large = recommended(await run([lambda(8192)], [profile("report", ...used(20))]), "lambda-memory");
    expect(large).toMatchObject({ to: "2048 MB", risk: 1 });
    const safe = presetPolicy("safe");
    expect(
      reasonOf(
        await run([lambda(3008)], [profile("report", ...used(20))], { policy: safe }),
        "lambda-memory",
      ),
    ).toContain("less CPU");
  });

  test("a look-back of months in minutes is read as well", async () => {
    const window = { startMs: END_MS - 120 * DAY_MS, endMs: END_MS };
    const minutes = { periodMs: 60_000, window };
    const all = [
      series("lambda_invocations_per_second", 2, minutes),
      series("lambda_duration_milliseconds", 500, minutes),
      series("lambda_memory_used_percent", 20, { ...minutes, ...MAXIMUM }),
    ];
    const policy = only("lambda-memory");
    const lookBack = { ...policy.lookBack, days: 120 };
    const analysis = await run([lambda(3008)], [profile("report", ...all)], {
      policy: { ...policy, lookBack },
      window,
    });
    expect(recommended(analysis, "lambda-memory").evidence.dimensions[0]?.samples).toBe(120 * 24 * 60);
  });

  test("never without memory, whatever durations say", async () => {
    const [invocations, duration] = used(20);
    expect(
      reasonOf(await run([lambda(3008)], [profile("report", invocations!, duration!)]), "lambda-memory"),
    ).toContain("turn on Lambda Insights");
    expect(reasonOf(await run([lambda(3008)], []), "lambda-memory")).toContain("not measured");
  });

  const [invocations, durations, memory] = used(20);
  const kept: readonly (readonly [string, Resource, readonly MetricSeries[], string])[] = [
    ["a function that needs it", lambda(1024), used(82), "leaves nothing"],
    [
      "memory known of few invocations",
      lambda(3008),
      [
        invocations!,
        durations!,
        series(
          "lambda_memory_used_percent",
          (at) => work(at) && (at.index % 3 === 0 ? 20 : undefined),
          MAXIMUM,
        ),
      ],
      "of 33 % of its busy periods",
    ],
    [
      "never invoked",
      lambda(3008),
      [series("lambda_invocations_per_second", 0), durations!, memory!],
      "not invoked",
    ],
    [
      "too short",
      lambda(3008),
      used(20).map((one) => ({
        ...one,
        timestampsMs: one.timestampsMs.slice(-200),
        values: one.values.slice(-200),
      })),
      "5 are needed",
    ],
    [
      "rarely invoked",
      lambda(3008),
      [
        series("lambda_invocations_per_second", 0.001),
        series("lambda_duration_milliseconds", 100),
        series("lambda_memory_used_percent", 20, MAXIMUM),
      ],
      "would save less than",
    ],
    ["an unknown region", lambda(3008, {}, { region: "ap-south-2" }), used(20), "price is not known"],
  ];
  test.each(kept)("%s keeps it", async (_, found, measured, reason) => {
    expect(reasonOf(await run([found], [profile("report", ...measured)]), "lambda-memory")).toContain(reason);
  });

  test("what was changed meanwhile is said, and what is provisioned has another price", async () => {
    const seen = (details: JsonObject) => ({ observed: { at: "2026-06-15T00:00:00Z", details } });
    const changed = lambda(3008, {}, seen({ last_modified: "2026-06-10T00:00:00Z" }));
    const found = recommended(await run([changed], [profile("report", ...used(20))]), "lambda-memory");
    expect(found.unknowns[0]).toContain("memory size before 2026-06-10");
    const provisioned = lambda(3008, {}, seen({ provisioned_concurrent_executions: 5 }));
    expect(reasonOf(await run([provisioned], [profile("report", ...used(20))]), "lambda-memory")).toContain(
      "5 executions of it are provisioned",
    );
  });

  test("provisioned concurrency of a state has another price too, and not knowing of any is said", async () => {
    const of = (region: string) =>
      resource(
        "aws_lambda_provisioned_concurrency_config",
        "report,live",
        { function_name: "report", provisioned_concurrent_executions: 3 },
        { region },
      );
    const measured = [profile("report", ...used(20))];
    expect(reasonOf(await run([lambda(3008), of("us-east-1")], measured), "lambda-memory")).toContain(
      "3 executions of it are provisioned",
    );
    const found = recommended(await run([lambda(3008), of("eu-west-1")], measured), "lambda-memory");
    expect(found.unknowns.join()).toContain("provisioned concurrency: whether there is any");
  });

  test("the least is none of its business", async () => {
    const analysis = await run([lambda(128)], [profile("report", ...used(20))], { policy: defaultPolicy() });
    expect([...analysis.recommendations, ...analysis.abstentions]).toEqual([]);
  });
});
