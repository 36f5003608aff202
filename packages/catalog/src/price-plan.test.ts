import type { JsonObject } from "@apex/core";
import { describe, expect, test } from "vitest";
import { pricePlan, priceResource } from "./price-plan.ts";
import { planOf, type ResourceInput } from "./testing/plan-builder.ts";

/** The estimate of one existing resource, as "name: quantity unit x price = cost" lines. */
function priced(address: string, before: JsonObject, others: readonly ResourceInput[] = []) {
  const estimate = priceResource(planOf({ address, before }, ...others), "before", { address })!;
  return {
    cost: estimate.monthlyCost,
    items: estimate.lineItems.map(
      (item) =>
        `${item.name}: ${item.quantity ?? "?"} ${item.unit} x ${item.unitPrice} = ${item.monthlyCost ?? "?"}`,
    ),
    unpriced: estimate.unpriced,
  };
}

const GP3_ROOT = { root_block_device: [{ volume_type: "gp3", volume_size: 20 }] };

describe("aws_instance", () => {
  test("a machine and its volumes: 730 x 0.096 + 50 x 0.08 + 1000 x 0.005 + 100 x 0.10", () => {
    expect(
      priced("aws_instance.web", {
        instance_type: "m5.large",
        root_block_device: [{ volume_type: "gp3", volume_size: 50, iops: 4000, throughput: 125 }],
        ebs_block_device: [{ device_name: "/dev/sdf", volume_type: "gp2", volume_size: 100 }],
      }),
    ).toEqual({
      cost: "89.08",
      items: [
        "Instance usage (Linux, on-demand, m5.large): 730 hours x 0.096 = 70.08",
        "Root volume: storage (general purpose SSD, gp3): 50 GB-months x 0.08 = 4",
        "Root volume: provisioned IOPS above 3,000: 1000 IOPS-months x 0.005 = 5",
        "Volume /dev/sdf: storage (general purpose SSD, gp2): 100 GB-months x 0.1 = 10",
      ],
      unpriced: undefined,
    });
  });

  test("a GPU machine: 730 x 1.006 + 200 x 0.08", () => {
    const root = { root_block_device: [{ volume_type: "gp3", volume_size: 200 }] };
    expect(priced("aws_instance.gpu", { instance_type: "g5.xlarge", ...root }).cost).toBe("750.38");
  });

  test("a root volume that the image decides is left out, and said so", () => {
    expect(priced("aws_instance.web", { instance_type: "m5.large" })).toMatchObject({
      cost: "70.08",
      unpriced: "root volume: its size and type are set by the image",
    });
    const sized = { instance_type: "m5.large", root_block_device: [{ volume_size: 50 }] };
    expect(priced("aws_instance.web", sized)).toMatchObject({
      cost: "70.08",
      unpriced: "root volume: its type is set by the image",
    });
  });

  test("an unchanged image makes the same root volume after the plan as before", () => {
    const before = { ami: "ami-1", instance_type: "m5.xlarge", ...GP3_ROOT };
    const address = "aws_instance.web";
    const unknown = { root_block_device: true };
    const resized = { ami: "ami-1", instance_type: "m5.large" };
    const plan = planOf({ address, before, after: resized, unknown });
    expect(pricePlan(plan, "before").total).toBe("141.76");
    expect(pricePlan(plan, "after").total).toBe("71.68");
    const rebuilt = planOf({ address, before, after: { ...resized, ami: "ami-2" }, unknown });
    expect(pricePlan(rebuilt, "after").resources[0]).toMatchObject({
      monthlyCost: "70.08",
      unpriced: "root volume: its size and type are set by the image",
    });
  });

  test("a machine whose price is not known has no cost, whatever else is priced", () => {
    expect(priced("aws_instance.web", { instance_type: "m5.huge", ...GP3_ROOT })).toEqual({
      cost: null,
      items: ["Root volume: storage (general purpose SSD, gp3): 20 GB-months x 0.08 = 1.6"],
      unpriced: "the catalogue does not know the machine type m5.huge",
    });
    expect(priced("aws_instance.web", { ...GP3_ROOT }).unpriced).toBe("the instance type is not known");
  });

  test.each([
    [
      "spot",
      { instance_market_options: [{ market_type: "spot" }] },
      "the spot price of m5.large is not known",
    ],
    [
      "dedicated",
      { tenancy: "dedicated" },
      "the price of m5.large with dedicated tenancy is not in the table",
    ],
  ])("%s machines have no list price here", (_, extra, reason) => {
    const estimate = priced("aws_instance.web", { instance_type: "m5.large", ...GP3_ROOT, ...extra });
    expect(estimate).toMatchObject({ cost: null, unpriced: reason });
  });

  test("Windows costs its licence: 730 x (0.096 + 2 x 0.046)", () => {
    const windows = { instance_type: "m5.large", get_password_data: true, ...GP3_ROOT };
    expect(priced("aws_instance.web", windows).cost).toBe("138.84");
    const plan = planOf({ address: "aws_instance.w", before: { instance_type: "m5.large", ...GP3_ROOT } });
    const options = { operatingSystems: { "aws_instance.w": "rhel" } } as const;
    expect(pricePlan(plan, "before", options).total).toBe("92.704");
  });

  test("unlimited credits are shown by use; standard credits are not", () => {
    const unlimited = priced("aws_instance.t", { instance_type: "t3.medium", ...GP3_ROOT });
    expect(unlimited.cost).toBe("31.968");
    expect(unlimited.items).toContain(
      "CPU credits beyond those earned (unlimited mode): ? vCPU-hours x 0.05 = ?",
    );
    const credit_specification = [{ cpu_credits: "standard" }];
    const standard = priced("aws_instance.t", {
      instance_type: "t3.medium",
      credit_specification,
      ...GP3_ROOT,
    });
    expect(standard.cost).toBe("31.968");
    expect(standard.items).toHaveLength(2);
    expect(priced("aws_instance.t", { instance_type: "t2.medium", ...GP3_ROOT }).items).toHaveLength(2);
  });

  test("detailed monitoring is seven metrics at 0.30", () => {
    expect(
      priced("aws_instance.web", { instance_type: "m5.large", monitoring: true, ...GP3_ROOT }).cost,
    ).toBe("73.78");
  });

  test("EBS optimisation is free where it is always on, and left out aloud where it costs extra", () => {
    const optimised = { ebs_optimized: true, ...GP3_ROOT };
    expect(priced("aws_instance.web", { instance_type: "m5.large", ...optimised })).toMatchObject({
      cost: "71.68",
      unpriced: undefined,
    });
    expect(priced("aws_instance.web", { instance_type: "r3.2xlarge", ...optimised }).unpriced).toBe(
      "the surcharge of r3.2xlarge for EBS optimisation is not in the table",
    );
  });

  test("a stopped machine pays for its disks only", () => {
    const web = { id: "i-1", instance_type: "m5.large", instance_state: "running", ...GP3_ROOT };
    const address = "aws_instance.web";
    const state = { instance_id: "i-1", state: "stopped" };
    const plan = planOf(
      { address, before: web },
      { address: "aws_instance.other", before: { ...web, id: "i-2" } },
      { address: "aws_ec2_instance_state.web", before: null, after: state },
    );
    expect(pricePlan(plan, "before").total).toBe("143.36");
    expect(pricePlan(plan, "after").total).toBe("73.28");
    expect(priceResource(plan, "after", { address })).toMatchObject({ monthlyCost: "1.6" });
    expect(priced(address, { ...web, instance_state: "stopped" }).cost).toBe("1.6");
    const started = { address: "aws_ec2_instance_state.web", before: { ...state, state: "running" } };
    expect(priced(address, { ...web, instance_state: "stopped" }, [started]).cost).toBe("71.68");
  });

  test("a new machine that is created stopped is found through the value known after apply", () => {
    const plan = planOf(
      {
        address: "aws_instance.web",
        after: { instance_type: "m5.large", ...GP3_ROOT },
        unknown: { id: true },
      },
      { address: "aws_ec2_instance_state.web", after: { state: "stopped" }, unknown: { instance_id: true } },
    );
    expect(pricePlan(plan, "after").total).toBe("1.6");
    expect(pricePlan(plan, "before")).toEqual({ resources: [], total: "0", currency: "USD", priceDates: {} });
  });
});

