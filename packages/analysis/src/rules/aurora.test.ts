import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { only, profile, reasonOf, recommended, resource, run, series } from "../testing/builders.ts";

const GIB = 1024 ** 3;

function member(attributes: JsonObject = {}, id = "shop-1") {
  return resource("aws_rds_cluster_instance", id, {
    identifier: id,
    cluster_identifier: "shop",
    instance_class: "db.r5.4xlarge",
    engine: "aurora-postgresql",
    engine_version: "13.8",
    writer: true,
    ...attributes,
  });
}

const cluster = (attributes: JsonObject = {}) =>
  resource("aws_rds_cluster", "shop", {
    cluster_identifier: "shop",
    engine: "aurora-postgresql",
    ...attributes,
  });

const quiet = (id = "shop-1", connections = 100) =>
  profile(
    id,
    series("cpu_percent", 8),
    series("freeable_memory_bytes", 110 * GIB),
    series("database_connections", connections),
  );

describe("Aurora instances", () => {
  const over = { policy: only("rds-resize") };

  test("one is sized as a database of its own, by the prices of its engine", async () => {
    const found = recommended(await run([member(), cluster()], [quiet()], over), "rds-resize");
    expect(found).toMatchObject({ from: "db.r5.4xlarge", action: "resize" });
    expect(found.changes[0]).toMatchObject({
      address: "aws_rds_cluster_instance.shop_1",
      path: ["instance_class"],
      to: found.to,
    });
    expect(found.unknowns.join()).not.toContain("failover");
    expect(found.unknowns.join()).not.toContain("I/O-Optimized");
  });

  test("MySQL's connections grow with the logarithm of the memory", async () => {
    const mysql = member({ engine: "aurora-mysql", engine_version: "8.0.mysql_aurora.3.02.0" });
    const of = async (connections: number) =>
      recommended(await run([mysql, cluster()], [quiet("shop-1", connections)], over), "rds-resize");
    const limits = (await of(900)).evidence.dimensions.find(({ dimension }) => dimension === "connections");
    // 128 GiB: 1000 × log2(137438953472 / 8187281408), rounded down; AWS's table says 4000 for it.
    expect(limits?.capacityNow).toBe(4069);
    const busy = await run([mysql, cluster()], [quiet("shop-1", 3200)], over);
    expect(reasonOf(busy, "rds-resize")).toContain("connections 4000 connections");
  });

  test("what it may have to take over is told where its cluster has more", async () => {
    const reader = member({ writer: false }, "shop-2");
    const found = recommended(await run([member(), reader, cluster()], [quiet()], over), "rds-resize");
    expect(found.unknowns.join()).toContain("failover: each of the 2 instances");
    const standby = cluster({ global_cluster_identifier: "shop-global" });
    const alone = recommended(await run([member(), standby], [quiet()], over), "rds-resize");
    expect(alone.unknowns.join()).toContain("if it took over from another region was not measured");
  });

  test("I/O-Optimized has no price, serverless no shape, and a cluster that is not there is assumed to be standard", async () => {
    const optimized = cluster({ storage_type: "aurora-iopt1" });
    expect(reasonOf(await run([member(), optimized], [quiet()], over), "rds-resize")).toContain(
      "I/O-Optimized",
    );
    const serverless = member({ instance_class: "db.serverless" });
    expect(reasonOf(await run([serverless, cluster()], [quiet()], over), "rds-resize")).toContain(
      "does not know the shape of db.serverless",
    );
    const found = recommended(await run([member()], [quiet()], over), "rds-resize");
    expect(found.unknowns.join()).toContain("Aurora Standard is assumed");
  });

  test("one that nobody connects to is stopped with its cluster only", async () => {
    const analysis = await run([member(), cluster()], [quiet("shop-1", 0)], { policy: only("rds-idle") });
    expect(reasonOf(analysis, "rds-idle")).toContain("is stopped with its cluster");
  });

  test("a newer class, Graviton's where Aurora's own version runs on it", async () => {
    const policy = only("rds-generation");
    const to = async (engineVersion: string) =>
      (
        await run([member({ engine: "aurora-mysql", engine_version: engineVersion }), cluster()], [], {
          policy,
        })
      ).recommendations.map((one) => one.to);
    expect(await to("8.0.mysql_aurora.3.02.0")).toEqual(["db.r6g.4xlarge"]);
    expect(await to("5.7.mysql_aurora.2.07.1")).toEqual([]);
  });
});
