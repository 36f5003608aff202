import type { DeltaTable } from "../delta-cases.ts";

const ZONES = ["us-central1-a", "us-central1-b"];

/** n2-standard-2: 0.0971 an hour, 20 % less for a full month; 50 GB of pd-ssd at 0.17: 65.2064 a node. */
const NODE = { machine_type: "n2-standard-2", disk_size_gb: 50, disk_type: "pd-ssd" };
const EACH = "(730 h x 0.0971 x 0.8 + 50 GB x 0.17)";

/** What a node costs, by where its configuration stands; two of them. */
function nodeCases(at: string): DeltaTable["cases"] {
  return [
    [`${at}.machine_type`, "n2-standard-4", "113.4128", "2 x 730 h x (0.1942 - 0.0971) x 0.8"],
    [`${at}.disk_size_gb`, 100, "17", "2 x 50 GB x 0.17"],
    [`${at}.disk_type`, "pd-balanced", "-7", "2 x 50 GB x (0.10 - 0.17)"],
    [
      `${at}.boot_disk`,
      [{ disk_type: "pd-balanced", size_gb: 20 }],
      "-13",
      "2 x (20 GB x 0.10 - 50 GB x 0.17)",
    ],
    [`${at}.local_ssd_count`, 1, "60", "2 x 375 GB x 0.08"],
    [`${at}.ephemeral_storage_config`, [{ local_ssd_count: 1 }], "60", "2 x 375 GB x 0.08"],
    [`${at}.ephemeral_storage_local_ssd_config`, [{ local_ssd_count: 2 }], "120", "2 x 2 x 375 GB x 0.08"],
    [`${at}.local_nvme_ssd_block_config`, [{ local_ssd_count: 1 }], "60", "2 x 375 GB x 0.08"],
    [`${at}.guest_accelerator`, [{ type: "nvidia-tesla-t4", count: 1 }], "357.7", "2 x 730 h x 0.35 x 0.7"],
    [`${at}.spot`, true, "unknown", "the spot price of n2-standard-2 is not known"],
    [`${at}.preemptible`, true, "unknown", "the spot price of n2-standard-2 is not known"],
    [`${at}.image_type`, "WINDOWS_LTSC_CONTAINERD", "unknown", "no windows licence prices"],
  ];
}

const POOLS: readonly DeltaTable[] = [
  {
    type: "google_container_node_pool",
    region: "us-central1",
    base: {
      cluster: "web",
      location: "us-central1",
      node_locations: ZONES,
      node_count: 1,
      node_config: [NODE],
    },
    others: {
      "google_container_cluster.web": {
        name: "web",
        location: "us-central1",
        remove_default_node_pool: true,
      },
    },
    cases: [
      ...nodeCases("node_config"),
      ["node_count", 2, "130.4128", `2 x ${EACH}`],
      ["node_locations", [...ZONES, "us-central1-c"], "65.2064", EACH],
      ["node_locations", [], "65.2064", `${EACH} in three zones of the region`],
      [
        "location",
        "us-central1-a",
        "-130.4128",
        `-2 x ${EACH} in the zone alone`,
        { node_locations: [], node_count: 1 },
      ],
      [
        "managed_instance_group_urls",
        ["a/web", "b/web", "c/web", "d/web"],
        "65.2064",
        `${EACH} four zones for the three that are usual`,
        { node_locations: [] },
      ],
      [
        "instance_group_urls",
        ["a/web", "b/web", "c/web", "d/web"],
        "65.2064",
        `${EACH} four zones for the three that are usual`,
        { node_locations: [] },
      ],
      ["initial_node_count", 3, "130.4128", `2 x ${EACH}`, { node_count: null, initial_node_count: 2 }],
      [
        "autoscaling.min_node_count",
        3,
        "130.4128",
        `2 x ${EACH}`,
        { node_count: null, autoscaling: [{ min_node_count: 2 }] },
      ],
      [
        "autoscaling.total_min_node_count",
        5,
        "65.2064",
        EACH,
        { node_count: null, autoscaling: [{ total_min_node_count: 4 }] },
      ],
      ["usage: nodes", 4, "391.2384", `6 x ${EACH}`],
      [
        "google_container_cluster.web: node_locations",
        ZONES,
        "-65.2064",
        `-${EACH} in the two zones of the cluster`,
        { node_locations: [] },
      ],
      [
        "google_container_cluster.web: location",
        "us-central1-a",
        "-130.4128",
        `-2 x ${EACH} in the zone of the cluster`,
        { node_locations: [], location: null },
      ],
      ["cluster", "elsewhere", "0", "0"],
    ],
  },
];

const CLUSTER = {
  name: "web",
  location: "us-central1",
  node_locations: ZONES,
  initial_node_count: 1,
  node_config: [NODE],
};

const AUTOPILOT = { enable_autopilot: true };

const CLUSTERS: readonly DeltaTable[] = [
  {
    type: "google_container_cluster",
    region: "us-central1",
    base: CLUSTER,
    cases: [
      ["(all)", undefined, "203.4128", `730 h x 0.10 + 2 x ${EACH}`],
      ...nodeCases("node_config"),
      ["initial_node_count", 3, "260.8256", `4 x ${EACH}`],
      ["node_locations", [...ZONES, "us-central1-c"], "65.2064", EACH],
      ["node_locations", [], "65.2064", `${EACH} in three zones of the region`],
      ["location", "us-central1-c", "65.2064", `${EACH} its own zone besides the two`],
      // Its own zone is one of the two.
      ["location", "us-central1-a", "0", "0"],
      ["remove_default_node_pool", true, "-130.4128", `-2 x ${EACH}`],
      ["enable_autopilot", true, "-130.4128", `-2 x ${EACH} pods are paid by use`],
      ["node_pool", [{ name: "a", node_count: 2, node_config: [NODE] }], "130.4128", `2 x ${EACH}`],
      [
        "node_pool.node_count",
        3,
        "130.4128",
        `2 x ${EACH}`,
        { node_pool: [{ name: "a", node_count: 2, node_config: [NODE] }] },
      ],
      ["usage: nodes", 4, "391.2384", `6 x ${EACH}`],
      ["usage: autopilot_vcpu_count", 10, "324.85", "10 x 730 h x 0.0445", AUTOPILOT],
      ["usage: autopilot_memory_gb", 50, "179.67125", "50 GB x 730 h x 0.0049225", AUTOPILOT],
      ["usage: autopilot_ephemeral_storage_gb", 100, "4.0004", "100 GB x 730 h x 0.0000548", AUTOPILOT],
    ],
  },
  {
    type: "google_container_cluster",
    region: "us-central1",
    base: { ...CLUSTER, node_pool: [{ name: "a", node_count: 1, node_config: [NODE] }] },
    usage: { "node_pool[0]": { nodes: 1 } },
    others: {
      "google_container_node_pool.a": {
        name: "b",
        cluster: "web",
        location: "us-central1-a",
        node_count: 1,
        node_config: [NODE],
      },
    },
    cases: [
      ["usage: node_pool[0].nodes", 2, "130.4128", `2 x ${EACH}`],
      ["google_container_node_pool.a: cluster", "other", "0", "0"],
      ["node_pool.name", "b", "-130.4128", `-2 x ${EACH} counted with the pool of that name`],
    ],
  },
];

/** Google Kubernetes Engine. */
export const GOOGLE_KUBERNETES_DELTAS: readonly DeltaTable[] = [...POOLS, ...CLUSTERS];
