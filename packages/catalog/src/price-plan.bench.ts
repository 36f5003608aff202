import { BENCH_RUNS } from "@apex/core/testing/bench-runs";
import { expect, test } from "vitest";
import { machineHourlyPrice } from "./machine-price.ts";
import { machineType, machineTypes } from "./machine-types.ts";
import { nearestMachineTypes } from "./nearest-machine-types.ts";
import { pricePlan } from "./price-plan.ts";
import { planOf } from "./testing/plan-builder.ts";

/** A fleet of a middle-sized company. */
const INSTANCES = 1000;

const names = machineTypes("aws").map((machine) => machine.name);
const plan = planOf(
  ...Array.from({ length: INSTANCES }, (_, index) => ({
    address: `aws_instance.web[${index}]`,
    before: {
      id: `i-${index}`,
      instance_type: names[index % names.length] ?? "m5.large",
      root_block_device: [{ volume_type: "gp3", volume_size: 50 }],
    },
  })),
);

test("look-ups", async ({ bench }) => {
  await bench("machine type", () => {
    expect(machineType("aws", "m5.large")?.vcpu).toBe(2);
  }).run(BENCH_RUNS);
  await bench("hourly price", () => {
    machineHourlyPrice({ provider: "aws", name: "m5.large", region: "us-east-1" });
  }).run(BENCH_RUNS);
  await bench("nearest names of a misspelt one", () => {
    nearestMachineTypes("aws", "m5.lagre");
  }).run(BENCH_RUNS);
});

test("the price of a plan of 1,000 instances", async ({ bench }) => {
  await bench("price one side", () => {
    expect(pricePlan(plan, "after").resources).toHaveLength(INSTANCES);
  }).run(BENCH_RUNS);
});
