import type { Resource } from "@apex/core";
import { describe, expect, it } from "vitest";
import { acmeProject } from "./testing/acme-project.ts";
import { all, NOW, openCollector, resourcesOf, running } from "./testing/open-collector.ts";

describe("metrics", () => {
  const window = { startMs: Date.parse("2026-11-20T22:00:00Z"), endMs: NOW };

  async function collected(resources?: (found: readonly Resource[]) => readonly Resource[]) {
    const opened = await openCollector({ "acme-prod": acmeProject() });
    const found = resourcesOf(await all(await opened.collector.parts(running)));
    const parts = await opened.collector.metricParts(resources?.(found) ?? found, window, running);
    return { ...opened, parts, found };
  }

  it("asks for five-minute peaks and averages of whole days, and dates them by their start", async () => {
    const { parts, found, server } = await collected();
    const peaks = parts.filter(
      ({ key }) => /cpu\/utilization\/maximum/.test(key) && key.includes("instance"),
    );
    expect(peaks.map(({ key }) => key.slice(-10))).toEqual(["2026-11-20", "2026-11-21"]);
    const web = found.find(({ aliases }) => aliases.includes("7001"));
    const series = (await all(peaks))
      .flatMap((item) => (item.kind === "samples" ? [item.series] : []))
      .filter(({ resourceId }) => resourceId === web?.id);
    expect(
      series.map(({ resourceId, metric, statistic, periodMs }) => [resourceId, metric, statistic, periodMs]),
    ).toEqual([
      [web?.id, "cpu_percent", "maximum", 300_000],
      [web?.id, "cpu_percent", "maximum", 300_000],
    ]);
    // 22:00 to midnight is 24 periods, midnight to 12:00 is 144; the period that ends on the hour has the peak.
    expect(series.map(({ values }) => values.length)).toEqual([24, 144]);
    expect(series[0]?.timestampsMs[0]).toBe(window.startMs);
    expect(series[0]?.values[0]).toBeCloseTo(10);
    expect(series[0]?.timestampsMs[11]).toBe(Date.parse("2026-11-20T22:55:00Z"));
    expect(series[0]?.values[11]).toBeCloseTo(40);
    const asked = server.requests.filter(({ path }) => path.endsWith("/timeSeries"));
    expect(asked[0]?.query.get("aggregation.perSeriesAligner")).toBe("ALIGN_MAX");
  });

  it("adds up what is counted apart, and takes the one state of memory that is in use", async () => {
    const { parts } = await collected();
    const of = async (name: string) =>
      (await all(parts.filter(({ key }) => key.includes(name) && key.endsWith("2026-11-21")))).flatMap(
        (item) => (item.kind === "samples" ? [item.series] : []),
      );
    const [network] = await of("network/received_bytes_count");
    expect(network).toMatchObject({ metric: "network_in_bytes_per_second", statistic: "average" });
    expect(network?.values[0]).toBe(1024);
    const [memory] = await of("memory/percent_used/maximum");
    expect(memory?.metric).toBe("memory_used_percent");
    expect(memory?.values[0]).toBe(37.5);
    const [connections] = await of("num_backends/maximum");
    expect(connections?.resourceId).toBe("acme-prod:us-central1:orders");
    expect(connections?.values[0]).toBe(6);
  });

  it("condenses the nodes of a pool into one: how many, what the mean and what the fullest does", async () => {
    const { parts, found, server } = await collected();
    const pool = found.find(({ attributes }) => attributes["name"] === "web");
    const nodes = parts.filter(({ key }) => key.includes("kubernetes.io/node") && key.endsWith("2026-11-21"));
    const series = (await all(nodes)).flatMap((item) => (item.kind === "samples" ? [item.series] : []));
    expect(series.map(({ metric, statistic, values }) => [metric, statistic, values[0]])).toEqual([
      ["cpu_percent", "maximum", 20],
      ["cpu_percent", "average", expect.closeTo(10)],
      // Without the page cache.
      ["memory_used_percent", "maximum", 20],
      ["memory_used_percent", "average", expect.closeTo(20)],
      // Of six nodes that move one to six hundred kilobytes the mean.
      ["network_in_bytes_per_second", "average", 350_000],
      ["network_out_bytes_per_second", "average", 350_000],
      ["asg_in_service_instances", "average", 6],
    ]);
    expect(new Set(series.map(({ resourceId }) => resourceId))).toEqual(new Set([pool?.id]));
    const asked = server.requests.find(({ query }) => query.get("filter")?.includes("allocatable_cores"));
    expect(asked?.query.getAll("aggregation.groupByFields")).toContain(
      'metadata.user_labels."cloud.google.com/gke-nodepool"',
    );
  });

  it("keeps the GPUs of a machine apart, and asks for none where there is none", async () => {
    const { parts } = await collected();
    const gpu = parts.filter(({ key }) => key.includes("gpu/utilization/maximum"));
    const series = (await all(gpu)).flatMap((item) => (item.kind === "samples" ? [item.series] : []));
    expect(series.at(-1)).toMatchObject({ metric: "gpu_busy_percent", part: "gpu-1" });
    expect(new Set(series.map(({ part, values }) => `${part}: ${values[0]}`))).toEqual(
      new Set(["gpu-0: 0", "gpu-1: 12"]),
    );
    const without = await collected((found) => found.filter(({ aliases }) => aliases.includes("7001")));
    expect(without.parts.some(({ key }) => key.includes("gpu"))).toBe(false);
    expect(without.parts.some(({ key }) => key.includes("cloudsql"))).toBe(false);
  });

  it("asks for no day that Monitoring no longer keeps", async () => {
    const { collector } = await openCollector({ "acme-prod": acmeProject() });
    const found = resourcesOf(await all(await collector.parts(running)));
    const year = { startMs: NOW - 365 * 86_400_000, endMs: NOW };
    const parts = await collector.metricParts(found, year, running);
    expect(parts.map(({ key }) => key.slice(-10)).toSorted()[0]).toBe("2026-10-10");
  });
});
