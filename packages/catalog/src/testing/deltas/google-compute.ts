import type { JsonObject } from "@apex/core";
import type { DeltaTable } from "../delta-cases.ts";

const region = "us-central1";
const zone = "us-central1-a";
const DISK_LINK = "projects/p/zones/us-central1-a/disks/boot";
const TEMPLATE_LINK = "projects/p/global/instanceTemplates/small";
const LARGER_LINK = "projects/p/global/instanceTemplates/large";
const GROUP_LINK = "projects/p/zones/us-central1-a/instanceGroupManagers/web";
const REGIONAL_LINK = "projects/p/regions/us-central1/instanceGroupManagers/web";

const EXTREME = {
  boot_disk: [{ initialize_params: [{ size: 50, type: "pd-extreme", provisioned_iops: 1000 }] }],
};
const T4 = { guest_accelerator: [{ type: "nvidia-tesla-t4", count: 1 }] };

/** us-central1: n1-standard-4 0.19, 30 % less for a full month; pd-ssd 0.17 a GB. */
const INSTANCE = {
  type: "google_compute_instance",
  region,
  base: {
    zone,
    machine_type: "n1-standard-4",
    boot_disk: [{ initialize_params: [{ size: 50, type: "pd-ssd" }] }],
  },
} as const;

const INSTANCES: readonly DeltaTable[] = [
  {
    ...INSTANCE,
    others: {
      "google_compute_address.web": {
        address: "192.0.2.1",
        users: ["projects/p/regions/us-central1/forwardingRules/w"],
      },
      "google_compute_disk.boot": { zone, type: "pd-ssd", size: 50, self_link: DISK_LINK },
      "google_compute_resource_policy.night": {
        name: "night",
        instance_schedule_policy: [{ time_zone: "UTC" }],
      },
      "google_compute_resource_policy.spread": { name: "spread", group_placement_policy: [{ vm_count: 2 }] },
    },
    cases: [
      ["machine_type", "n1-standard-8", "97.09", "730 h x (0.38 - 0.19) x 0.7"],
      ["machine_type", "n2-standard-4", "16.3228", "730 h x (0.1942 x 0.8 - 0.19 x 0.7)"],
      ["machine_type", "e2-standard-4", "0.7446", "730 h x (0.13402 - 0.19 x 0.7)"],
      ["machine_type", "custom-4-15360", "4.796246", "730 h x (4 x 0.033174 + 15 x 0.004446 - 0.19) x 0.7"],
      [
        "machine_type",
        "custom-4-30720-ext",
        "49.307412",
        "730 h x (4 x 0.033174 + 26 x 0.004446 + 4 x 0.00955 - 0.19) x 0.7",
      ],
      ["machine_type", "c4-standard-4", "unknown", "no on-demand price of c4-standard-4"],
      ["boot_disk.initialize_params.size", 100, "8.5", "50 GB x 0.17"],
      ["boot_disk.initialize_params.type", "pd-balanced", "-3.5", "50 GB x (0.10 - 0.17)"],
      ["boot_disk.initialize_params.provisioned_iops", 2000, "65", "1000 IOPS x 0.065", EXTREME],
      [
        "boot_disk.initialize_params.image",
        "windows-cloud/windows-2022",
        "unknown",
        "no windows licence prices",
      ],
      ["boot_disk.source", DISK_LINK, "-8.5", "-(50 GB x 0.17) counted with the disk"],
      ["scratch_disk", [{ size: 375 }], "30", "375 GB x 0.08"],
      ["scratch_disk.size", 3000, "210", "2625 GB x 0.08", { scratch_disk: [{ size: 375 }] }],
      ["guest_accelerator", T4.guest_accelerator, "178.85", "730 h x 0.35 x 0.7"],
      ["guest_accelerator.count", 2, "178.85", "730 h x 0.35 x 0.7", T4],
      ["guest_accelerator.type", "nvidia-tesla-v100", "1088.43", "730 h x (2.48 - 0.35) x 0.7", T4],
      ["scheduling.preemptible", true, "unknown", "the spot price of n1-standard-4 is not known"],
      ["scheduling.provisioning_model", "SPOT", "unknown", "the spot price of n1-standard-4 is not known"],
      ["network_interface", [{ access_config: [{}] }], "3.65", "730 h x 0.005"],
      ["network_interface", [{ access_config: [{ nat_ip: "192.0.2.1" }] }], "0", "0"],
      [
        "network_interface.access_config.nat_ip",
        "192.0.2.1",
        "-3.65",
        "-730 h x 0.005 counted with the address",
        { network_interface: [{ access_config: [{ nat_ip: "192.0.2.2" }] }] },
      ],
      [
        "google_compute_address.web: address",
        "192.0.2.9",
        "3.65",
        "730 h x 0.005",
        { network_interface: [{ access_config: [{ nat_ip: "192.0.2.1" }] }] },
      ],
      ["desired_status", "TERMINATED", "-97.09", "-730 h x 0.19 x 0.7"],
      ["current_status", "TERMINATED", "-97.09", "-730 h x 0.19 x 0.7"],
      ["resource_policies", ["night"], "41.61", "730 h x 0.19 x 0.3 which a schedule forgoes"],
      ["resource_policies", ["spread"], "0", "0"],
      [
        "google_compute_resource_policy.night: instance_schedule_policy",
        [],
        "-41.61",
        "-730 h x 0.19 x 0.3",
        { resource_policies: ["night"] },
      ],
      ["usage: operating_system", "windows", "unknown", "no windows licence prices"],
      ["usage: monthly_hrs", 365, "-27.74", "365 h x 0.19 - 730 h x 0.19 x 0.7"],
    ],
  },
  {
    ...INSTANCE,
    others: {},
    base: { ...INSTANCE.base, machine_type: "g2-standard-4" },
    // The GPU of a G2 comes with it, and nothing is off for a full month.
    cases: [
      ["machine_type", "g2-standard-8", "107.15818628", "730 h x (0.853624312 - 0.706832276)"],
      ["guest_accelerator", [{ type: "nvidia-l4", count: 1 }], "0", "0"],
    ],
  },
];

