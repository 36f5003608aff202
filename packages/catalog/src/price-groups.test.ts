import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { pricePlan, priceResource } from "./price-plan.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

const ROOT = { device_name: "/dev/xvda", ebs: [{ volume_size: 20, volume_type: "gp3" }] };
const TEMPLATE = {
  id: "lt-1",
  name: "workers",
  latest_version: 7,
  default_version: 7,
  instance_type: "c5.large",
  block_device_mappings: [ROOT],
};
const GROUP = {
  desired_capacity: 4,
  min_size: 2,
  launch_template: [{ id: "lt-1", version: "$Latest" }],
};

const ADDRESS = "aws_autoscaling_group.workers";

function group(values: JsonObject, template: JsonObject = TEMPLATE) {
  const plan = planOf(
    { address: "aws_launch_template.workers", before: template },
    { address: ADDRESS, before: values },
  );
  return priceResource(plan, "before", { address: ADDRESS })!;
}

describe("aws_autoscaling_group", () => {
  test("its machines with their volumes: 4 x 730 x 0.085 + 4 x 20 x 0.08", () => {
    const estimate = group(GROUP);
    expect(estimate.monthlyCost).toBe("254.6");
    expect(estimate.lineItems.map((item) => [item.quantity, item.unit, item.monthlyCost])).toEqual([
      ["2920", "hours", "248.2"],
      ["80", "GB-months", "6.4"],
    ]);
    expect(estimate).not.toHaveProperty("unpriced");
  });

  test.each([
    [{ max_size: 2, min_size: 0 }, "127.3"],
    [{ max_size: 10, min_size: 6 }, "381.9"],
    [{ max_size: 10, min_size: 0 }, "254.6"],
  ])("a desired capacity outside of %j is brought inside, as AWS does", (bounds, cost) => {
    expect(group({ ...GROUP, ...bounds }).monthlyCost).toBe(cost);
  });

  test("the licence of its operating system: 4 x (730 x (0.085 + 2 x 0.046) + 1.60)", () => {
    const plan = planOf(
      { address: "aws_launch_template.workers", before: TEMPLATE },
      { address: ADDRESS, before: GROUP },
    );
    const options = { operatingSystems: { [ADDRESS]: "windows" } } as const;
    expect(pricePlan(plan, "before", options).total).toBe("523.24");
  });

  test("a launch template is free by itself", () => {
    const plan = planOf({ address: "aws_launch_template.workers", before: TEMPLATE });
    expect(pricePlan(plan, "before").resources[0]).toMatchObject({ monthlyCost: "0", lineItems: [] });
  });

  test("found by name as well", () => {
    expect(group({ ...GROUP, launch_template: [{ name: "workers", version: "7" }] }).monthlyCost).toBe(
      "254.6",
    );
  });

  test("the minimum counts when no desired capacity is set; none is free", () => {
    expect(group({ min_size: 2, launch_template: GROUP.launch_template }).monthlyCost).toBe("127.3");
    expect(group({ ...GROUP, min_size: 0, desired_capacity: 0 }).monthlyCost).toBe("0");
  });

  test("of an unknown size, the price of one machine is shown and no cost", () => {
    const estimate = group({ launch_template: GROUP.launch_template });
    expect(estimate.monthlyCost).toBeNull();
    expect(estimate.unpriced).toBe("the size of the group is not known; prices are per machine");
    expect(estimate.lineItems[0]).toMatchObject({ quantity: null, unitPrice: "0.085", monthlyCost: null });
  });

  test("a desired capacity that is about to change is not replaced by the minimum", () => {
    const after = { min_size: 2, launch_template: GROUP.launch_template };
    const plan = planOf(
      { address: "aws_launch_template.workers", before: TEMPLATE },
      { address: ADDRESS, before: GROUP, after, unknown: { desired_capacity: true } },
    );
    expect(priceResource(plan, "after", { address: ADDRESS })).toMatchObject({
      monthlyCost: null,
      unpriced: "the desired capacity is known only after apply; prices are per machine",
    });
  });

  test("a version that the plan does not show has no known cost", () => {
    const pinned = { ...GROUP, launch_template: [{ id: "lt-1", version: "3" }] };
    expect(group(pinned)).toMatchObject({
      monthlyCost: null,
      unpriced: "version 3 of aws_launch_template.workers is not in this plan",
    });
    expect(group({ ...GROUP, launch_template: [{ id: "lt-9" }] }).unpriced).toBe(
      "launch template: lt-9 is not in this plan",
    );
  });

  describe("after a change of the template", () => {
    const change: ResourceInput = {
      address: "aws_launch_template.workers",
      before: TEMPLATE,
      after: { ...TEMPLATE, instance_type: "c5.xlarge", latest_version: null },
      unknown: { latest_version: true },
    };
    const costs = (version: string | null, unknown = {}) => {
      const before = { ...GROUP, launch_template: [{ id: "lt-1", version: version ?? "7" }] };
      const after = { ...GROUP, launch_template: [{ id: "lt-1", version }] };
      const plan = planOf(change, { address: ADDRESS, before, after, unknown });
      return (["before", "after"] as const).map(
        (side) => priceResource(plan, side, { address: ADDRESS })?.monthlyCost,
      );
    };

    test("$Latest and a version known after apply move on", () => {
      expect(costs("$Latest")).toEqual(["254.6", "502.8"]);
      expect(costs(null, { launch_template: [{ version: true }] })).toEqual(["254.6", "502.8"]);
    });

    test("$Default and a pinned number stay where they are", () => {
      expect(costs("$Default")).toEqual(["254.6", "254.6"]);
      const before = { ...GROUP, launch_template: [{ id: "lt-1" }] };
      const unsaid = planOf(change, { address: ADDRESS, before });
      expect(priceResource(unsaid, "after", { address: ADDRESS })?.monthlyCost).toBe("254.6");
      expect(costs("7")).toEqual(["254.6", "254.6"]);
      expect(costs("5")).toEqual([null, null]);
    });
  });

  describe("when nothing exists yet", () => {
    const template = (name: string, instance_type: string): ResourceInput => ({
      address: `aws_launch_template.${name}`,
      after: { instance_type, block_device_mappings: [ROOT] },
      unknown: { id: true, latest_version: true, default_version: true },
    });
    const workers = (references?: Record<string, readonly string[]>): ResourceInput => ({
      address: ADDRESS,
      after: { desired_capacity: 1, launch_template: [{ version: "$Latest" }] },
      unknown: { launch_template: [{ id: true }] },
      ...(references === undefined ? {} : { references }),
    });

    test("the only template that an unknown id can mean is meant", () => {
      const plan = planOf(template("a", "c5.large"), workers());
      expect(priceResource(plan, "after", { address: ADDRESS })?.monthlyCost).toBe("63.65");
    });

    test("among several, the one that the configuration names; else none", () => {
      const both = [template("a", "c5.large"), template("b", "c5.xlarge")];
      expect(priceResource(planOf(...both, workers()), "after", { address: ADDRESS })).toMatchObject({
        monthlyCost: null,
        unpriced: "launch template: which aws_launch_template is meant is known only after apply",
      });
      const named = workers({ "launch_template[0].id": ["aws_launch_template.b"] });
      expect(priceResource(planOf(...both, named), "after", { address: ADDRESS })?.monthlyCost).toBe("125.7");
    });

    test("the instance of the same key, when both have several", () => {
      const each = (key: string, type: string): readonly ResourceInput[] => [
        { ...template("a", type), address: `aws_launch_template.a["${key}"]` },
        {
          ...workers({ "launch_template[0].id": ["aws_launch_template.a"] }),
          address: `aws_autoscaling_group.g["${key}"]`,
        },
      ];
      const plan = planOf(...each("x", "c5.large"), ...each("y", "c5.xlarge"));
      expect(pricePlan(plan, "after").resources.map((resource) => resource.monthlyCost)).toEqual([
        "0",
        "63.65",
        "0",
        "125.7",
      ]);
    });
  });

  test("a launch configuration pays for detailed monitoring unless told otherwise: 2 x (62.05 + 0.80 + 2.10)", () => {
    const configuration = {
      name: "lc-1",
      instance_type: "c5.large",
      root_block_device: [{ volume_size: 10, volume_type: "gp3" }],
    };
    const cost = (values: JsonObject) => {
      const plan = planOf(
        { address: "aws_launch_configuration.a", before: values },
        { address: ADDRESS, before: { desired_capacity: 2, launch_configuration: "lc-1" } },
      );
      return priceResource(plan, "before", { address: ADDRESS })!;
    };
    expect(cost(configuration).monthlyCost).toBe("129.9");
    expect(cost({ ...configuration, enable_monitoring: false }).monthlyCost).toBe("125.7");
    expect(cost({ ...configuration, spot_price: "0.03" })).toMatchObject({
      monthlyCost: null,
      unpriced: "the spot price of c5.large is not known",
    });
  });

  describe("mixed instances policy", () => {
    const mixed = (override: readonly JsonObject[], instances_distribution: readonly JsonObject[] = []) => ({
      desired_capacity: 10,
      mixed_instances_policy: [
        {
          launch_template: [{ launch_template_specification: [{ launch_template_id: "lt-1" }], override }],
          instances_distribution,
        },
      ],
    });

    test("without overrides, or with one, the machines are known: 10 x 63.65, 5 x 125.70", () => {
      expect(group(mixed([])).monthlyCost).toBe("636.5");
      expect(group(mixed([{ instance_type: "c5.xlarge", weighted_capacity: "2" }])).monthlyCost).toBe(
        "628.5",
      );
    });

    test("among several types the first is bought on demand, or the cheapest; what is spot is not known", () => {
      const types = [{ instance_type: "c5.large" }, { instance_type: "c5a.large" }];
      expect(group(mixed(types)).monthlyCost).toBe("636.5");
      const cheapest = [{ on_demand_allocation_strategy: "lowest-price" }];
      expect(group(mixed(types, cheapest)).monthlyCost).toBe("578.1");
      expect(group(mixed(types, [{ on_demand_percentage_above_base_capacity: 0 }]))).toMatchObject({
        monthlyCost: null,
        unpriced: "the spot prices of c5.large, c5a.large are not known",
      });
      expect(group(mixed([{ instance_requirements: [{}] }]))).toMatchObject({
        monthlyCost: null,
        unpriced: "which instance types fit the requirements of the group is decided by EC2",
      });
    });

    test("the on-demand part is shown, the spot part is not known", () => {
      const distribution = [{ on_demand_base_capacity: 2, on_demand_percentage_above_base_capacity: 25 }];
      const estimate = group(mixed([], distribution));
      expect(estimate.monthlyCost).toBeNull();
      expect(estimate.unpriced).toBe("the spot price of c5.large is not known");
      expect(estimate.lineItems[0]).toMatchObject({ quantity: "2920", monthlyCost: "248.2" });
    });
  });
});

describe("aws_instance from a launch template", () => {
  test("takes the type and the volumes that it does not name itself: 62.05 + 20 x 0.08", () => {
    const plan = planOf(
      { address: "aws_launch_template.workers", before: TEMPLATE },
      { address: "aws_instance.a", before: { launch_template: [{ id: "lt-1", version: "$Latest" }] } },
    );
    expect(priceResource(plan, "before", { address: "aws_instance.a" })?.monthlyCost).toBe("63.65");
  });
});
