import { describe, expect, test } from "vitest";
import { machineHourlyPrice } from "./machine-price.ts";
import { machineType, machineTypes } from "./machine-types.ts";
import { nearestMachineTypes } from "./nearest-machine-types.ts";

function price(name: string, region: string, operatingSystem?: "linux" | "windows" | "rhel") {
  const provider = region.includes("central1") ? "gcp" : "aws";
  return machineHourlyPrice({ provider, name, region, ...(operatingSystem ? { operatingSystem } : {}) });
}

describe("machineHourlyPrice", () => {
  test.each([
    ["m5.large", "us-east-1", "0.096", "2026-07-20"],
    ["t3.micro", "us-east-1", "0.0104", "2026-07-20"],
    ["p4d.24xlarge", "us-east-1", "21.957642", "2026-07-20"],
    ["m5.large", "eu-west-1", "0.107", "2022-05-22"],
    ["g5.xlarge", "us-east-1", "1.006", "2026-07-20"],
    ["e2-micro", "us-central1", "0.008376", "2023-08-06"],
    ["n1-standard-4", "us-central1", "0.19", "2026-06-23"],
    ["a2-highgpu-1g", "us-central1", "3.673385", "2026-06-23"],
  ])("%s in %s is %s, as of %s", (name, region, usd, date) => {
    expect(price(name, region)).toMatchObject({ kind: "known", value: { price: usd, date } });
  });

  test.each([
    ["m7i.large", "eu-west-1", "no on-demand price of m7i.large in eu-west-1"],
    ["m5.large", "ap-south-1", "no machine prices for the region ap-south-1"],
    ["m5.huge", "us-east-1", "the catalogue does not know the machine type m5.huge"],
    ["mac1.metal", "us-east-1", "no on-demand price of mac1.metal in us-east-1"],
    ["c3-standard-4-lssd", "us-central1", "no on-demand price of c3-standard-4-lssd in us-central1"],
    ["n1-ultramem-40", "us-central1", "no on-demand price of n1-ultramem-40 in us-central1"],
    ["a3-highgpu-8g", "us-central1", "no on-demand price of a3-highgpu-8g in us-central1"],
    ["n4-custom-4-16384", "us-central1", "no on-demand price of n4-custom-4-16384 in us-central1"],
    [
      "stand-in-insecure-value-0f3a9c21",
      "us-east-1",
      "the machine type is read from outside of the configuration and known only with the cloud",
    ],
    ["__proto__", "us-east-1", "the catalogue does not know the machine type __proto__"],
    ["m5.large", "", "no machine prices for the region "],
  ])("%s in %s is unknown, never guessed", (name, region, reason) => {
    expect(price(name, region)).toEqual({ kind: "unknown", reason });
  });

  test("Windows adds 0.046 per vCPU-hour, where that rate holds", () => {
    expect(price("m5.large", "us-east-1", "windows")).toMatchObject({ value: { price: "0.188" } });
    expect(price("g4dn.xlarge", "us-east-1", "windows")).toMatchObject({ value: { price: "0.71" } });
    for (const name of ["t3.large", "m3.large", "m6g.large", "inf1.xlarge"]) {
      expect(price(name, "us-east-1", "windows").kind).toBe("unknown");
    }
  });

  test("RHEL adds its rate per vCPU, which is not known between 8 and 32 vCPU", () => {
    expect(price("m5.large", "us-east-1", "rhel")).toMatchObject({ value: { price: "0.1248" } });
    expect(price("m5.24xlarge", "us-east-1", "rhel")).toMatchObject({ value: { price: "5.6448" } });
    expect(price("m5.4xlarge", "us-east-1", "rhel").kind).toBe("unknown");
    expect(price("m6i.32xlarge", "us-east-1", "rhel").kind).toBe("unknown");
    expect(price("e2-micro", "us-central1", "rhel").kind).toBe("unknown");
  });
});