const SMALL = {
  name: "small",
  self_link: TEMPLATE_LINK,
  machine_type: "n2-standard-2",
  disk: [{ boot: true, disk_size_gb: 20, disk_type: "pd-balanced" }],
} as const;

/** A group of n2-standard-2 (0.0971, 20 % less for a full month), each with 20 GB of pd-balanced at 0.10. */
function group(
  type: string,
  place: { readonly link: string; readonly attributes: JsonObject },
  autoscaler: string,
): DeltaTable {
  const template = "google_compute_instance_template.small";
  return {
    type,
    region,
    base: {
      ...place.attributes,
      self_link: place.link,
      target_size: 3,
      version: [{ instance_template: TEMPLATE_LINK }],
    },
    others: {
      [template]: SMALL,
      "google_compute_instance_template.large": {
        ...SMALL,
        name: "large",
        self_link: LARGER_LINK,
        machine_type: "n2-standard-4",
      },
      [`${autoscaler}.web`]: { target: place.link, autoscaling_policy: [{ min_replicas: 4 }] },
    },
    cases: [
      ["target_size", 6, "117.4128", "2 x (730 h x 0.0971 x 0.8 + 20 GB x 0.10) four are the least"],
      ["version", [{}, {}], "unknown", "how the machines divide among several versions is not known"],
      ["version.instance_template", LARGER_LINK, "226.8256", "4 x 730 h x (0.1942 - 0.0971) x 0.8"],
      [
        `${autoscaler}.web: autoscaling_policy.min_replicas`,
        5,
        "58.7064",
        "730 h x 0.0971 x 0.8 + 20 GB x 0.10",
      ],
      [`${autoscaler}.web: target`, "elsewhere", "-58.7064", "-(730 h x 0.0971 x 0.8 + 20 GB x 0.10)"],
      [`${template}: machine_type`, "n2-standard-4", "226.8256", "4 x 730 h x (0.1942 - 0.0971) x 0.8"],
      [`${template}: disk.disk_size_gb`, 30, "4", "4 x 10 GB x 0.10"],
      [`${template}: disk.disk_type`, "pd-ssd", "5.6", "4 x 20 GB x (0.17 - 0.10)"],
      [`${template}: disk.type`, "SCRATCH", "-1.6", "4 x 20 GB x (0.08 - 0.10)"],
      [`${template}: disk.source`, "data", "-8", "-4 x 20 GB x 0.10"],
      [`${template}: disk.source_image`, "rhel-cloud/rhel-9", "unknown", "no rhel licence prices"],
      [
        `${template}: disk`,
        [{ boot: true, disk_size_gb: 20, disk_type: "pd-extreme", provisioned_iops: 100 }],
        "28",
        "4 x (20 GB x (0.125 - 0.10) + 100 IOPS x 0.065)",
      ],
      [`${template}: scheduling.preemptible`, true, "unknown", "the spot price of n2-standard-2"],
      [`${template}: scheduling.provisioning_model`, "SPOT", "unknown", "the spot price of n2-standard-2"],
      [
        `${template}: guest_accelerator`,
        [{ type: "nvidia-tesla-t4", count: 1 }],
        "715.4",
        "4 x 730 h x 0.35 x 0.7",
      ],
      [`${template}: network_interface`, [{ access_config: [{}] }], "14.6", "4 x 730 h x 0.005"],
      [`${template}: resource_policies`, ["unseen"], "56.7064", "4 x 730 h x 0.0971 x 0.2"],
    ],
  };
}