test("a new machine that a state may be meant for says so, and the configuration settles it", () => {
  const machine = (name: string): ResourceInput => ({
    address: `aws_instance.${name}`,
    after: { instance_type: "m5.large", ...GP3_ROOT },
    unknown: { id: true },
  });
  const state: ResourceInput = {
    address: "aws_ec2_instance_state.b",
    after: { state: "stopped" },
    unknown: { instance_id: true },
  };
  const open = pricePlan(planOf(machine("a"), machine("b"), state), "after");
  expect(open.resources.map((resource) => [resource.monthlyCost, resource.unpriced])).toEqual([
    ["71.68", "whether an aws_ec2_instance_state stops it is known only after apply"],
    ["71.68", "whether an aws_ec2_instance_state stops it is known only after apply"],
    ["0", undefined],
  ]);
  const references = { instance_id: ["aws_instance.b"] };
  const settled = pricePlan(planOf(machine("a"), machine("b"), { ...state, references }), "after");
  expect(settled.resources.map((resource) => [resource.monthlyCost, resource.unpriced])).toEqual([
    ["71.68", undefined],
    ["1.6", undefined],
    ["0", undefined],
  ]);
});

describe("where a resource is priced", () => {
  test.each([
    ["its zone", { availability_zone: "eu-west-1b" }, "78.11"],
    ["its own region before the provider's", { region: "eu-west-1" }, "78.11"],
    ["its ARN", { arn: "arn:aws:ec2:eu-west-1:123456789012:instance/i-1" }, "78.11"],
    ["the provider's region", {}, "70.08"],
  ])("%s", (_, extra, cost) => {
    expect(priced("aws_instance.web", { instance_type: "m5.large", ...extra }).cost).toBe(cost);
  });

  test.each([
    ["a local zone has prices of its own", { availability_zone: "us-east-1-bos-1a" }],
    ["a region without a table", { availability_zone: "ap-south-1a" }],
    ["a type newer than the region's table", { instance_type: "m7i.large", region: "eu-west-1" }],
  ])("%s", (_, extra) => {
    expect(priced("aws_instance.web", { instance_type: "m5.large", ...extra }).cost).toBeNull();
  });

  test("without any sign of a region nothing is priced, unless the options give one", () => {
    const plan = planOf({ address: "aws_ebs_volume.a", before: { type: "gp3", size: 10 }, region: null });
    expect(pricePlan(plan, "before").resources[0]?.monthlyCost).toBeNull();
    const options = { defaultRegions: { aws: "us-east-1" } };
    expect(pricePlan(plan, "before", options).total).toBe("0.8");
    const zone = { type: "gp3", size: 10, availability_zone: "us-east-1-bos-1a" };
    const local = planOf({ address: "aws_ebs_volume.a", before: zone, region: null });
    expect(pricePlan(local, "before", options).resources[0]?.unpriced).toBe(
      "no price of ebs-gp3-gb-month for the region us-east-1-bos-1a",
    );
  });
});

