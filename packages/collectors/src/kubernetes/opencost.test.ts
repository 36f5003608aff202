import { expect, it } from "vitest";
import { metricExportCollector } from "../exports/metrics/index.ts";
import { codes, collectAll, testFile } from "../testing/collect-all.ts";

const DAY = { start: "2026-06-01T00:00:00Z", end: "2026-06-02T00:00:00Z" };
const allocation = (node: object, gpuHours: number, more: object = {}) => ({
  properties: { namespace: "ml", ...node },
  window: DAY,
  minutes: 1440,
  cpuCoreHours: 24,
  cpuCoreUsageAverage: 0.4,
  gpuHours,
  gpuCost: 12.5,
  totalCost: 20,
  gpuAllocation: null,
  ...more,
});
const read = (data: readonly object[]) =>
  collectAll(
    metricExportCollector(),
    testFile("allocation.json", JSON.stringify({ code: 200, status: "success", data })),
  );

it("OpenCost's allocations tell how many GPUs pods had reserved on each node, and nothing is made of their costs", async () => {
  const used = { gpuAllocation: { gpuUsageAverage: 0.1, isGpuShared: false } };
  const { series, rows, diagnostics } = await read([
    {
      "ml/a": allocation({ node: "n1", providerID: "aws:///us-east-1a/i-0a" }, 24, used),
      "ml/b": allocation({ node: "n1", providerID: "i-0a" }, 12),
      "ml/c": allocation({ node: "n2" }, 0),
      __idle__: allocation({ node: "n1" }, 99),
    },
  ]);
  expect(
    series.map(({ resourceId, metric, statistic, periodMs, values }) => [
      resourceId,
      metric,
      statistic,
      periodMs,
      ...values,
    ]),
  ).toEqual([
    ["i-0a", "gpu_requested", "average", 86_400_000, 1.5],
    ["n2", "gpu_requested", "average", 86_400_000, 0],
  ]);
  expect(rows).toEqual([]);
  expect(codes(diagnostics)).toEqual(["opencost-costs-left", "metrics-loaded"]);
  expect(diagnostics[0]!.summary).toContain("36 GPU hours, of which 2 were used");
});

it("what names no node or is malformed is said, and the rest is read", async () => {
  const { series, diagnostics } = await read([
    {
      ml: allocation({}, 24),
      broken: { ...allocation({ node: "n1" }, 24), gpuHours: "many" },
      good: allocation({ node: "n1" }, 24),
    },
  ]);
  expect(series).toHaveLength(1);
  expect(codes(diagnostics)).toEqual([
    "opencost-without-nodes",
    "opencost-malformed",
    "opencost-costs-left",
    "metrics-loaded",
  ]);
});
