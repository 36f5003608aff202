import type { JsonObject, JsonValue } from "@apex/core";
import { describe, expect, test } from "vitest";
import { only, profile, reasonOf, recommended, resource, run, series } from "../testing/builders.ts";

const TEMPLATE = resource("aws_launch_template", "lt-1", {
  name: "workers",
  instance_type: "m5.large",
  block_device_mappings: [],
});

function mixed(overrides: readonly JsonObject[], distribution: JsonObject = {}) {
  const policy: JsonValue = {
    launch_template: [
      {
        launch_template_specification: [{ launch_template_id: "lt-1", version: "$Latest" }],
        override: [...overrides],
      },
    ],
    instances_distribution: [distribution],
  };
  return resource("aws_autoscaling_group", "workers", {
    name: "workers",
    min_size: 8,
    max_size: 24,
    desired_capacity: 8,
    launch_template: [],
    mixed_instances_policy: [policy],
  });
}

const SAME_SIZE = [{ instance_type: "c5.2xlarge" }, { instance_type: "c5a.2xlarge" }];

const quiet = [
  profile(
    "workers",
    series("cpu_percent", 15),
    series("memory_used_percent", 30),
    series("asg_in_service_instances", 8),
  ),
];

describe("groups with a mixed instances policy", () => {
  const floor = { policy: only("asg-floor") };

  test("types of one size are counted like one, at the price of the cheapest", async () => {
    const found = recommended(await run([mixed(SAME_SIZE), TEMPLATE], quiet, floor), "asg-floor");
    expect(found.to).toBe("3 to 24 instances");
    // 5 × 0.308 of c5a.2xlarge, not 0.34.
    expect(found.monthlySavings.list).toBe("1124.2");
  });

  test("without a list the template's type is what runs", async () => {
    const found = recommended(await run([mixed([]), TEMPLATE], quiet, floor), "asg-floor");
    expect(found.monthlySavings.list).toBe("350.4");
  });

  test.each<[string, readonly JsonObject[], JsonObject, string]>([
    [
      "spot above the base",
      SAME_SIZE,
      { on_demand_percentage_above_base_capacity: 30 },
      "70 % of what it has",
    ],
    ["weights", [{ instance_type: "c5.2xlarge", weighted_capacity: "2" }], {}, "counted in weights"],
    [
      "sizes that differ",
      [{ instance_type: "c5.2xlarge" }, { instance_type: "c5.large" }],
      {},
      "different size",
    ],
    ["requirements", [{ instance_requirements: [{}] }], {}, "by requirements"],
    ["an unknown type", [{ instance_type: "c99.huge" }], {}, "does not know the shape of c99.huge"],
  ])("%s cannot be counted", async (_, overrides, distribution, reason) => {
    const analysis = await run([mixed(overrides, distribution), TEMPLATE], quiet, floor);
    expect(reasonOf(analysis, "asg-floor")).toContain(reason);
  });

  test("which types it lists is no matter of size", async () => {
    const analysis = await run([mixed(SAME_SIZE), TEMPLATE], quiet, { policy: only("asg-resize") });
    expect(reasonOf(analysis, "asg-resize")).toContain("lists its types");
    const generation = await run([mixed(SAME_SIZE), TEMPLATE], quiet, { policy: only("ec2-generation") });
    expect(generation.recommendations).toEqual([]);
  });

  test("the volumes of its template count for the instances that weights leave at least", async () => {
    const template = resource("aws_launch_template", "lt-1", {
      name: "workers",
      instance_type: "m5.large",
      block_device_mappings: [
        { device_name: "/dev/xvda", ebs: [{ volume_type: "gp2", volume_size: 100, iops: 0, throughput: 0 }] },
      ],
    });
    const weighted = mixed([
      { instance_type: "m5.large", weighted_capacity: "1" },
      { instance_type: "m5.xlarge", weighted_capacity: "2" },
    ]);
    const found = recommended(
      await run([weighted, template], [], { policy: only("ebs-gp2-to-gp3") }),
      "ebs-gp2-to-gp3",
    );
    expect(found.evidence.notes.join()).toContain("Counted for 4 instances");
  });
});
