import type { JsonObject, Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { presetPolicy } from "../policy/policy.ts";
import {
  type Level,
  only,
  profile,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

const CLUSTER = "projects/p/locations/us-central1/clusters/shop";
const ID = `${CLUSTER}/nodePools/web`;

function pool(attributes: JsonObject = {}, over: Partial<Resource> = {}) {
  return resource(
    "google_container_node_pool",
    ID,
    {
      name: "web",
      cluster: "shop",
      location: "us-central1",
      node_locations: ["us-central1-a", "us-central1-b"],
      autoscaling: [
        { min_node_count: 5, max_node_count: 9, total_min_node_count: 0, total_max_node_count: 0 },
      ],
      node_config: [{ machine_type: "n2-standard-8", disk_size_gb: 100, disk_type: "pd-balanced" }],
      ...attributes,
    },
    { address: "google_container_node_pool.web", ...over },
  );
}

function nodeConfig(config: JsonObject): JsonObject {
  return { node_config: [{ machine_type: "n2-standard-8", ...config }] };
}

function measured(cpu: Level, memory: Level | null = 20, size: Level = 10) {
  const all = [series("cpu_percent", cpu), series("asg_in_service_instances", size)];
  if (memory !== null) all.push(series("memory_used_percent", memory));
  return profile(ID, ...all);
}

describe("gke-node-pool", () => {
  const of = (resources: readonly Resource[], load = measured(10)) =>
    run(resources, [load], { policy: only("gke-node-pool") });

  test("a floor of each zone is lowered in whole zones, by no more than half", async () => {
    const found = recommended(await of([pool()]), "gke-node-pool");
    expect(found).toMatchObject({
      action: "set-capacity",
      from: "10 nodes at least in 2 zones",
      // Half of ten are five, and two zones share six.
      to: "6 nodes at least in 2 zones",
      risk: 2,
      changes: [
        {
          kind: "set-attribute",
          address: "google_container_node_pool.web",
          path: ["autoscaling", 0, "min_node_count"],
          from: 5,
          to: 3,
        },
      ],
    });
    // 4 × 0.3885 × 730, less 20 % for the sustained use of the month.
    expect(found.monthlySavings).toMatchObject({ list: "907.536", realised: "as-it-scales" });
    expect(found.evidence.confidenceFactors["requests"]).toBe(0.5);
    expect(found.unknowns.join()).toContain("requests: what pods reserve");
  });

  test("a floor of all zones together is lowered node by node", async () => {
    const autoscaling = [{ min_node_count: 0, total_min_node_count: 10, total_max_node_count: 20 }];
    const found = recommended(await of([pool({ autoscaling })]), "gke-node-pool");
    expect(found.to).toBe("5 nodes at least");
    expect(found.changes).toEqual([
      expect.objectContaining({ path: ["autoscaling", 0, "total_min_node_count"], from: 10, to: 5 }),
    ]);
  });

  test("a fixed size is told how small autoscaling would make it, and is not edited", async () => {
    const fixed = pool({ autoscaling: [], node_count: 5 });
    const found = recommended(await of([fixed]), "gke-node-pool");
    expect(found).toMatchObject({
      from: "10 nodes in 2 zones",
      to: "6 nodes at least in 2 zones",
      changes: [],
    });
    expect(found.evidence.notes.join()).toContain("No edit is written: a smaller fixed size");
    // An inventory does not tell how many nodes there are, but its metrics do.
    expect(recommended(await of([pool({ autoscaling: [] })]), "gke-node-pool").from).toBe(found.from);
  });

  test("an upgrade that adds a node for its time is no scaling, more are", async () => {
    const surge = measured(10, 20, ({ day }) => (day > 3 && day < 3.2 ? 11 : 10));
    expect(recommended(await of([pool()], surge), "gke-node-pool").to).toContain("6 nodes");
    const scaled = measured(10, 20, ({ hour }) => (hour === 9 ? 12 : 10));
    expect(reasonOf(await of([pool()], scaled), "gke-node-pool")).toContain("it scales: up to 12 nodes");
    const withRoom = pool({ upgrade_settings: [{ max_surge: 2 }] });
    expect(recommended(await of([withRoom], scaled), "gke-node-pool").changes).toHaveLength(1);
  });

  test("a pool that is written inside its cluster is told of, not edited", async () => {
    const inside = { ...pool() } as Resource & { address?: string };
    delete inside.address;
    const cluster = resource("google_container_cluster", CLUSTER, { name: "shop" });
    const found = recommended(await of([inside, cluster]), "gke-node-pool");
    expect(found.changes).toEqual([]);
    expect(found.evidence.notes.join()).toContain(`it is written inside ${cluster.address}`);
  });

  const seen = (details: JsonObject): Partial<Resource> => ({
    observed: { at: "2026-06-15T00:00:00Z", details },
  });
  test.each<{ what: string; one: Resource; load?: ReturnType<typeof measured>; reason: string }>([
    { what: "without memory", one: pool(), load: measured(10, null), reason: "memory of its nodes" },
    { what: "that is needed", one: pool(), load: measured(10, 85), reason: "takes" },
    {
      what: "with a node a zone",
      one: pool({ autoscaling: [{ min_node_count: 1 }] }),
      reason: "its floor is 2",
    },
    {
      what: "of which some nodes alone are measured",
      one: pool(),
      load: measured(10, 20, 8),
      reason: "only 8 of its 10 nodes were measured",
    },
    {
      what: "of no whole number of nodes",
      one: pool({ autoscaling: [{ min_node_count: 2.5, max_node_count: 9 }] }),
      reason: "no numbers of nodes",
    },
    { what: "on spot", one: pool(nodeConfig({ spot: true })), reason: "spot capacity" },
    { what: "of preemptible nodes", one: pool(nodeConfig({ preemptible: true })), reason: "spot capacity" },
    {
      what: "with attached GPUs",
      one: pool(nodeConfig({ guest_accelerator: [{ type: "nvidia-tesla-t4", count: 1 }] })),
      reason: "GPUs",
    },
    { what: "of GPU machines", one: pool(nodeConfig({ machine_type: "g2-standard-8" })), reason: "GPUs" },
    { what: "of Windows", one: pool(nodeConfig({ image_type: "WINDOWS_LTSC" })), reason: "Windows" },
    { what: "on sole tenants", one: pool(nodeConfig({ sole_tenant_config: [{}] })), reason: "sole-tenant" },
    {
      what: "that fills a reservation",
      one: pool(nodeConfig({ reservation_affinity: [{ consume_reservation_type: "SPECIFIC_RESERVATION" }] })),
      reason: "reservation",
    },
    { what: "of Autopilot", one: pool({}, seen({ isAutopilot: true })), reason: "Autopilot" },
    { what: "made by GKE", one: pool({}, seen({ isAutoprovisioned: true })), reason: "auto-provisioning" },
    { what: "in unknown zones", one: pool({ node_locations: [] }), reason: "how many zones" },
    { what: "without a price", one: pool({}, { region: "europe-west9" }), reason: "price is not known" },
  ])("a pool $what is left alone", async ({ one, load, reason }) => {
    expect(reasonOf(await of([one], load), "gke-node-pool")).toContain(reason);
  });

  test("a pool of an Autopilot cluster of the state is left alone", async () => {
    const cluster = resource("google_container_cluster", CLUSTER, {
      name: "shop",
      location: "us-central1",
      enable_autopilot: true,
    });
    expect(reasonOf(await of([pool(), cluster]), "gke-node-pool")).toContain("Autopilot");
  });

  test("a careful policy does not take the risk of unknown requests", async () => {
    const policy = { ...only("gke-node-pool"), sizing: presetPolicy("safe").sizing };
    const analysis = await run([pool()], [measured(10)], { policy });
    expect(reasonOf(analysis, "gke-node-pool")).toContain("what pods request is not known");
  });
});

describe("gke-generation", () => {
  const of = (resources: readonly Resource[]) => run(resources, [], { policy: only("gke-generation") });

  test("a type with no less of anything takes the place of a dearer one, node by node", async () => {
    const found = recommended(await of([pool()]), "gke-generation");
    expect(found).toMatchObject({
      action: "resize",
      from: "n2-standard-8",
      to: "n2d-standard-8",
      effort: "medium",
      changes: [expect.objectContaining({ path: ["node_config", 0, "machine_type"] })],
    });
    // 10 × (0.3885 − 0.338) × 730, less 20 % for the sustained use of the month.
    expect(found.monthlySavings.list).toBe("294.92");
    expect(found.unknowns.join()).toContain("from 5.10 on");
  });

  test("beside a lower floor it is counted for the nodes that this leaves", async () => {
    const policy = {
      ...only("gke-generation"),
      rules: { ...only("gke-generation").rules, "gke-node-pool": true },
    };
    const { recommendations } = await run([pool()], [measured(10)], { policy });
    const savings = Object.fromEntries(recommendations.map((one) => [one.rule, one.monthlySavings.list]));
    // 4 nodes of 0.3885 go, and 6 become 0.0505 cheaper; 20 % of both are the sustained use of the month.
    expect(savings).toEqual({ "gke-node-pool": "907.536", "gke-generation": "176.952" });
  });

  test("a policy that takes no such effort is respected", async () => {
    const policy = { ...only("gke-generation"), generation: { maximumEffort: "low" as const } };
    const analysis = await run([pool()], [], { policy });
    expect(reasonOf(analysis, "gke-generation")).toContain("the policy accepts at most low");
  });

  test("a lower price that the discount of today's type takes back is none", async () => {
    // n1 has 30 % for a month of use, n2d 20 %, and what has none costs more than either.
    const old = pool(nodeConfig({ machine_type: "n1-standard-8" }));
    expect(reasonOf(await of([old]), "gke-generation")).toContain("as much of everything");
  });

  test("local SSDs and a wanted make of CPU keep the type", async () => {
    const ssd = pool(nodeConfig({ local_ssd_count: 1 }));
    expect(reasonOf(await of([ssd]), "gke-generation")).toContain("local SSDs");
    const platform = pool(nodeConfig({ min_cpu_platform: "Intel Ice Lake" }));
    expect(reasonOf(await of([platform]), "gke-generation")).toContain("as much of everything");
  });
});
