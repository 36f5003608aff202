import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { priceBook } from "./price-book.ts";
import { pricePlan, priceResource } from "./price-plan.ts";
import type { PrivatePrices } from "./private-prices/private-prices.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

function google(address: string, values: JsonObject, others: readonly ResourceInput[] = []) {
  const plan = planOf({ address, before: values, region: "us-central1" }, ...others);
  return priceResource(plan, "before", { address })!;
}

const BOOT = {
  boot_disk: [{ initialize_params: [{ size: 10, type: "pd-balanced", image: "debian-cloud/debian-12" }] }],
};
const VM = { machine_type: "n1-standard-4", zone: "us-central1-a", ...BOOT };
const ADDRESS = "google_compute_instance.vm";

describe("google_compute_instance", () => {
  test.each([
    ["machine, sustained for a month, and boot disk: 730 x 0.19 x 0.7 + 10 x 0.10", VM, "98.09"],
    ["self links", { ...VM, machine_type: "zones/us-central1-a/machineTypes/n1-standard-4" }, "98.09"],
    [
      "two attached T4: + 2 x 730 x 0.35 x 0.7",
      {
        ...VM,
        guest_accelerator: [
          { type: "projects/p/zones/us-central1-a/acceleratorTypes/nvidia-tesla-t4", count: 2 },
        ],
      },
      "455.79",
    ],
    [
      "an L4 that comes with the machine: 730 x 0.706832276 + 1",
      { ...VM, machine_type: "g2-standard-4", guest_accelerator: [{ type: "nvidia-l4", count: 1 }] },
      "516.98756148",
    ],
    ["local SSD: + 375 x 0.08", { ...VM, scratch_disk: [{ interface: "NVME", size: 375 }] }, "128.09"],
    ["stopped: disks only", { ...VM, desired_status: "TERMINATED", scratch_disk: [{ size: 375 }] }, "1"],
    ["reported as stopped", { ...VM, current_status: "TERMINATED" }, "1"],
    [
      "started although reported as stopped",
      { ...VM, desired_status: "RUNNING", current_status: "TERMINATED" },
      "98.09",
    ],
    [
      "openSUSE, which costs no licence",
      {
        ...VM,
        boot_disk: [
          { initialize_params: [{ size: 10, type: "pd-balanced", image: "opensuse-cloud/opensuse-leap" }] },
        ],
      },
      "98.09",
    ],
    ["e2-micro at its true price: 730 x 0.008376 + 1", { ...VM, machine_type: "e2-micro" }, "7.11448"],
  ])("%s", (_, values, cost) => {
    expect(google(ADDRESS, values).monthlyCost).toBe(cost);
  });

  test.each([
    ["spot", { ...VM, scheduling: [{ preemptible: true }] }],
    ["spot", { ...VM, scheduling: [{ provisioning_model: "SPOT" }] }],
    ["another region", { ...VM, zone: "europe-west9-b" }],
    ["a type without price", { ...VM, machine_type: "c4-standard-4" }],
    ["a custom type of a family without rates", { ...VM, machine_type: "n4-custom-4-16384" }],
    ["a GPU without price", { ...VM, guest_accelerator: [{ type: "nvidia-tesla-p100-vws", count: 1 }] }],
    ["suspended", { ...VM, desired_status: "SUSPENDED" }],
    ...[
      ["Windows", "windows-cloud/windows-2022"],
      ["SQL Server", "projects/windows-sql-cloud/global/images/sql-std-2019-win-2022-dc-v20240415"],
      ["SUSE", "suse-cloud/sles-15"],
      ["Red Hat", "rhel-cloud/rhel-9"],
    ].map(([system = "", image = ""]): [string, JsonObject] => [
      system,
      { ...VM, boot_disk: [{ initialize_params: [{ size: 50, type: "pd-ssd", image }] }] },
    ]),
    [
      "a disk without price",
      { ...VM, boot_disk: [{ initialize_params: [{ size: 50, type: "hyperdisk-balanced" }] }] },
    ],
    ["no machine type", BOOT],
  ])("%s has no known cost", (_, values) => {
    const estimate = google(ADDRESS, values);
    expect(estimate.monthlyCost).toBeNull();
    expect(estimate.unpriced).toBeTruthy();
  });

  test("what comes off for a full month is a line of its own, behind the list price", () => {
    expect(google(ADDRESS, VM).lineItems.slice(0, 2)).toMatchObject([
      { name: "Instance usage (Linux, on-demand, n1-standard-4)", unitPrice: "0.19", monthlyCost: "138.7" },
      {
        name: "Sustained-use discount (30 % of n1-standard-4, full month)",
        unitPrice: "-0.057",
        monthlyCost: "-41.61",
        priceDate: "2026-06-23",
      },
    ]);
  });

  test("nothing comes off where a contract agrees the price, or a commitment of the plan pays in the region", () => {
    const plan = planOf({ address: ADDRESS, before: VM, region: "us-central1" });
    const contract: PrivatePrices = { discounts: [{ service: "gce", percent: 10 }] };
    expect(pricePlan(plan, "before", { contract }).total).toBe("125.83"); // 138.7 x 0.9 + 1
    const commitment = { address: "google_compute_region_commitment.c", before: { region: "us-central1" } };
    expect(google(ADDRESS, VM, [commitment]).monthlyCost).toBe("139.7");
    const abroad = { address: "google_compute_region_commitment.c", before: { region: "europe-west1" } };
    expect(google(ADDRESS, VM, [abroad]).monthlyCost).toBe("98.09");
  });

  test("a spot price of a synced list is taken, and nothing comes off it", () => {
    const spot = { ...VM, scheduling: [{ provisioning_model: "SPOT" }] };
    const plan = planOf({ address: ADDRESS, before: spot, region: "us-central1" });
    const table = {
      service: "gce",
      region: "us-central1",
      variant: "linux/spot-list",
      origin: "a list",
      date: "2026-11-01",
      licence: "none",
      rows: "n1-standard-4 0.04",
    } as const;
    const { resources } = pricePlan(plan, "before", { prices: priceBook([table]) });
    expect(resources[0]).toMatchObject({ monthlyCost: "30.2" }); // 730 x 0.04 + 1
    expect(resources[0]?.lineItems[0]).toMatchObject({ purchase: "spot", priceDate: "2026-11-01" });
  });

  test("a boot disk that the image decides is left out, and said so", () => {
    expect(
      google(ADDRESS, { ...VM, boot_disk: [{ initialize_params: [{ image: "debian-12" }] }] }),
    ).toMatchObject({
      monthlyCost: "97.09",
      unpriced: "boot disk: its size is set by the image",
    });
    const c3 = { ...VM, machine_type: "c3-standard-4", boot_disk: [{ initialize_params: [{ size: 10 }] }] };
    expect(google(ADDRESS, c3).unpriced).toBe("boot disk: its type is set by Compute Engine");
  });

  test("a boot disk that is a resource of the plan is counted once", () => {
    const link = "https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a/disks/boot";
    const disk = {
      address: "google_compute_disk.boot",
      before: { self_link: link, size: 10, type: "pd-balanced" },
    };
    const vm = { ...VM, boot_disk: [{ ...BOOT.boot_disk[0], source: link }] };
    expect(google(ADDRESS, vm, [disk]).monthlyCost).toBe("97.09");
    expect(
      google(ADDRESS, { ...vm, boot_disk: [{ ...BOOT.boot_disk[0], source: `${link}2` }] }, [disk])
        .monthlyCost,
    ).toBe("98.09");
  });
});