describe("machineType", () => {
  test("holds the shape of an ordinary machine", () => {
    expect(machineType("aws", "m5.large")).toEqual({
      provider: "aws",
      name: "m5.large",
      family: "m5",
      size: "large",
      vcpu: 2,
      memoryGib: 8,
      architecture: "amd64",
      networkBaselineMbps: 750,
      networkPeakMbps: 10000,
      ebsBaselineMbps: 650,
      ebsMaxMbps: 4750,
      ebsBaselineIops: 3600,
      ebsMaxIops: 18750,
      localNvmeGb: 0,
      isBurstable: false,
      isFlex: false,
      isCurrentGeneration: false,
      supersededBy: "m6i.large",
      coremark: 28470,
      hypervisor: "nitro",
      cpuManufacturer: "intel",
    });
  });

  test("a burstable machine has credits and no CoreMark", () => {
    const micro = machineType("aws", "t3.micro");
    expect(micro).toMatchObject({ isBurstable: true, cpuCreditsPerHour: 12, baselineVcpu: 0.2 });
    expect(micro).not.toHaveProperty("coremark");
    expect(machineType("aws", "t4g.large")?.cpuCreditsPerHour).toBe(36);
    expect(machineType("gcp", "e2-micro")).toMatchObject({ isBurstable: true, baselineVcpu: 0.25, vcpu: 2 });
    expect(machineType("gcp", "f1-micro")?.baselineVcpu).toBe(0.2);
  });

  test("GPUs, parts of GPUs and other accelerators are told apart", () => {
    expect(machineType("aws", "p5.48xlarge")?.gpu).toEqual({ name: "h100", count: 8, memoryGib: 80 });
    expect(machineType("aws", "p3.2xlarge")?.gpu).toEqual({ name: "v100", count: 1, memoryGib: 16 });
    expect(machineType("aws", "g6f.large")?.gpu).toEqual({
      name: "l4",
      count: 1,
      memoryGib: 2.79,
      share: 0.125,
    });
    expect(machineType("gcp", "g4-standard-6")?.gpu).toEqual({
      name: "rtx6000",
      count: 1,
      memoryGib: 12,
      share: 0.125,
    });
    expect(machineType("aws", "dl2q.24xlarge")).not.toHaveProperty("gpu");
    expect(machineType("aws", "inf1.xlarge")?.accelerator).toEqual({ name: "inferentia", count: 1 });
    expect(machineType("gcp", "ct5lp-hightpu-1t")).toMatchObject({
      accelerator: { name: "ct5lp", count: 1 },
    });
  });

  test("EBS throughput is told apart in what is sustained and what is reached in bursts", () => {
    expect(machineType("aws", "t3.micro")).toMatchObject({ ebsBaselineMbps: 87, ebsMaxMbps: 2085 });
    // Baseline and maximum IOPS are equal: it does not burst.
    expect(machineType("aws", "c5.18xlarge")).toMatchObject({ ebsBaselineMbps: 19_000, ebsMaxMbps: 19_000 });
  });

  test("Apple silicon is arm64", () => {
    expect(machineType("aws", "mac2.metal")?.architecture).toBe("arm64");
    expect(machineType("aws", "mac1.metal")?.architecture).toBe("amd64");
  });

  test("a type whose shape is not known, and one that does not exist, are undefined", () => {
    expect(machineType("aws", "p2.xlarge")).toBeUndefined();
    expect(machineType("aws", "m5.gigantic")).toBeUndefined();
    expect(machineType("gcp", "constructor")).toBeUndefined();
  });

  test("custom Compute Engine types are read from their names", () => {
    expect(machineType("gcp", "n2-custom-4-16384")).toMatchObject({ family: "n2", vcpu: 4, memoryGib: 16 });
    expect(machineType("gcp", "custom-2-4096")).toMatchObject({ family: "n1", vcpu: 2, memoryGib: 4 });
    expect(machineType("gcp", "n2-custom-4-1000")).toBeUndefined();
    expect(machineType("gcp", "q9-custom-4-16384")).toBeUndefined();
  });

  test("every listed shape is sound", () => {
    const all = [...machineTypes("aws"), ...machineTypes("gcp")];
    expect(all.length).toBe(1377 + 568);
    const unsound = all.filter((machine) => {
      const { vcpu, memoryGib, networkBaselineMbps = 0, networkPeakMbps = Infinity } = machine;
      const { ebsBaselineIops = 0, ebsMaxIops = Infinity } = machine;
      const hasBadNumber = Object.values(machine).some((value) => Number.isNaN(value));
      const isEmpty = vcpu <= 0 || memoryGib <= 0;
      return hasBadNumber || isEmpty || networkPeakMbps < networkBaselineMbps || ebsMaxIops < ebsBaselineIops;
    });
    expect(unsound).toEqual([]);
  });
});

describe("nearestMachineTypes", () => {
  test.each([
    ["aws", "t3.micr", "t3.micro"],
    ["aws", "M5.LARGE", "m5.large"],
    ["aws", "m5.xlagre", "m5.xlarge"],
    ["gcp", "n2-standard4", "n2-standard-4"],
    ["gcp", "n2_standard_4", "n2-standard-4"],
  ] as const)("%s %s → %s", (provider, misspelt, expected) => {
    expect(nearestMachineTypes(provider, misspelt)[0]).toBe(expected);
  });

  test("text that is near nothing gets no suggestion", () => {
    expect(nearestMachineTypes("aws", "banana-split-machine")).toEqual([]);
    expect(nearestMachineTypes("aws", "")).toEqual([]);
    expect(nearestMachineTypes("aws", "m".repeat(100_000))).toEqual([]);
  });
});
