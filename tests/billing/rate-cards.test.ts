import { PUBLISHED_RATE_CARDS } from "@apex/billing";
import { machineHourlyPrice, machineType } from "@apex/catalog";
import { addDecimals, decimal, divide, multiply, subtract } from "@apex/core";
import { expect, test } from "vitest";

/** The smallest machine with whole GPUs of a model that the catalogue has a price of. */
const MACHINES = {
  "nvidia-t4": "g4dn.xlarge",
  "nvidia-a10g": "g5.xlarge",
  "nvidia-l4": "g6.xlarge",
  "nvidia-l40s": "g6e.xlarge",
  "nvidia-v100": "p3.2xlarge",
  "nvidia-a100": "p4d.24xlarge",
  "nvidia-h100": "p5.48xlarge",
  "nvidia-h200": "p5en.48xlarge",
  "nvidia-b200": "p6-b200.48xlarge",
};

test("a GPU hour is what its machine costs beyond its vCPUs and memory", () => {
  const { base } = PUBLISHED_RATE_CARDS[0]!;
  expect(Object.keys(base.gpuHour)).toEqual(Object.keys(MACHINES));
  for (const [model, name] of Object.entries(MACHINES)) {
    const machine = machineType("aws", name)!;
    expect(machine.gpu?.name).toBe(model.replace("nvidia-", ""));
    const price = machineHourlyPrice({ provider: "aws", name, region: "us-east-1" });
    if (price.kind !== "known") throw new Error(`${name} has no price`);
    expect(price.value.date).toBe("2026-07-20");
    const rest = addDecimals(
      multiply(base.vcpuHour, decimal(machine.vcpu)),
      multiply(base.gibHour, decimal(machine.memoryGib)),
    );
    const gpus = subtract(price.value.price, rest);
    expect(base.gpuHour[model]).toBe(divide(gpus, decimal(machine.gpu!.count)));
  }
});
