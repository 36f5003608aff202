import { compareDecimals, decimal, type JsonObject } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { only, profile, resource, run, series } from "../testing/builders.ts";

const HOUR_MS = 3_600_000;

/** Numbers as states and hands write them. */
const count = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.constantFrom<unknown>("7", null, -3, 2.5, "many", true),
);

const pools = fc.record({
  zones: fc.integer({ min: 1, max: 4 }),
  autoscaling: fc.option(
    fc.record({
      min_node_count: count,
      max_node_count: count,
      total_min_node_count: count,
      total_max_node_count: count,
    }),
  ),
  node_count: count,
  cpu: fc.integer({ min: 0, max: 100 }),
  memory: fc.integer({ min: 0, max: 100 }),
  /** Nodes above the floor that is written; `null` for a number of its own. */
  above: fc.option(fc.integer({ min: -1, max: 2 }), { freq: 4 }),
  inService: fc.integer({ min: 0, max: 60 }),
});

/** The fewest nodes, where they are written as numbers. */
function floorOf({
  zones,
  autoscaling,
  node_count,
}: {
  zones: number;
  autoscaling: Record<string, unknown> | null;
  node_count: unknown;
}) {
  const isTotal = Number(autoscaling?.["total_max_node_count"]) > 0;
  const name = isTotal ? "total_min_node_count" : "min_node_count";
  return Number(autoscaling === null ? node_count : autoscaling[name]) * (isTotal ? 1 : zones);
}

let proposed = 0;

test("a pool is never made smaller than half, than its need, or by a part of a zone, whatever it is written as", async () => {
  await fc.assert(
    fc.asyncProperty(pools, async (one) => {
      const { zones, autoscaling, node_count, cpu, memory } = one;
      const floor = one.above === null ? Number.NaN : Math.max(0, floorOf(one) + one.above);
      const inService = Number.isFinite(floor) ? floor : one.inService;
      const pool = resource("google_container_node_pool", "web", {
        name: "web",
        location: "us-central1",
        node_locations: Array.from({ length: zones }, (_, zone) => `us-central1-${zone}`),
        autoscaling: autoscaling === null ? [] : [autoscaling],
        node_count,
        node_config: [{ machine_type: "n2-standard-8" }],
      } as JsonObject);
      const hourly = { periodMs: HOUR_MS, statistic: "average" } as const;
      const lookBack = {
        ...only("gke-node-pool"),
        lookBack: { ...only("gke-node-pool").lookBack, longestAverageMinutes: 60 },
      };
      const load = profile(
        "web",
        series("cpu_percent", cpu, hourly),
        series("memory_used_percent", memory, hourly),
        series("asg_in_service_instances", inService, hourly),
      );
      const { recommendations } = await run([pool], [load], { policy: lookBack });
      for (const found of recommendations) {
        proposed += 1;
        const [now = Number.NaN, after = Number.NaN] = [found.from, found.to].map((text) =>
          Number.parseInt(text, 10),
        );
        const isTotal = found.changes.some(
          (change) => "path" in change && change.path[2] === "total_min_node_count",
        );
        expect(after).toBeGreaterThanOrEqual(Math.max(2, now / 2));
        expect(after).toBeLessThan(now);
        expect(isTotal ? 0 : after % zones).toBe(0);
        for (const { need, capacityAfter } of found.evidence.dimensions) {
          expect(capacityAfter).toBeGreaterThanOrEqual(need - 1e-6);
        }
        expect(compareDecimals(found.monthlySavings.list, decimal(0))).toBe(1);
        expect(found.confidence).toBeLessThanOrEqual(0.93);
      }
    }),
    { numRuns: 300 },
  );
  // That it proposes nothing would keep to all of this.
  expect(proposed).toBeGreaterThan(5);
});