describe("aws_ebs_volume", () => {
  test.each([
    [{ type: "gp2", size: 10 }, "1"],
    [{ type: "gp3", size: 40, iops: 4000, throughput: 130 }, "8.4"],
    [{ type: "gp3", size: 40, iops: 3000, throughput: 125 }, "3.2"],
    [{ type: "gp3", size: 40 }, "3.2"],
    [{ type: "io1", size: 30, iops: 300 }, "23.25"],
    [{ type: "io2", size: 30, iops: 300 }, "23.25"],
    // 100 x 0.125 + 32,000 x 0.065 + 32,000 x 0.0455 + 6,000 x 0.03185
    [{ type: "io2", size: 100, iops: 70_000 }, "3739.6"],
    [{ type: "st1", size: 40 }, "1.8"],
    [{ type: "sc1", size: 50 }, "0.75"],
    [{ type: "standard", size: 20 }, "1"],
    [{ size: 10 }, "1"],
    [{ type: "gp3", size: 0 }, "0"],
    [{ type: "gp3", size: 100, availability_zone: "eu-west-1a" }, "8.8"],
  ])("%j costs %s", (values, cost) => {
    expect(priced("aws_ebs_volume.data", values).cost).toBe(cost);
  });

  test.each([
    [{ type: "gp3" }],
    [{ type: "io1", size: 30 }],
    [{ type: "gp9", size: 30 }],
    [{ type: "gp3", size: -5 }],
    [{ type: "gp3", size: "many" }],
    [{ type: "io2", size: 10, iops: 100, availability_zone: "eu-west-1a" }],
    [{ type: "gp2", size: 10, availability_zone: "ap-south-1a" }],
  ])("%j has no known cost", (values) => {
    expect(priced("aws_ebs_volume.data", values)).toMatchObject({ cost: null });
  });
});

