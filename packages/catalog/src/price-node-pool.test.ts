import type { JsonObject, JsonValue } from "@apex/core";
import { describe, expect, test } from "vitest";
import { priceResource } from "./price-plan.ts";
import { planOf } from "./testing/plan-builder.ts";

const address = "google_container_node_pool.web";

function pool(values: JsonObject, unknown: JsonValue = {}) {
  const plan = planOf({ address, after: values, unknown });
  return priceResource(plan, "after", { address })!;
}

const POOL = {
  location: "us-central1",
  node_locations: ["us-central1-a", "us-central1-b"],
  node_count: 3,
  node_config: [{ machine_type: "n2-standard-8", disk_size_gb: 50, disk_type: "pd-ssd" }],
};
const node = (config: JsonObject) => ({ ...POOL, node_config: [{ ...POOL.node_config[0], ...config }] });

describe("google_container_node_pool", () => {
  test.each([
    ["three nodes in each of two zones: 6 x (730 x 0.3885 x 0.8 + 50 x 0.17)", POOL, "1412.304"],
    [
      "in the one zone that it lies in",
      { ...POOL, location: "us-central1-a", node_locations: [] },
      "706.152",
    ],
    [
      "GKE's own machine and disk: 3 x (730 x 0.03351 + 100 x 0.10)",
      { ...POOL, location: "us-central1-a", node_locations: [], node_config: [] },
      "103.3869",
    ],
    [
      "N1 with attached GPUs: 6 x (730 x (0.19 + 0.35) x 0.7 + 50 x 0.17)",
      node({ machine_type: "n1-standard-4", guest_accelerator: [{ type: "nvidia-tesla-t4", count: 1 }] }),
      "1706.64",
    ],
    ["local SSDs: + 6 x 375 x 0.08", node({ local_ssd_count: 1 }), "1592.304"],
    [
      "three zones of a region, where GKE chooses them: 9 x (730 x 0.3885 x 0.8 + 50 x 0.17)",
      { ...POOL, node_locations: [] },
      "2118.456",
    ],
    ["no nodes", { ...POOL, node_count: 0 }, "0"],
  ] as const)("%s", (_, values, cost) => {
    expect(pool(values as JsonObject).monthlyCost).toBe(cost);
  });

  test.each([
    [
      "a number that autoscaling decides",
      { ...POOL, node_count: null },
      "how many nodes the pool has is not known; prices are per node",
    ],
    ["spot nodes", node({ spot: true }), "the spot price of n2-standard-8 is not known"],
    [
      "Windows",
      node({ image_type: "WINDOWS_LTSC_CONTAINERD" }),
      "no windows licence prices for Compute Engine",
    ],
  ] as const)("%s has no known cost", (_, values, reason) => {
    expect(pool(values as JsonObject)).toMatchObject({ monthlyCost: null, unpriced: reason });
  });

  test("nodes that the configuration does not describe are GKE's own: 6 x (730 x 0.03351 + 100 x 0.10)", () => {
    const { node_config: _, ...undescribed } = POOL;
    expect(pool(undescribed, { node_config: true }).monthlyCost).toBe("206.7738");
  });

  test("a machine type that is known only after the apply has none either", () => {
    const { monthlyCost, unpriced } = pool(
      { ...POOL, node_config: [{}] },
      { node_config: [{ machine_type: true }] },
    );
    expect([monthlyCost, unpriced]).toEqual([null, "the machine type of its nodes is not known"]);
  });
});

test("a pool of the same name in another cluster is not the cluster's own", () => {
  const cluster = { name: "a", location: "us-central1-a", node_pool: [{ ...POOL, name: "web" }] };
  const elsewhere = { name: "b", location: "us-central1-a", initial_node_count: 0 };
  const plan = planOf(
    { address: "google_container_cluster.a", after: cluster },
    { address: "google_container_cluster.b", after: elsewhere },
    { address, after: { ...POOL, name: "web", cluster: "b" } },
  );
  const cost = priceResource(plan, "after", { address: "google_container_cluster.a" })?.monthlyCost;
  expect(cost).toBe("1485.304"); // 73 + 1412.304
});
