import type { DeltaTable } from "../delta-cases.ts";

const region = "us-central1";
const zone = "us-central1-a";
const DISK_LINK = "projects/p/zones/us-central1-a/disks/boot";
const IMAGE_LINK = "projects/p/global/images/golden";
const SNAPSHOT_LINK = "projects/p/global/snapshots/daily";
const FROM_GOLDEN = { size: null, image: IMAGE_LINK };
const FROM_COPY = { size: null, image: `${IMAGE_LINK}-copy` };

/** Disks, and what is made of them. us-central1: pd-ssd 0.17 a GB, pd-standard 0.04. */
export const GOOGLE_DISK_DELTAS: readonly DeltaTable[] = [
  {
    type: "google_compute_disk",
    region,
    base: { zone, type: "pd-ssd", size: 100 },
    others: {
      "google_compute_image.golden": { self_link: IMAGE_LINK, disk_size_gb: 300 },
      "google_compute_image.copy": { self_link: `${IMAGE_LINK}-copy`, source_image: IMAGE_LINK },
      "google_compute_snapshot.daily": { self_link: SNAPSHOT_LINK, source_disk: DISK_LINK },
      "google_compute_image.restored": { self_link: `${IMAGE_LINK}-2`, source_snapshot: SNAPSHOT_LINK },
      "google_compute_disk.boot": { self_link: DISK_LINK, zone, size: 50 },
    },
    cases: [
      // Compute Engine gives an empty one a size.
      ["size", undefined, "0", "0"],
      ["size", undefined, "16", "400 GB x 0.04", { type: "pd-standard" }],
      ["image", IMAGE_LINK, "34", "(300 - 100) GB x 0.17", { size: null }],
      ["image", `${IMAGE_LINK}-copy`, "34", "(300 - 100) GB x 0.17", { size: null }],
      ["image", `${IMAGE_LINK}-2`, "-8.5", "(50 - 100) GB x 0.17", { size: null }],
      ["image", "debian-cloud/debian-12", "unknown", "its size is not known", { size: null }],
      ["snapshot", SNAPSHOT_LINK, "-8.5", "(50 - 100) GB x 0.17", { size: null }],
      ["source_disk", DISK_LINK, "-8.5", "(50 - 100) GB x 0.17", { size: null }],
      ["source_instant_snapshot", "is-1", "unknown", "its size is not known", { size: null }],
      ["source_storage_object", "gs://b/o", "unknown", "its size is not known", { size: null }],
      ["google_compute_image.golden: disk_size_gb", 400, "17", "100 GB x 0.17", FROM_GOLDEN],
      ["google_compute_image.golden: source_disk", DISK_LINK, "0", "0", FROM_GOLDEN],
      ["google_compute_image.copy: source_image", "other", "unknown", "its size is not known", FROM_COPY],
      [
        "google_compute_image.restored: source_snapshot",
        "other",
        "unknown",
        "its size is not known",
        { size: null, image: `${IMAGE_LINK}-2` },
      ],
      [
        "google_compute_snapshot.daily: disk_size_gb",
        80,
        "5.1",
        "30 GB x 0.17",
        { size: null, snapshot: SNAPSHOT_LINK },
      ],
      [
        "google_compute_snapshot.daily: source_disk",
        "other",
        "unknown",
        "its size is not known",
        { size: null, snapshot: SNAPSHOT_LINK },
      ],
      ["size", 200, "17", "100 GB x 0.17"],
      ["type", "pd-standard", "-13", "100 GB x (0.04 - 0.17)"],
      ["type", undefined, "-13", "100 GB x (0.04 - 0.17)"],
      ["type", "hyperdisk-balanced", "unknown", "its provisioned IOPS are not known"],
      [
        "provisioned_iops",
        15000,
        "325",
        "5000 IOPS x 0.065",
        { type: "pd-extreme", provisioned_iops: 10000 },
      ],
      [
        "provisioned_iops",
        15000,
        "160",
        "5000 IOPS x 0.032",
        { type: "hyperdisk-extreme", provisioned_iops: 10000 },
      ],
      ["storage_pool", "projects/p/zones/us-central1-a/storagePools/pool", "-17", "-100 GB x 0.17"],
    ],
  },
  {
    type: "google_compute_region_disk",
    region,
    base: { region, type: "pd-ssd", size: 100 },
    others: { "google_compute_snapshot.daily": { self_link: SNAPSHOT_LINK, disk_size_gb: 50 } },
    cases: [
      ["snapshot", SNAPSHOT_LINK, "-17", "(50 - 100) GB x 0.34", { size: null }],
      ["source_disk", DISK_LINK, "unknown", "its size is not known", { size: null }],
      ["source_instant_snapshot", "is-1", "unknown", "its size is not known", { size: null }],
      ["size", 200, "34", "100 GB x 0.34"],
      ["type", "pd-standard", "-26", "100 GB x (0.08 - 0.34)"],
      ["type", "pd-balanced", "-14", "100 GB x (0.20 - 0.34)"],
      ["storage_pool", "projects/p/regions/us-central1/storagePools/pool", "-34", "-100 GB x 0.34"],
    ],
  },
  {
    type: "google_compute_snapshot",
    region,
    base: { zone },
    usage: { storage_gb: 100 },
    cases: [
      ["usage: storage_gb", 300, "13", "200 GB x 0.065"],
      ["storage_locations", ["us-central1"], "-1.5", "100 GB x (0.05 - 0.065)"],
    ],
  },
  {
    type: "google_compute_image",
    region,
    base: { name: "golden" },
    cases: [["usage: storage_gb", 100, "5", "100 GB x 0.05"]],
  },
  {
    type: "google_compute_machine_image",
    region,
    base: { name: "golden" },
    cases: [["usage: storage_gb", 100, "5", "100 GB x 0.05"]],
  },
];
