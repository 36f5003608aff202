import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const region = "us-central1";

function rules(type: string, attributes: JsonObject): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries([1, 2, 3, 4, 5].map((ordinal) => [`${type}.a${ordinal}`, attributes]));
}

const FORWARDING: readonly DeltaTable[] = [
  {
    type: "google_compute_forwarding_rule",
    region,
    base: { region, target: "projects/p/regions/us-central1/targetPools/web" },
    cases: [
      ["(all)", undefined, "18.25", "730 h x 0.025 of the first five together"],
      [
        "target",
        "projects/p/regions/us-central1/serviceAttachments/db",
        "unknown",
        "Private Service Connect",
      ],
      ["usage: monthly_ingress_data_gb", 100, "0.8", "100 GB x 0.008"],
    ],
  },
  {
    // The sixth of a project and region costs by itself; of another project it is the first.
    type: "google_compute_forwarding_rule",
    region,
    base: { region, project: "p" },
    others: rules("google_compute_forwarding_rule", { region, project: "p" }),
    cases: [
      ["(all)", undefined, "7.3", "730 h x 0.01"],
      ["project", "q", "10.95", "730 h x (0.025 - 0.01)"],
    ],
  },
  {
    type: "google_compute_global_forwarding_rule",
    region,
    base: { target: "projects/p/global/targetHttpsProxies/web" },
    cases: [
      ["(all)", undefined, "18.25", "730 h x 0.025 of the first five together"],
      ["target", "all-apis", "unknown", "Private Service Connect"],
      ["usage: monthly_ingress_data_gb", 100, "0.8", "100 GB x 0.008"],
    ],
  },
  {
    type: "google_compute_global_forwarding_rule",
    region,
    base: { project: "p" },
    others: rules("google_compute_global_forwarding_rule", { project: "p" }),
    cases: [
      ["(all)", undefined, "7.3", "730 h x 0.01"],
      ["project", "q", "10.95", "730 h x (0.025 - 0.01)"],
    ],
  },
];

function proxy(type: string, base: DeltaTable["base"]): DeltaTable {
  return {
    type,
    region,
    base,
    cases: [
      ["usage: monthly_proxy_instances", 2, "36.5", "2 x 730 h x 0.025"],
      ["usage: monthly_data_processed_gb", 100, "0.8", "100 GB x 0.008"],
    ],
  };
}

/** Data between machines, by where they are. */
function egress(type: string): DeltaTable {
  const prices: readonly (readonly [string, string, string])[] = [
    ["same_region", "2", "0.02"],
    ["us_or_canada", "2", "0.02"],
    ["europe", "2", "0.02"],
    ["asia", "8", "0.08"],
    ["south_america", "14", "0.14"],
    ["oceania", "10", "0.1"],
    ["worldwide", "8", "0.08"],
  ];
  return {
    type,
    region,
    base: { name: "gateway" },
    cases: prices.map(([where, delta, price]) => [
      "usage: monthly_egress_data_transfer_gb",
      { [where]: 100 },
      delta,
      `100 GB x ${price}`,
    ]),
  };
}

const GATEWAYS: readonly DeltaTable[] = [
  {
    type: "google_compute_router_nat",
    region,
    base: { region },
    usage: { assigned_vms: 10 },
    cases: [
      ["usage: assigned_vms", 20, "10.22", "10 x 730 h x 0.0014"],
      ["usage: assigned_vms", 100, "22.484", "(32 - 10) x 730 h x 0.0014 as no more count"],
      ["usage: monthly_data_processed_gb", 1000, "45", "1000 GB x 0.045"],
    ],
  },
  {
    type: "google_compute_vpn_tunnel",
    region,
    base: { region },
    cases: [["(all)", undefined, "36.5", "730 h x 0.05"]],
  },
  egress("google_compute_vpn_gateway"),
  egress("google_compute_ha_vpn_gateway"),
  egress("google_service_networking_connection"),
  {
    type: "google_dns_managed_zone",
    region,
    base: { dns_name: "example.com." },
    cases: [["(all)", undefined, "0.2", "1 x 0.2"]],
  },
  {
    type: "google_dns_record_set",
    region,
    base: { name: "www.example.com." },
    cases: [["usage: monthly_queries", 3_000_000, "1.2", "3 x 0.4"]],
  },
];

/** Load balancers, gateways and names. */
export const GOOGLE_NETWORK_DELTAS: readonly DeltaTable[] = [
  ...FORWARDING,
  ...GATEWAYS,
  ...["grpc", "http", "https", "ssl", "tcp"].map((kind) =>
    proxy(`google_compute_target_${kind}_proxy`, { name: "p" }),
  ),
  ...["http", "https"].map((kind) => proxy(`google_compute_region_target_${kind}_proxy`, { region })),
];
