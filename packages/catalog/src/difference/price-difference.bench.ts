import { BENCH_RUNS } from "@apex/core/testing/bench-runs";
import { expect, test } from "vitest";
import { machineTypes } from "../machine-types.ts";
import { pricePlan } from "../price-plan.ts";
import { planOf } from "../testing/plan-builder.ts";
import { priceDifference } from "./price-difference.ts";

/** A fleet of a middle-sized company. */
const INSTANCES = 1000;

/** One machine in so many changes its type and a volume. */
const ONE_CHANGES_IN = 10;

const names = machineTypes("aws").map((machine) => machine.name);

function fleet(isHead: boolean) {
  return planOf(
    ...Array.from({ length: INSTANCES }, (_, index) => {
      const isChanged = isHead && index % ONE_CHANGES_IN === 0;
      const volume = (size: number) => ({
        device_name: `/dev/sd${size}`,
        volume_type: "gp3",
        volume_size: size,
      });
      return {
        address: `module.fleet["${index % 7}"].aws_instance.web[${index}]`,
        before: null,
        after: {
          instance_type: names[(index + (isChanged ? 1 : 0)) % names.length] ?? "m5.large",
          root_block_device: [volume(isChanged ? 100 : 50)],
          ebs_block_device: [volume(20)],
          tags: { Name: `web-${index}` },
        },
      };
    }),
  );
}

const [base, head] = [fleet(false), fleet(true)];

test("the difference between two plans of 1,000 instances", async ({ bench }) => {
  await bench("price both sides alone: the limit is twice this", () => {
    expect(pricePlan(base, "after").resources).toHaveLength(INSTANCES);
    expect(pricePlan(head, "after").resources).toHaveLength(INSTANCES);
  }).run(BENCH_RUNS);
  await bench("price both sides and compare them", () => {
    const { resources } = priceDifference({ base, head });
    expect(resources.filter(({ kind }) => kind === "changed")).toHaveLength(INSTANCES / ONE_CHANGES_IN);
  }).run(BENCH_RUNS);
});
