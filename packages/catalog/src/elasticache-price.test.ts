import { describe, expect, it } from "vitest";
import { elasticacheHourlyPrice, elasticacheNodeTypes } from "./elasticache-price.ts";
import { unitPrice } from "./unit-prices.ts";

describe("elasticacheHourlyPrice", () => {
  it("tells the price of a node by engine, with the table's date", () => {
    const redis = elasticacheHourlyPrice({
      nodeType: "cache.r7g.large",
      region: "us-east-1",
      engine: "redis",
    });
    expect(redis).toMatchObject({ kind: "known", value: { price: "0.219", date: "2026-10-02" } });
    const valkey = elasticacheHourlyPrice({
      nodeType: "cache.r7g.large",
      region: "us-east-1",
      engine: "valkey",
    });
    expect(valkey).toMatchObject({ kind: "known", value: { price: "0.1752" } });
  });

  it("prices Memcached as Redis", () => {
    const memcached = { nodeType: "cache.m4.large", region: "us-east-1", engine: "memcached" };
    expect(elasticacheHourlyPrice(memcached)).toMatchObject({ kind: "known", value: { price: "0.156" } });
  });

  it.each([
    [{ nodeType: "cache.r7g.large", region: "us-east-1", engine: "dragonfly" }, "engine dragonfly"],
    [{ nodeType: "cache.r7g.large", region: "eu-west-1", engine: "redis" }, "region eu-west-1"],
    [{ nodeType: "cache.z9.large", region: "us-east-1", engine: "redis" }, "no price of cache.z9.large"],
    [{ nodeType: "cache.r7g.large", region: "us-east-1", engine: "constructor" }, "engine constructor"],
  ])("does not know %o", (query, reason) => {
    expect(elasticacheHourlyPrice(query)).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining(reason),
    });
  });

  it("lists every node type once", () => {
    expect(elasticacheNodeTypes()).toContain("cache.t4g.micro");
    expect(new Set(elasticacheNodeTypes()).size).toBe(elasticacheNodeTypes().length);
  });
});

describe("unitPrice", () => {
  it.each([
    ["lambda-arm-gb-second", "us-east-1", "0.0000133334"],
    ["s3-deep-archive-gb-month", "us-east-1", "0.00099"],
    ["eks-cluster-hour", "eu-west-1", "0.1"],
    ["gke-cluster-hour", "global", "0.1"],
  ] as const)("tells %s in %s", (name, region, price) => {
    expect(unitPrice(name, region)).toMatchObject({ kind: "known", value: { price } });
  });

  it("carries no price over to a region that it has none for", () => {
    expect(unitPrice("s3-deep-archive-gb-month", "eu-west-1")).toMatchObject({ kind: "unknown" });
  });
});