/** A group of no more machines than are configured by themselves. */
function configured(type: string, [configuration, attribute]: readonly [string, string]): DeltaTable {
  return {
    type,
    region,
    base: { zone, name: "web", target_size: 0, version: [{ instance_template: TEMPLATE_LINK }] },
    others: {
      "google_compute_instance_template.small": SMALL,
      [`${configuration}.one`]: { name: "one", [attribute]: "elsewhere" },
    },
    cases: [[`${configuration}.one: ${attribute}`, "web", "58.7064", "730 h x 0.0971 x 0.8 + 20 GB x 0.10"]],
  };
}

const ADDRESSES: readonly DeltaTable[] = [
  {
    type: "google_compute_address",
    region,
    base: { region, users: ["projects/p/zones/us-central1-a/instances/web"] },
    cases: [
      ["users", [], "3.65", "730 h x (0.01 - 0.005)"],
      ["users", ["projects/p/regions/us-central1/forwardingRules/web"], "-3.65", "-730 h x 0.005"],
      ["address_type", "INTERNAL", "-3.65", "-730 h x 0.005"],
      ["ip_version", "IPV6", "unknown", "the price of an IPv6 address is not in the table"],
    ],
  },
  {
    type: "google_compute_global_address",
    region,
    base: { users: [] },
    cases: [
      ["users", ["projects/p/global/globalForwardingRules/web"], "-7.3", "-730 h x 0.01"],
      ["address_type", "INTERNAL", "-7.3", "-730 h x 0.01"],
      ["ip_version", "IPV6", "unknown", "the price of an IPv6 address is not in the table"],
    ],
  },
];

/** Compute Engine. */
export const GOOGLE_COMPUTE_DELTAS: readonly DeltaTable[] = [
  ...INSTANCES,
  group(
    "google_compute_instance_group_manager",
    { link: GROUP_LINK, attributes: { zone } },
    "google_compute_autoscaler",
  ),
  group(
    "google_compute_region_instance_group_manager",
    { link: REGIONAL_LINK, attributes: { region } },
    "google_compute_region_autoscaler",
  ),
  configured("google_compute_instance_group_manager", [
    "google_compute_per_instance_config",
    "instance_group_manager",
  ]),
  configured("google_compute_region_instance_group_manager", [
    "google_compute_region_per_instance_config",
    "region_instance_group_manager",
  ]),
  ...ADDRESSES,
];
