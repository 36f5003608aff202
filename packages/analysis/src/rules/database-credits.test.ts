import type { JsonObject, MetricSeries } from "@apex/core";
import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../policy/policy.ts";
import {
  type Level,
  modestIo,
  only,
  profile,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

const GIB = 1024 ** 3;

function database(instance_class: string, attributes: JsonObject = {}) {
  return resource("aws_db_instance", "shop", {
    identifier: "shop",
    instance_class,
    engine: "postgres",
    multi_az: false,
    status: "available",
    ...attributes,
  });
}

function load(cpu: Level, freeGib = 3, ...more: readonly MetricSeries[]) {
  return profile(
    "shop",
    series("cpu_percent", cpu),
    series("freeable_memory_bytes", freeGib * GIB),
    series("database_connections", 20),
    ...modestIo(),
    ...more,
  );
}

describe("rds-burstable", () => {
  const over = { policy: only("rds-burstable") };

  test("a database that pays more for surplus credits than a fixed class costs moves to that class", async () => {
    const found = recommended(await run([database("db.t3.large")], [load(95)], over), "rds-burstable");
    expect(found).toMatchObject({
      action: "resize",
      from: "db.t3.large",
      changes: [expect.objectContaining({ path: ["instance_class"], to: found.to })],
    });
    expect(found.to).toMatch(/^db\.m\d\w*\.large$/);
    // 95 % of two vCPUs spend 114 credits an hour and earn 36: 78 an hour, less two days' worth, at 0.075 per 60.
    const charged = 336 * 78 - 2 * 864;
    expect(found.evidence.notes.join()).toContain(`${charged} credits were charged in 336 hours`);
    expect(found.summary).toContain(`${((charged / 60 / 336) * 0.075 * 730).toFixed(2)} a month`);
    expect(found.unknowns.join()).toContain("reserved instances: they do not pay for surplus credits");
  });

  test("Aurora's credits have a price of their own", async () => {
    const aurora = resource("aws_rds_cluster_instance", "shop", {
      identifier: "shop",
      instance_class: "db.t3.medium",
      engine: "aurora-postgresql",
      cluster_identifier: "shop",
    });
    const analysis = await run([aurora], [load(95)], over);
    const { summary } = analysis.recommendations[0] ?? { summary: reasonOf(analysis, "rds-burstable") };
    // 114 spent and 24 earned: 90 an hour less two days' worth of 576, at 0.09 per 60.
    expect(summary).toContain(`${(((336 * 90 - 2 * 576) / 60 / 336) * 0.09 * 730).toFixed(2)} a month`);
  });

  test("within its credits it is the normal case; a small surplus is told with its price", async () => {
    expect(reasonOf(await run([database("db.t3.large")], [load(20)], over), "rds-burstable")).toBe(
      "its CPU stays within the credits that it earns",
    );
    expect(reasonOf(await run([database("db.t3.large")], [load(35)], over), "rds-burstable")).toMatch(
      /surplus credits cost about \d+(\.\d+)? a month/,
    );
  });

  test("what the credits of a standby cost is not known, and said", async () => {
    const found = recommended(
      await run([database("db.t3.large", { multi_az: true })], [load(95)], over),
      "rds-burstable",
    );
    expect(found.unknowns.join()).toContain("standby: what its own credits cost");
  });

  test("T2 is held to its baseline: told where it was, and its CPU then sizes nothing", async () => {
    const empty = load(
      30,
      3,
      series("cpu_credit_balance", ({ day }) => (day < 1 ? 0 : 100)),
    );
    const burstable = await run([database("db.t2.large")], [empty], over);
    expect(reasonOf(burstable, "rds-burstable")).toContain("out of CPU credits for 24 hours");
    const resize = await run([database("db.t2.large")], [empty], { policy: only("rds-resize") });
    expect(reasonOf(resize, "rds-resize")).toContain("the throttle and not the demand");
    const unlimited = await run([database("db.t3.large")], [empty], { policy: only("rds-resize") });
    expect(reasonOf(unlimited, "rds-resize")).not.toContain("throttle");
  });
});

describe("burstable database classes as candidates", () => {
  const policy = { ...only("rds-resize"), candidates: { ...defaultPolicy().candidates, burstable: true } };
  /** An hour a day at three quarters, else next to nothing. */
  const daily: Level = ({ hour }) => (hour === 9 ? 75 : 3);

  test("one whose credits last with headroom counts by all its vCPUs, and says what it lives on", async () => {
    const found = recommended(
      await run([database("db.m5.large")], [load(daily, 6)], { policy }),
      "rds-resize",
    );
    expect(found.to).toMatch(/^db\.t3\./);
    expect(found.evidence.notes.join()).toContain("runs on CPU credits");
  });

  test("one whose credits run out does not hold the peaks", async () => {
    const long: Level = ({ hour }) => (hour >= 8 && hour < 20 ? 75 : 3);
    const analysis = await run([database("db.m5.large")], [load(long, 6)], { policy });
    expect(analysis.recommendations.some(({ to }) => to.startsWith("db.t3"))).toBe(false);
  });
});

describe("burstable cache nodes", () => {
  const over = { policy: only("elasticache-resize") };
  const cache = (id: string, type: string) =>
    resource(type, id, {
      engine: "redis",
      node_type: "cache.t3.medium",
      num_cache_nodes: 1,
      member_clusters: [`${id}-001`, `${id}-002`],
    });
  const node = (part?: string) => {
    const options = part === undefined ? {} : { part };
    return [
      series("memory_used_percent", 20, options),
      series("cpu_percent", 3, options),
      series("cache_engine_cpu_percent", 2, options),
    ];
  };

  test("are sized by the baseline, with what was not measured of their credits", async () => {
    const single = cache("one", "aws_elasticache_cluster");
    const found = recommended(await run([single], [profile("one", ...node())], over), "elasticache-resize");
    expect(found.to).toBe("cache.t3.small");
    expect(found.evidence.notes.join()).toContain("counted by its baseline");
    expect(found.unknowns.join()).toContain("CPU credits: not measured");
    const lasting = profile("one", ...node(), series("cpu_credit_balance", 500));
    expect(
      recommended(await run([single], [lasting], over), "elasticache-resize").unknowns.join(),
    ).not.toContain("CPU credits");
  });

  test("a node of a group that ran out of credits keeps the size of all", async () => {
    const group = cache("two", "aws_elasticache_replication_group");
    const nodes = ["two-001", "two-002"].flatMap((part) => [
      ...node(part),
      series("cpu_credit_balance", part === "two-002" ? 0 : 500, { part }),
    ]);
    expect(reasonOf(await run([group], [profile("two", ...nodes)], over), "elasticache-resize")).toContain(
      "ran out of CPU credits",
    );
  });
});
