import { describe, expect, test } from "vitest";
import { machinesWithGpus, machineWithGpus, machineWithGpusNamed } from "./gcp-attached-gpu.ts";
import { machineWithGpusHourlyPrice } from "./gpu-price.ts";

describe("GPUs attached to Compute Engine machines", () => {
  test("are one shape with the machine", () => {
    const found = machineWithGpus("n1-standard-8", { type: "nvidia-tesla-t4", count: 2 });
    expect(found?.machine).toMatchObject({
      name: "n1-standard-8 with 2 nvidia-tesla-t4",
      family: "n1",
      vcpu: 8,
      memoryGib: 30,
      gpu: { name: "t4", count: 2, memoryGib: 16 },
    });
    expect(machineWithGpus("custom-6-20480", { type: "nvidia-tesla-v100", count: 1 })?.machine.vcpu).toBe(6);
  });

  test.each([
    ["n1-standard-16", "nvidia-tesla-v100", 1, "more vCPUs than one V100 may have"],
    ["n1-highmem-16", "nvidia-tesla-v100", 1, "more memory than one V100 may have"],
    ["n1-standard-8", "nvidia-tesla-t4", 3, "a number that is none of its configurations"],
    ["n2-standard-8", "nvidia-tesla-t4", 1, "another family"],
    ["n1-standard-8", "nvidia-tesla-t4-vws", 1, "a GPU with a licence of its own"],
    ["f1-micro", "nvidia-tesla-t4", 1, "a shared core"],
  ])("%s with %s × %d is none: %s", (base, type, count) => {
    expect(machineWithGpus(base, { type, count })).toBeUndefined();
  });

  test("cost what the machine and the GPUs cost, and nothing where one of the two has no price", () => {
    const two = machineWithGpus("n1-standard-8", { type: "nvidia-tesla-t4", count: 2 });
    // 0.38 + 2 × 0.35.
    expect(two && machineWithGpusHourlyPrice(two, "us-central1")).toEqual({ kind: "known", value: "1.08" });
    expect(two && machineWithGpusHourlyPrice(two, "europe-west9").kind).toBe("unknown");
  });

  test("are found again by the name that they have together", () => {
    const two = machineWithGpus("custom-6-20480", { type: "nvidia-tesla-t4", count: 2 });
    expect(machineWithGpusNamed(two?.machine.name ?? "")).toEqual(two);
    expect(machineWithGpusNamed("n1-standard-8")).toBeUndefined();
  });

  test("all that can be made are listed, once each", () => {
    const names = machinesWithGpus().map(({ machine }) => machine.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("n1-standard-4 with 1 nvidia-tesla-p100");
    expect(names.some((name) => name.startsWith("n2-"))).toBe(false);
  });
});