describe("google_compute_disk", () => {
  test.each([
    [{ type: "pd-standard", size: 500 }, "20"],
    [{ size: 500 }, "20"],
    [{ type: "pd-balanced", size: 100 }, "10"],
    [{ type: "pd-ssd", size: 100 }, "17"],
    [{ type: "pd-extreme", size: 40, provisioned_iops: 5000 }, "330"],
    [{ type: "pd-extreme", size: 40 }, null],
    [{ type: "pd-ssd" }, "17"],
    [{ type: "hyperdisk-balanced", size: 10 }, null],
    [{ type: "pd-ssd", size: 10, zone: "europe-west1-b" }, "1.7"],
    [{ type: "pd-ssd", size: 10, zone: "europe-west9-b" }, null],
  ])("%j costs %s", (values, cost) => {
    expect(google("google_compute_disk.d", values).monthlyCost).toBe(cost);
  });
});

describe("google_compute_snapshot", () => {
  test("is priced by what it stores, which no configuration tells", () => {
    const { lineItems, monthlyCost } = google("google_compute_snapshot.s", {
      zone: "us-central1-a",
      disk_size_gb: 500,
    });
    expect(lineItems).toEqual([
      expect.objectContaining({ monthlyCost: null, unit: "GB-months", unitPrice: "0.065" }),
    ]);
    // As with every resource that is paid by use alone: nothing is certain, and the line says what it depends on.
    expect(monthlyCost).toBe("0");
  });
});

