import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { priceResource } from "./price-plan.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

const address = "google_compute_disk.data";
const DISK = { type: "pd-ssd", zone: "us-central1-a" };

function diskOf(disk: Omit<ResourceInput, "address">, ...others: readonly ResourceInput[]) {
  const plan = planOf({ address, after: DISK, ...disk }, ...others);
  return priceResource(plan, "after", { address })!;
}

const LINK = { unknown: { self_link: true } };
const image = (name: string, after: JsonObject): ResourceInput => ({
  address: `google_compute_image.${name}`,
  after,
  ...LINK,
});

describe("the size of a disk that is yet to be made", () => {
  test("is Compute Engine's own where the configuration names none and no source: 100 x 0.17", () => {
    expect(diskOf({ unknown: { size: true } }).monthlyCost).toBe("17");
  });

  test("is its image's, which this plan makes: 30 x 0.17", () => {
    const made = {
      unknown: { size: true, image: true },
      references: { image: ["google_compute_image.golden"] },
    };
    const others = [image("golden", { disk_size_gb: 30 }), image("other", { disk_size_gb: 80 })];
    expect(diskOf(made, ...others).monthlyCost).toBe("5.1");
  });

  test.each([
    ["another resource tells it after the apply", { references: { size: ["terraform_data.size"] } }],
    ["what it is made from is not known", { unknown: { size: true, snapshot: true } }],
    ["its image is none of this plan's", { after: { ...DISK, image: "debian-cloud/debian-12" } }],
    ["its type has no size of its own", { after: { ...DISK, type: "constructor" } }],
  ])("is not known where %s", (_, disk) => {
    expect(diskOf({ unknown: { size: true }, ...disk }).monthlyCost).toBeNull();
  });

  test("is not known where images are made from each other, and that is soon found", () => {
    const round = [
      { address: "google_compute_image.a", after: { self_link: "images/a", source_image: "images/b" } },
      { address: "google_compute_image.b", after: { self_link: "images/b", source_image: "images/a" } },
    ];
    expect(diskOf({ after: { ...DISK, image: "images/a" } }, ...round).monthlyCost).toBeNull();
  });
});