describe("load balancers, gateways, addresses, snapshots", () => {
  test.each([
    ["aws_eip.a", {}, "3.65", 1],
    ["aws_eip.a", { region: "eu-west-1" }, "3.65", 1],
    ["aws_eip.byoip", { public_ipv4_pool: "ipv4pool-ec2-1" }, "0", 0],
    ["aws_nat_gateway.a", {}, "32.85", 2],
    ["aws_nat_gateway.a", { region: "eu-west-1" }, "35.04", 2],
    ["aws_nat_gateway.a", { region: "eu-west-3" }, null, 0],
    ["aws_lb.a", { region: "eu-west-1" }, "18.396", 3],
    ["aws_lb.n", { region: "eu-west-1", load_balancer_type: "network" }, null, 1],
    ["aws_lb.a", {}, "16.425", 3],
    ["aws_lb.n", { load_balancer_type: "network", subnets: ["subnet-1"] }, "20.075", 3],
    ["aws_lb.g", { load_balancer_type: "gateway" }, "9.125", 2],
    ["aws_alb.a", { load_balancer_type: "application", internal: true }, "16.425", 2],
    ["aws_elb.a", {}, "18.25", 3],
    ["aws_ebs_snapshot.a", { volume_size: 8 }, "0", 1],
  ] as const)("%s %j costs %s", (address, values, cost, items) => {
    const estimate = priced(address, values);
    expect(estimate.cost).toBe(cost);
    expect(estimate.items).toHaveLength(items);
  });

  test("usage-based line items have a price and no quantity", () => {
    const plan = planOf({ address: "aws_nat_gateway.a", before: {} });
    expect(pricePlan(plan, "before").resources[0]?.lineItems[1]).toEqual({
      name: "Data processed",
      unit: "GB",
      quantity: null,
      unitPrice: "0.045",
      monthlyCost: null,
      usageBased: true,
      region: "us-east-1",
      priceTable: "AWS public price list, us-east-1",
      priceDate: "2026-08-01",
    });
  });
});

describe("everything else", () => {
  test("free types cost nothing, unknown types are unpriced, data sources are left out", () => {
    const plan = planOf(
      { address: "aws_vpc.main", before: {} },
      { address: "aws_unheard_of.a", before: {} },
      { address: "data.aws_ami.a", before: {}, mode: "data" },
      { address: "module.a.module.b.aws_eip.nat[0]", before: {} },
    );
    const estimate = pricePlan(plan, "before");
    expect(
      estimate.resources.map(({ address, monthlyCost, unpriced }) => [address, monthlyCost, unpriced]),
    ).toEqual([
      ["aws_vpc.main", "0", undefined],
      ["aws_unheard_of.a", null, "aws_unheard_of is not priced yet"],
      ["module.a.module.b.aws_eip.nat[0]", "3.65", undefined],
    ]);
    expect(estimate.total).toBe("3.65");
    expect(estimate.priceDates).toEqual({ "AWS public price list, us-east-1": "2026-08-01" });
  });

  test("a deleted resource costs nothing afterwards; a forgotten one goes on costing", () => {
    const deleted = planOf({ address: "aws_eip.a", before: {}, after: null });
    expect(pricePlan(deleted, "after").total).toBe("0");
    const forgotten = planOf({ address: "aws_eip.a", before: {}, after: null, actions: ["forget"] });
    expect(pricePlan(forgotten, "after").total).toBe("3.65");
  });
});
