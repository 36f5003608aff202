import { describe, expect, test } from "vitest";
import { pricePlan } from "./price-plan.ts";
import { planOf } from "./testing/plan-builder.ts";

describe("aws_instance", () => {
  test("a machine and its volumes, by hand: 730 x 0.096 + 50 x 0.08 + 1000 x 0.005 + 100 x 0.10", () => {
    const plan = planOf({
      address: "aws_instance.web",
      before: {
        instance_type: "m5.large",
        root_block_device: [{ volume_type: "gp3", volume_size: 50, iops: 4000, throughput: 125 }],
        ebs_block_device: [{ device_name: "/dev/sdf", volume_type: "gp2", volume_size: 100 }],
      },
    });
    const estimate = pricePlan(plan, "after");
    expect(
      estimate.resources[0]?.lineItems.map((item) => [item.name, item.quantity, item.monthlyCost]),
    ).toEqual([
      ["Instance usage (Linux, on-demand, m5.large)", "730", "70.08"],
      ["Root volume: storage (general purpose SSD, gp3)", "50", "4"],
      ["Root volume: provisioned IOPS above 3,000", "1000", "5"],
      ["Volume /dev/sdf: storage (general purpose SSD, gp2)", "100", "10"],
    ]);
    expect(estimate.total).toBe("89.08");
    expect(estimate.resources[0]).not.toHaveProperty("unpriced");
  });
});