describe("google_compute_instance_group_manager", () => {
  const LINK = "https://www.googleapis.com/compute/v1/projects/p/global/instanceTemplates/t-1";
  const TEMPLATE: ResourceInput = {
    address: "google_compute_instance_template.t",
    before: {
      name: "t-1",
      self_link: LINK,
      machine_type: "n2-standard-2",
      disk: [
        { boot: true, disk_size_gb: 20, disk_type: "pd-balanced", source_image: "debian-12" },
        { type: "SCRATCH", disk_size_gb: 375, disk_type: "local-ssd" },
      ],
    },
  };
  const MANAGER = { zone: "us-central1-a", target_size: 3, version: [{ instance_template: LINK }] };

  test("its size times its template: 3 x (730 x 0.0971 x 0.8 + 2 + 30)", () => {
    expect(google("google_compute_instance_group_manager.m", MANAGER, [TEMPLATE]).monthlyCost).toBe(
      "266.1192",
    );
  });

  test("a regional one too", () => {
    const regional = { ...MANAGER, zone: null, region: "us-central1" };
    expect(google("google_compute_region_instance_group_manager.m", regional, [TEMPLATE]).monthlyCost).toBe(
      "266.1192",
    );
  });

  test.each([
    [
      "an unknown size",
      { ...MANAGER, target_size: null },
      "the size of the group is not known; prices are per machine",
    ],
    [
      "a template that is elsewhere",
      { ...MANAGER, version: [{ instance_template: "other" }] },
      "instance template: other is not in this plan",
    ],
    [
      "several versions",
      { ...MANAGER, version: [{}, {}] },
      "how the machines divide among several versions is not known",
    ],
  ])("%s has no known cost", (_, values, reason) => {
    const estimate = google("google_compute_instance_group_manager.m", values, [TEMPLATE]);
    expect(estimate).toMatchObject({ monthlyCost: null, unpriced: reason });
  });
});

describe("google_compute_address", () => {
  test.each([
    [{ users: ["vm"] }, "3.65"],
    [{ users: [] }, "7.3"],
    [{}, null],
    [{ address_type: "INTERNAL" }, "0"],
  ])("%j costs %s", (values, cost) => {
    expect(google("google_compute_address.a", values).monthlyCost).toBe(cost);
  });
});

test("a new address that a machine refers to is in use", () => {
  const address = "google_compute_address.a";
  const plan = planOf(
    { address, after: { name: "a" }, unknown: { users: true }, region: "us-central1" },
    {
      address: "google_compute_instance.vm",
      after: VM,
      references: { "network_interface[0].access_config[0].nat_ip": [address] },
    },
  );
  expect(priceResource(plan, "after", { address })?.monthlyCost).toBe("3.65");
});

describe("google_sql_database_instance", () => {
  const sql = (settings: JsonObject, rest: JsonObject = {}) =>
    google("google_sql_database_instance.db", {
      database_version: "POSTGRES_15",
      settings: [settings],
      ...rest,
    });

  test.each([
    [
      "4 vCPU, 15 GB: 730 x (4 x 0.0413 + 15 x 0.007) + 100 x 0.17",
      { tier: "db-custom-4-15360", disk_size: 100 },
      "214.246",
    ],
    [
      "regional: twice",
      { tier: "db-custom-4-15360", disk_size: 100, availability_type: "REGIONAL" },
      "428.492",
    ],
    ["without a size: 10 GB", { tier: "db-f1-micro" }, "9.365"],
    [
      "stopped: storage only",
      { tier: "db-custom-4-15360", disk_size: 100, activation_policy: "NEVER" },
      "17",
    ],
  ])("%s", (_, settings, cost) => {
    expect(sql(settings).monthlyCost).toBe(cost);
  });

  test.each([
    [{ tier: "db-perf-optimized-N-2", edition: "ENTERPRISE_PLUS" }, {}],
    [{ tier: "db-custom-4-15360" }, { database_version: "SQLSERVER_2019_WEB" }],
    [{ tier: "db-custom-4-15360", disk_type: "PD_HDD" }, {}],
    [{ tier: "db-n1-standard-1" }, {}],
    [{ tier: "db-custom-4-15360" }, { region: "europe-west1" }],
    [{}, {}],
  ])("%j %j has no known cost", (settings, rest) => {
    expect(sql(settings, rest).monthlyCost).toBeNull();
  });
});
